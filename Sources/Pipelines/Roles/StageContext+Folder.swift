import Files
import Foundation

extension StageContext {
  /// Does work in a folder of its own for files of a moment, which is there no longer than the work, nor than this process
  /// where it is told to end.
  ///
  /// - Throws: ``Failure`` of the kind `cannotWrite` where there can be no folder; what the work throws.
  package func withFolder<Result>(_ work: (FilePath) throws -> Result) throws -> Result {
    let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(parent)/almanac-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      let reason = String(cString: strerror(errno))
      throw Failure(.cannotWrite, "no folder for temporary files can be made in \(parent): \(reason); set TMPDIR")
    }
    let folder = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    interruption.whenItComes { _ in folder.remove() }
    defer { folder.remove() }
    return try work(folder.absolute)
  }
}
