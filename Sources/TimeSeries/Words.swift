/// A number and its noun: `1 row`, `2 rows`.
public func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// A level in per cent, as column names show it: 0.8 is `80`, 0.995 is `99.5`.
public func percent(_ level: Double) -> String {
  let value = (level * 1000).rounded() / 10
  return value == value.rounded() ? String(Int(value)) : String(value)
}
