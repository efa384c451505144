import Tabular

extension [ColumnSketch] {
  // More columns than that are told in groups.
  private static let most = 40

  /// What each column is taken for, a line each; of very many a line for each run of one role and reason.
  var lines: [String] { count > Self.most ? groupedLines : singleLines }

  private var singleLines: [String] {
    let width = Swift.min(28, map(\.name.count).max() ?? 0)
    return map { column in
      let name = column.name + String(repeating: " ", count: Swift.max(0, width - column.name.count))
      let sure = column.sureness == .certain ? "" : ", \(column.sureness.rawValue)"
      let sample = column.role.isUsed || column.role == .constant ? nil : column.sample
      return "\(name)  \(column.role.rawValue): \(column.reason)\(sample.map { ", such as \($0)" } ?? "")\(sure)"
    }
  }

  private var groupedLines: [String] {
    var groups: [[ColumnSketch]] = []
    for column in self {
      if let last = groups.last?.first, last.role == column.role, last.sureness == column.sureness,
        last.reason == column.reason || last.role == .value
      {
        groups[groups.count - 1].append(column)
      } else {
        groups.append([column])
      }
    }
    return groups.map { group in
      let (first, last) = (group[0], group[group.count - 1])
      let names = group.count == 1 ? first.name : "\(first.name) to \(last.name), \(group.count) columns"
      return "\(names)  \(first.role.rawValue): \(first.reason)"
    }
  }
}
