import Foundation
import Testing

/// Runs where the system refuses: a disk that fills up, folders that may only be read, no rights. Each runs in a mount
/// namespace of its own, where the system lets this user make one.
@Suite(.enabled(if: Confinement.isAllowed, "this user may make no mount namespace, or there is no unshare and setpriv"))
struct ConfinedRunTests {
  @Test(arguments: [64, 160, 256])
  func `a disk that fills up keeps the forecast of before, and what is published is whole`(kibibytes: Int) throws {
    let workspace = try Workspace()
    try workspace.sales(run: "metrics: out/sales.prom")
    #expect(try workspace.almanac("run", "sales.yaml", "-q").code == 0)
    let whole = try workspace.read("out/sales.csv")
    // A file fills what the first run left, but for a little more each time.
    let outcome = try Confinement.run(
      """
      mount -t tmpfs -o size=\(kibibytes)k tmpfs disk && cp sales.csv sales.yaml disk && cd disk || exit 99
      "$ALMANAC" run sales.yaml -q; echo "first $?"
      find . -type f | sort >../first; cp out/sales.csv ../before.csv 2>/dev/null
      for room in 0 1 2 4 8 16 24 32; do
        dd if=/dev/zero of=filler bs=1024 count=4096 2>/dev/null
        truncate -s -"$((room * 1024))" filler
        "$ALMANAC" run sales.yaml -q --force; echo "$room $?"
        rm -f filler
        [ ! -e ../before.csv ] || cmp out/sales.csv ../before.csv || echo "changed $?"
      done
      "$ALMANAC" run sales.yaml -q --force; echo "last $?"
      find . -type f | sort >../last; cp out/sales.csv ../after.csv 2>/dev/null
      """, in: workspace)
    let words = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(!words.contains { $0[0] == "changed" }, "\(outcome)")
    let codes = words.compactMap { Int($0[1]) }
    // 73: cannot write; 0 where there was room.
    #expect(codes.count == 10 && codes.allSatisfy { $0 == 0 || $0 == 73 } && codes.contains(73), "\(outcome)")
    if codes.first == 0 {
      #expect(try workspace.read("before.csv") == whole)
      #expect(try workspace.read("after.csv") == whole)
      #expect(codes.last == 0)
      #expect(try workspace.read("last") == workspace.read("first"))
    } else {
      #expect(!workspace.exists("before.csv"))
    }
  }

  @Test func `a disk that is full in one shard leaves nothing of it, and the next run of that shard mends it`() throws {
    let workspace = try ShardRunTests.workspace(evaluate: "")
    #expect(try workspace.almanac("run", "sold.yaml", "-q").code == 0)
    let whole = try workspace.read("out.csv")
    let outcome = try Confinement.run(
      """
      mkdir parts && mount -t tmpfs -o size=64k tmpfs parts || exit 99
      "$ALMANAC" run sold.yaml --shard 1/2 --into parts -q; echo "first $?"
      dd if=/dev/zero of=parts/filler bs=1024 count=4096 2>/dev/null
      "$ALMANAC" run sold.yaml --shard 2/2 --into parts -q; echo "full $?"
      find parts -type f | grep -v filler | sort | tr '\\n' ' '; echo .
      "$ALMANAC" gather parts -q; echo "missing $?"
      rm parts/filler; rm out.csv
      "$ALMANAC" run sold.yaml --shard 2/2 --into parts -q; echo "again $?"
      "$ALMANAC" gather parts -q --force; echo "whole $?"
      """, in: workspace)
    #expect(
      outcome.output == """
        first 0
        full 73
        parts/1-of-2.json parts/1-of-2.part .
        missing 66
        again 0
        whole 0

        """, "\(outcome)")
    #expect(try workspace.read("out.csv") == whole)
  }

  @Test func `without the folder proc, where arguments are read, no command is taken for none`() throws {
    let outcome = try Confinement.run("umount -l /proc; \"$ALMANAC\" --version", in: try Workspace())
    #expect(outcome.code == 69 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("`mount -t proc proc /proc` as root makes one"), "\(outcome.errors)")
  }

  @Test func `folders that may only be read are an error in the program's words, before anything is trained`() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let outcome = try Confinement.run(
      "mount --bind . . && mount -o remount,bind,ro . && cd . && cd \"$PWD\" && \"$ALMANAC\" run sales.yaml",
      in: workspace)
    #expect(outcome.code == 73, "\(outcome)")
    #expect(outcome.errors.contains("the state folder .almanac/sales cannot be made"), "\(outcome.errors)")
    #expect(workspace.files() == ["sales.csv", "sales.yaml"])
  }

  @Test func `a user without rights is refused with words, and changes nothing`() throws {
    let workspace = try Workspace()
    try workspace.sales()
    let nobody = "chmod -R go-w . && chmod 755 . && setpriv --reuid=65534 --regid=65534 --clear-groups"
    let outcome = try Confinement.run("\(nobody) \"$ALMANAC\" run sales.yaml", in: workspace)
    #expect(outcome.code == 73, "\(outcome)")
    #expect(outcome.errors.contains("the state folder .almanac/sales cannot be made"), "\(outcome.errors)")
    #expect(workspace.files() == ["sales.csv", "sales.yaml"])
  }
}

/// A mount namespace that goes with the shell in it.
enum Confinement {
  /// Whether this user may make one. Root only: others would not see their own files as themselves.
  static let isAllowed: Bool = {
    let probe =
      "unshare -m mount -t tmpfs tmpfs /mnt && setpriv --reuid=65534 --regid=65534 --clear-groups test -x \"$ALMANAC\""
    return geteuid() == 0 && (try? shell(probe, in: FileManager.default.temporaryDirectory))?.code == 0
  }()

  /// Runs a shell script in one, from the workspace, in which the folder `disk` is empty.
  static func run(_ script: String, in workspace: Workspace) throws -> Workspace.Outcome {
    try FileManager.default.createDirectory(atPath: workspace.path("disk"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: workspace.path("disk")) }
    try workspace.write(script, to: "script.sh")
    defer { try? FileManager.default.removeItem(atPath: workspace.path("script.sh")) }
    return try shell("unshare -m sh script.sh", in: workspace.folder)
  }

  private static func shell(_ script: String, in folder: URL) throws -> Workspace.Outcome {
    try Workspace.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", script], in: folder, environment: ["ALMANAC": Workspace.binary.path])
  }
}
