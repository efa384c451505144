/// What the name of a column says: `temp_c` is a temperature in °C.
struct MeasureName: Equatable {
  /// The name in words.
  let title: String
  /// The unit at its end; nil where it names none.
  let unit: String?

  init(_ name: String) {
    if let open = name.firstIndex(where: { "([".contains($0) }), let last = name.last, ")]".contains(last),
      open > name.startIndex
    {
      let inner = name[name.index(after: open)...].dropLast()
      (title, unit) = (MeasureName.words(name[..<open]), inner.isEmpty ? nil : String(inner))
      return
    }
    let parts = name.split(separator: "_").map(String.init)
    for count in [3, 2, 1] where parts.count > count {
      if let unit = MeasureName.units[parts.suffix(count).joined(separator: "_").lowercased()] {
        (title, self.unit) = (MeasureName.words(parts.dropLast(count).joined(separator: "_")[...]), unit)
        return
      }
    }
    (title, unit) = (MeasureName.words(name[...]), nil)
  }

  private static func words(_ name: Substring) -> String {
    name.split { "_ ".contains($0) }.joined(separator: " ")
  }

  private static let units: [String: String] = [
    "c": "°C", "degc": "°C", "celsius": "°C", "f": "°F", "degf": "°F", "k": "K", "pct": "%", "percent": "%", "kw": "kW",
    "mw": "MW", "gw": "GW", "w": "W", "kwh": "kWh", "mwh": "MWh", "wh": "Wh", "hpa": "hPa", "pa": "Pa", "kpa": "kPa",
    "bar": "bar",
    "mbar": "mbar", "mm": "mm", "cm": "cm", "m": "m", "km": "km", "kg": "kg", "g": "g", "t": "t", "l": "l", "ml": "ml",
    "v": "V", "mv": "mV", "a": "A", "ma": "mA", "hz": "Hz", "khz": "kHz", "ppm": "ppm", "ppb": "ppb", "db": "dB",
    "lux": "lx",
    "rpm": "rpm", "usd": "USD", "eur": "EUR", "gbp": "GBP", "m_s": "m/s", "mm_s": "mm/s", "km_h": "km/h", "kmh": "km/h",
    "mps": "m/s",
    "m3": "m³", "m3_s": "m³/s", "m3_h": "m³/h", "ms": "ms", "sec": "s", "min": "min", "bq": "Bq", "mb": "MB",
    "gb": "GB",
  ]
}
