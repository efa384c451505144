import Files
import Foundation
import TimeSeries

/// What a person probably meant whose first word is no command.
struct WordOrder {
  /// The words behind the program's name.
  let words: [String]
  /// The names of the commands.
  let commands: [String]

  /// What to type instead; nil where the first word is a command or an option.
  var remedy: String? {
    guard let first = words.first, !first.hasPrefix("-"), first != "help", !commands.contains(first) else { return nil }
    if let place = words.firstIndex(where: commands.contains) {
      var turned = words
      turned.insert(turned.remove(at: place), at: 0)
      return "the command comes first: `almanac \(turned.joined(separator: " "))`"
    }
    guard FilePath(first).kind != nil || FilePath(first).isReadings else {
      let near = closestMatch(to: first, among: commands).map { "; did you mean \"\($0)\"?" } ?? ";"
      return "there is no command \"\(first)\"\(near) `almanac --help` lists the commands"
    }
    let command = ["yaml", "yml"].contains(FilePath(first).ending.lowercased()) ? "run" : "forecast"
    return "to \(command) a file, say so: `almanac \(command) \(words.joined(separator: " "))`"
  }
}

extension FilePath {
  /// Whether its name is that of a file of readings rather than of a pipeline.
  var isReadings: Bool {
    let endings = ["csv", "tsv", "txt", "gz", "zst", "xlsx", "xls", "parquet", "json", "jsonl"]
    return endings.contains(ending.lowercased())
  }
}
