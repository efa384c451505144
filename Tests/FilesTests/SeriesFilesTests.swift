import Foundation
import Testing

@testable import Files

@Suite final class SeriesFilesTests {
  private let folder: FilePath

  init() throws {
    folder = FilePath(FileManager.default.temporaryDirectory.appending(path: "series-\(UUID().uuidString)").path)
    try folder.makeFolder()
  }

  deinit { folder.remove() }

  private func fill(_ names: String...) throws {
    for name in names {
      let path = folder.appending(FilePath(name))
      try path.parent.makeFolder()
      try DiskFile.create(path.text, with: [])
    }
  }

  /// Paths below the folder with the names of their series, or the words of the error.
  private func found(_ path: String) -> String {
    func below(_ text: String) -> String { text.replacing(folder.text, with: "F") }
    do {
      let found = try SeriesFiles(path.isEmpty ? folder : folder.appending(FilePath(path)))
      #expect(found.isSeveral == (path.isEmpty || SeriesFiles.isPattern(FilePath(path))))
      return found.files.map { "\(below($0.path.text)) \($0.name)" }.joined(separator: ", ")
    } catch { return below("\(error)") }
  }

  @Test func aPatternStandsForFilesInTheOrderOfTheirBytes() throws {
    try fill("b.csv", "a.csv", "Z.csv", "ä.csv", "c.txt", ".h.csv", "sub/d.csv", "x.csv/inside")
    #expect(found("*.csv") == "F/Z.csv Z, F/a.csv a, F/b.csv b, F/ä.csv ä")
    #expect(found("[ab].csv") == "F/a.csv a, F/b.csv b")
    #expect(found("?.txt") == "F/c.txt c")
    #expect(found("*/*.csv") == "F/sub/d.csv d")
  }

  @Test func aFolderStandsForTheTablesInIt() throws {
    try fill("b.csv.gz", "a.TSV", "c.txt.zst", "README.md", ".h.csv", "d.csv/inside", "e.gz", "f.csv.bz2")
    #expect(found("") == "F/a.TSV a, F/b.csv.gz b, F/c.txt.zst c")
  }

  @Test func aFileIsItselfWhateverItIsCalled() throws {
    try fill("a[1].csv", "a1.csv")
    let file = try SeriesFiles(folder.appending("a[1].csv"))
    #expect(file.files.map(\.name) == ["a[1]"] && !file.isSeveral)
    #expect(found("none.csv") == "F/none.csv none")
    #expect(try SeriesFiles("-").files == [SeriesFiles.File(path: "-", name: "-")])
  }

  @Test(arguments: [
    ("a/store-1.csv", "store-1"), ("store.1.csv.gz", "store.1"), ("a.parquet", "a.parquet"), ("a.gz", "a"),
    (".csv", ".csv"), ("A.CSV", "A"), ("a", "a"), ("x.csv.csv", "x.csv"),
  ])
  func aSeriesIsCalledByTheNameWithoutItsEndings(path: String, name: String) {
    #expect(SeriesFiles.name(of: FilePath(path)) == name)
  }

  @Test func nothingThatMatchesIsToldWithWhatIsThere() throws {
    #expect(found("*.csv") == "no file matches F/*.csv, and the folder F is empty")
    #expect(found("") == "the folder F is empty; give a CSV file, or a folder of them")
    try fill("one.dat", "two.dat")
    #expect(found("*.csv") == "no file matches F/*.csv; the folder F has \"one.dat\", \"two.dat\"")
    #expect(found("*/*.csv") == "no file matches F/*/*.csv; the folder F has \"one.dat\", \"two.dat\"")
    try fill("a.dat", "z.dat")
    #expect(
      found("*.csv")
        == "no file matches F/*.csv; the folder F has 4 entries, such as \"a.dat\", \"one.dat\", \"two.dat\"")
    #expect(
      found("")
        == "the folder F has no file that ends in .csv, .tsv or .txt (or these and .gz or .zst), but 4 entries, such "
        + "as \"a.dat\", \"one.dat\", \"two.dat\"; give a pattern such as F/*.dat")
    #expect(found("none/*.csv") == "F/none: cannot be read: No such file or directory")
  }

  @Test func filesThatWouldBeOneSeriesAreRefused() throws {
    try fill("a.csv", "a.csv.gz", "b/c.csv", "d/c.csv")
    #expect(
      found("")
        == "F/a.csv and F/a.csv.gz would both be the series \"a\"; rename one, or give a pattern with only one of "
        + "them")
    #expect(found("*/c.csv").hasPrefix("F/b/c.csv and F/d/c.csv would both be the series \"c\"; "))
  }

  @Test func twoNamesOfOneFileAreRefused() throws {
    try fill("2024.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending("latest.csv").text, withDestinationPath: "2024.csv")
    #expect(
      found("")
        == "F/2024.csv and F/latest.csv are the same file, whose readings would come twice; give a pattern with only "
        + "one of them")
    #expect(found("20*.csv") == "F/2024.csv 2024")
  }

  @Test func aLinkThatLeadsNowhereIsLeftToWhoeverOpensIt() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending("gone.csv").text, withDestinationPath: "nowhere")
    #expect(found("*.csv") == "F/gone.csv gone")
  }
}
