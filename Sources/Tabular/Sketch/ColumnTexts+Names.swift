import TimeSeries

// What the name and the texts of a column tell of it.
extension ColumnTexts {
  /// The words of the name, in lower case.
  var words: Set<String> {
    Set(name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
  }

  /// Whether each number is one more than the one above it, but where it begins again, and the name is one of a row number.
  func isIndex(names count: Int) -> Bool {
    guard said.count > 2 else { return false }
    let names: Set = [
      "no", "nr", "index", "id", "row", "#", "idx", "unnamed: 0", "rownum", "row_id", "record", "rowid", "x", "unnamed",
      "n", "num", "obs",
    ]
    guard name == String(position + 1) || names.contains(name.lowercased()), count > 1 else { return false }
    let numbers = said.compactMap { Int($0) }
    guard numbers.count == said.count else { return false }
    let steps = zip(numbers, numbers.dropFirst()).count { $1 == $0 + 1 || $1 == $0 - 1 }
    return steps * 10 >= (numbers.count - 1) * 9
  }

  /// Whether the name is one of a short name beside a longer one.
  var isNamedAsCode: Bool { !words.isDisjoint(with: ["code", "id", "nr", "no", "abbr", "iso"]) }

  /// Whether the name is one of numbers that name something: `order_id`, `userId`, `zip`.
  var isNamedAsName: Bool {
    let names: Set = ["id", "ids", "zip", "zipcode", "plz", "postcode", "uuid", "guid", "ean", "isbn", "phone", "fips"]
    return !words.isDisjoint(with: names) || name.hasSuffix("Id") || name.hasSuffix("ID")
  }

  /// Whether each number is the same step further than the one above it.
  var goesOnEvenly: Bool {
    let numbers = said.compactMap(Double.init)
    guard numbers.count == texts.count, numbers.count > 5, let first = numbers.first, let last = numbers.last,
      first != last
    else { return false }
    let step = (last - first) / Double(numbers.count - 1)
    return numbers.enumerated().allSatisfy { row, number in
      (number - first - Double(row) * step).magnitude <= step.magnitude * 1e-3
    }
  }

  /// Whether the numbers count the hours, half hours or quarter hours of a day.
  var isPartOfDay: Bool {
    let names: Set = [
      "period", "interval", "hour", "position", "slot", "quarter", "stunde", "pte", "hr", "halfhour", "heure", "hora",
      "he",
    ]
    let numbers = Set(said.compactMap { Int($0) })
    guard numbers.count >= 12, let least = numbers.min(), let most = numbers.max(), (0...1).contains(least) else {
      return false
    }
    if name == String(position + 1) {
      // No header says what it is: all parts of a day are there, and nothing else.
      return [24, 48, 96].contains(numbers.count) && most - least + 1 == numbers.count
    }
    return !words.isDisjoint(with: names) && most <= 100
  }

  /// Whether the texts are names of months, seasons, quarters or halves of a year, or the name is one of them.
  var isPartOfYear: Bool {
    let names: Set = ["season", "half", "halfyear", "semester", "period", "quarter", "month", "trimester", "term"]
    let seasons: Set = ["winter", "spring", "summer", "autumn", "fall"]
    guard Set(said).count <= 13 else { return false }
    if !words.isDisjoint(with: names) { return true }
    let months = try? TimeFormat("yyyy MMM")
    return said.allSatisfy { seasons.contains($0.lowercased()) || (months?.reads("2000 " + $0) ?? false) }
  }

  /// Whether the name is an hour of the day: `H1`, `13:00`, `hour 4`.
  var isNamedAsPartOfDay: Bool {
    if name.isClock { return true }
    let digits = String(name.filter(\.isNumber))
    let letters = name.lowercased().filter(\.isLetter)
    return ["h", "hr", "he", "hour", "stunde", "heure", "hora"].contains(letters)
      && (Int(digits).map { (0...25).contains($0) } ?? false)
  }

  /// Whether the name is one of a date.
  var isNamedAsDate: Bool {
    let lower = name.lowercased()
    return ["date", "datum", "day", "fecha", "tag", "jour"].contains { lower.contains($0) }
  }

  /// Whether the column holds degrees of a place.
  var isPlace: Bool {
    ["lat", "latitude", "lon", "lng", "long", "longitude"].contains(name.lowercased())
  }

  /// Whether the column says the time once more: parts of dates by name, or years with decimals that ascend.
  var isTimeAgain: Bool {
    let parts: Set = [
      "year", "month", "day", "hour", "minute", "weekday", "dayofweek", "day_of_week", "quarter", "week", "dayofyear",
      "doy",
    ]
    let fillers: Set = ["number", "num", "nr", "no", "of", "the", "iso"]
    if !words.isEmpty, words.subtracting(fillers).isSubset(of: parts), !words.isSubset(of: fillers) { return true }
    if parts.contains(name.lowercased()) { return true }
    if words.contains("year"), said.allSatisfy({ Int($0).map { (1500...2200).contains($0) } ?? false }) { return true }
    let numbers = said.compactMap(Double.init)
    guard numbers.count == said.count, numbers.count > 5, let first = numbers.min(), let last = numbers.max() else {
      return false
    }
    let isEpoch = [1.0, 1e3, 1e6, 1e9].contains { first >= 9e8 * $0 && last <= 2.3e9 * $0 }
    return (isDecimalYear || isEpoch) && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Whether the numbers are years with decimals.
  var isDecimalYear: Bool {
    let numbers = said.compactMap(Double.init)
    guard numbers.count == said.count, let first = numbers.min(), let last = numbers.max() else { return false }
    return first >= 1500 && last <= 2200 && said.contains { $0.contains(".") }
  }

  /// Whether the name is one of a key.
  var isNamedAsKey: Bool {
    let names: Set = [
      "id", "key", "store", "shop", "item", "sku", "product", "dept", "department", "sensor", "device", "station",
      "site",
      "region", "country", "symbol", "ticker", "series", "unit", "meter", "customer", "location", "city", "category",
      "code",
      "family", "brand", "channel", "branch", "zone", "node", "host", "machine", "plant", "room", "line", "stock",
      "group",
      "uid", "nr", "name", "type",
    ]
    return !words.isDisjoint(with: names) || name.lowercased().hasSuffix("id")
  }

  /// Whether the name is one of an amount, which is summed over time.
  var isAmount: Bool {
    let names: Set = [
      "total", "sales", "revenue", "amount", "quantity", "qty", "count", "units", "sold", "volume", "cost", "income",
      "orders", "visits", "visitors", "demand", "turnover", "spend", "spent", "profit", "paid", "payment", "calls",
      "trips",
      "passengers", "rides", "clicks", "views", "downloads", "energy", "kwh", "rain", "rainfall", "precipitation",
      "umsatz", "menge", "betrag",
    ]
    return !words.isDisjoint(with: names)
  }

  /// Whether the name is one of a measure of its own, such as a temperature beside a pressure.
  var isNamedAsMeasure: Bool {
    let names: Set = [
      "temp", "temperature", "humidity", "pressure", "wind", "speed", "price", "cost", "rate", "open", "high", "low",
      "close",
      "volume", "quantity", "qty", "sales", "revenue", "cases", "deaths", "dewpoint", "rain", "radiation", "power",
      "voltage", "current", "std", "dev", "stddev", "error", "min", "max", "mean", "avg", "level", "flow", "occupancy",
      "adjusted",
      "change", "growth", "percent", "pct", "ratio", "index", "average", "trend", "interpolated", "cpi", "fuel",
      "discount", "promo", "profit", "score", "forecast", "predicted", "prediction", "expected", "yhat", "planned",
      "budget", "depth", "mag", "magnitude", "balance", "amount", "age", "height", "weight",
    ]
    return !words.isDisjoint(with: names)
  }
}
