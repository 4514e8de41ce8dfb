import Foundation
import Testing

/// A table that changes while a run reads it, works on it, or waits to be resumed.
@Suite struct ChangedTableTests {
  static let scenario = """
    name: changed
    cycles: 20
    rows: 2000
    replicates: 24
    world: {kind: table, path: t.csv, target: y}

    """

  static func table(_ slope: Int) -> String { "x,y\n" + (0..<300).map { "\($0 % 17),\(slope * ($0 % 17) + $0 % 5)\n" }.joined() }

  /// The SHA-256 of the table that the manifest names, by another program.
  static func hash(_ scratch: Scratch, _ file: String) throws -> String {
    let run = try CommandLineRun([file], in: scratch.url, executable: URL(filePath: "/usr/bin/sha256sum"))
    return String(run.output.prefix { $0 != " " })
  }

  func contents(_ scratch: Scratch, _ folder: String) throws -> [String] {
    try ["cycles.csv", "parameters.csv", "summary.csv"].map { try scratch.read(folder + "/" + $0) }
  }

  /// Starts a run, and does this once its first part is there.
  func start(_ scratch: Scratch, _ disturb: (Process) throws -> Void) throws -> CommandLineRun {
    var failure: (any Error)?
    let run = try CommandLineRun(["run", "s.yaml", "--out", "o", "--quiet", "--jobs", "1"], in: scratch.url) { process in
      while process.isRunning, KillTests.parts(scratch) == 0 { usleep(300) }
      do { try disturb(process) } catch { failure = error }
    }
    if let failure { throw failure }
    return run
  }

  @Test func `a table that changes during a run changes nothing of it, and the manifest has the hash of what was read`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.scenario, to: "s.yaml")
    try scratch.write(Self.table(2), to: "t.csv")
    let hash = try Self.hash(scratch, "t.csv")
    #expect(hash.count == 64)
    #expect(try scratch.run("run", "s.yaml", "--out", "whole", "--quiet").status == 0)
    let run = try start(scratch) { _ in try scratch.write(Self.table(3), to: "t.csv") }
    #expect(run.status == 0, "\(run.error)")
    #expect(try contents(scratch, "o") == contents(scratch, "whole"))
    #expect(try scratch.read("o/manifest.json").contains("\"sha256\": \"\(hash)\""))
    // The results of the old table are not those of the new one, and stay.
    let resumed = try scratch.run("run", "s.yaml", "--out", "o", "--resume", "--quiet")
    #expect(resumed.status == 74)
    #expect(
      resumed.error
        == "error: o: there are no parts of an interrupted run here; choose another folder with --out, or replace what is here with --force\n"
    )
    #expect(try contents(scratch, "o") == contents(scratch, "whole"))
    report("changed tables: 1")
  }

  @Test(arguments: [true, false])
  func `a table that changed before a run is resumed is an error that names it, and putting it back goes on`(isKilled: Bool) throws {
    let scratch = try Scratch()
    try scratch.write(Self.scenario, to: "s.yaml")
    try scratch.write(Self.table(2), to: "t.csv")
    #expect(try scratch.run("run", "s.yaml", "--out", "whole", "--quiet").status == 0)
    let run = try start(scratch) { kill($0.processIdentifier, isKilled ? SIGKILL : SIGINT) }
    #expect(run.status == (isKilled ? -SIGKILL : 130))
    let parts = try scratch.contents().filter { $0.key.hasSuffix(".part") }
    #expect(!parts.isEmpty)
    try scratch.write(Self.table(3), to: "t.csv")
    let resumed = try scratch.run("run", "s.yaml", "--out", "o", "--resume", "--quiet")
    #expect(resumed.status == 74)
    #expect(
      resumed.error
        == "error: o: the data file t.csv has changed since the parts here were written; put it back to go on; choose another folder with --out, or replace what is here with --force\n"
    )
    #expect(try scratch.contents().filter { $0.key.hasSuffix(".part") } == parts)
    try scratch.write(Self.table(2), to: "t.csv")
    #expect(try scratch.run("run", "s.yaml", "--out", "o", "--resume", "--quiet").status == 0)
    #expect(try contents(scratch, "o") == contents(scratch, "whole"))
    report("changed tables: 1")
  }

  @Test func `parts of another scenario are an error`() throws {
    let scratch = try Scratch()
    try scratch.write(Self.scenario, to: "s.yaml")
    try scratch.write(Self.table(2), to: "t.csv")
    let run = try start(scratch) { kill($0.processIdentifier, SIGKILL) }
    #expect(run.status == -SIGKILL)
    let resumed = try scratch.run("run", "s.yaml", "--out", "o", "--resume", "--quiet", "--seed", "2")
    #expect(resumed.status == 74)
    #expect(
      resumed.error
        == "error: o: the parts here are of another scenario; choose another folder with --out, or replace what is here with --force\n")
  }
}
