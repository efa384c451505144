import Files
import PipelineFile
import Pipelines
import Tabular

/// Rows that are times, as a database gives them: which columns are wanted, and in which order.
package struct RowQuery: Sendable {
  /// The columns and what they are.
  package let layout: ReadingLayout

  /// The rows that a layout asks for.
  package init(_ layout: ReadingLayout) { self.layout = layout }

  private var keys: [String] { if case .long(let keys) = layout.arrangement { keys } else { [] } }

  /// The columns that are named: those of the key, then those of times, then all others.
  private var named: [String] {
    var seen: Set<String> = []
    return (keys + layout.time + layout.targets + layout.past + layout.future + layout.statics)
      .filter { seen.insert($0).inserted }
  }

  /// The statement that gives the rows of a table, by key, time and all else, so that their order is one whatever the
  /// database does, and whether it keeps a key as text or as a number.
  ///
  /// - Parameters:
  ///   - table: what stands behind FROM.
  ///   - columns: those that there are, for a database that cannot be asked for all but some; nil for DuckDB.
  package func statement(from table: String, columns: [String]? = nil) -> String {
    let named = named
    let rest = columns.map { $0.filter { column in !named.contains(column) } }
    var wanted = named.map { name in
      let column = "readings.\(name.sqlName)"
      return "\(keys.contains(name) ? "CAST(\(column) AS TEXT)" : column) AS \(name.sqlName)"
    }
    if layout.targets.isEmpty {
      wanted += rest?.map(\.sqlName) ?? ["* EXCLUDE (\(named.map(\.sqlName).joined(separator: ", ")))"]
    }
    let order = columns == nil ? "ALL" : wanted.indices.map { "\($0 + 1)" }.joined(separator: ", ")
    return "SELECT \(wanted.joined(separator: ", ")) FROM \(table) AS readings ORDER BY \(order)"
  }

  /// The readings in a CSV file that the statement has made.
  ///
  /// - Parameter source: how messages call the rows.
  package func readings(of file: FilePath, named source: String) throws(TabularError) -> SourceReadings {
    let format = CSVFormat(delimiter: .byte(UInt8(ascii: ",")), encoding: .utf8)
    let found = try CSVFile(file.text, format: format, named: source).readings(layout)
    return SourceReadings(
      found.readings, rejected: found.quarantined, warnings: found.warnings,
      target: layout.targets.count == 1 ? layout.targets[0] : nil, bytes: found.bytes)
  }
}
