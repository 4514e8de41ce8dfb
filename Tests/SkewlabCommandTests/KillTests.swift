import Foundation
import SkewlabNumerics
import Testing

/// A run that is killed or interrupted, whenever that is: what it wrote is whole, and `--resume` gives the bytes of a run that nobody stopped.
@Suite struct KillTests {
  /// 32 runs of some milliseconds.
  static let scenario = """
    name: killed
    cycles: 12
    rows: 4000
    replicates: 16
    world: {kind: gaussian, features: 6}
    feedback: [{kind: label-follows-prediction, strength: 0.5}]
    arms: [{name: off, set: {feedback: []}}, {name: on}]

    """
  static let runs = 32
  /// Bytes of all parts on a disk, by pages of 4 KiB.
  static let partsSize = 32 * 8192
  static let csvs = ["comparison.csv", "cycles.csv", "deployments.csv", "parameters.csv", "summary.csv"]

  /// The bytes of the run that nobody stops.
  static func undisturbed(_ scratch: Scratch) throws -> [String] {
    try scratch.write(scenario, to: "s.yaml")
    #expect(try scratch.run("run", "s.yaml", "--out", "whole", "--quiet", "--jobs", "1").status == 0)
    return try csvs.map { try scratch.read("whole/" + $0) }
  }

  /// Random moments: seeded, though what is done by then differs from machine to machine.
  struct Moments {
    let stream: RandomStream
    var drawn = 0

    init(_ name: String) { stream = RandomStream(seed: 20_261_123, name: name) }

    mutating func below(_ bound: Int) -> Int {
      drawn += 1
      return stream.integer(below: bound, at: .init(replicate: 0, cycle: 0), row: drawn)
    }

    /// Waits until so many parts are there as is drawn, or the command is done, and then a little longer.
    mutating func wait(_ process: Process, _ scratch: Scratch) {
      let parts = below(KillTests.runs + 1), microseconds = below(8000)
      while process.isRunning, KillTests.parts(scratch) < parts, !scratch.exists("o/manifest.json") { usleep(300) }
      usleep(UInt32(microseconds))
    }
  }

  static func parts(_ scratch: Scratch) -> Int { scratch.names("o/parts").count { $0.hasSuffix(".part") } }

  /// What holds of the folder at any moment: parts are whole, and where the manifest is, everything is.
  static func checkIntact(_ scratch: Scratch, _ whole: [String]) throws {
    for name in scratch.names("o/parts") where name.hasSuffix(".part") {
      let text = try scratch.read("o/parts/" + name)
      #expect(text.hasPrefix("skewlab-part 4 ") && text.hasSuffix("\nend\n"), "\(name) is not whole")
    }
    for (name, text) in zip(csvs, whole) where scratch.exists("o/" + name) {
      #expect(try scratch.read("o/" + name) == text, "\(name) is there and not whole")
    }
    if scratch.exists("o/manifest.json") { #expect(csvs.allSatisfy { scratch.exists("o/" + $0) }) }
  }

  /// Resumes to the end, and compares.
  static func checkResumed(_ scratch: Scratch, _ whole: [String]) throws {
    let resumed = try scratch.run("run", "s.yaml", "--out", "o", "--resume", "--quiet", "--jobs", "1")
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try csvs.map { try scratch.read("o/" + $0) } == whole)
    #expect(scratch.names("o") == (csvs + ["manifest.json"]).sorted())
    try FileManager.default.removeItem(at: scratch.url.appendingPathComponent("o"))
  }

  @Test func `50 kills at random moments lose nothing`() throws {
    let scratch = try Scratch()
    let whole = try Self.undisturbed(scratch)
    var moments = Moments("kills")
    var kills = 0, inTheMiddle = 0
    while kills < 50 {
      // A run that goes on from the parts is killed as well, one time in three.
      let isGoingOn = scratch.exists("o")
      let arguments =
        ["run", "s.yaml", "--out", "o", "--quiet", "--jobs", String(1 + moments.below(2))] + (isGoingOn ? ["--resume"] : [])
      let run = try CommandLineRun(arguments, in: scratch.url) { process in
        moments.wait(process, scratch)
        kill(process.processIdentifier, SIGKILL)
      }
      #expect(run.status == -SIGKILL || run.status == 0, "\(run.error)")
      try Self.checkIntact(scratch, whole)
      if run.status == -SIGKILL {
        kills += 1
        if Self.parts(scratch) > 0, !scratch.exists("o/manifest.json") { inTheMiddle += 1 }
      }
      if scratch.exists("o"), moments.below(3) > 0 { try Self.checkResumed(scratch, whole) }
    }
    if scratch.exists("o") { try Self.checkResumed(scratch, whole) }
    #expect(inTheMiddle >= 20, "only \(inTheMiddle) of \(kills) kills came while there was something to lose")
    report("kills: \(kills)")
  }

  @Test func `a second interrupt does not wait for the cycle`() throws {
    let scratch = try Scratch()
    // A cycle that takes longer than anyone waits.
    try scratch.write("world: gaussian\nrows: 1000000000\ncycles: 1\n", to: "s.yaml")
    let run = try CommandLineRun(["run", "s.yaml", "--out", "o", "--quiet", "--jobs", "1"], in: scratch.url) { process in
      while process.isRunning, !scratch.exists("o/cycles.csv.writing") { usleep(300) }
      usleep(500_000)  // the next thing that it does is the cycle
      kill(process.processIdentifier, SIGINT)
      usleep(100_000)
      #expect(process.isRunning, "the first waits for the cycle")
      kill(process.processIdentifier, SIGINT)
      for _ in 0..<100 where process.isRunning { usleep(50_000) }
      kill(process.processIdentifier, SIGKILL)
    }
    #expect(run.status == 130, "it ends by itself, and not at last by SIGKILL")
    #expect(
      run.error == "error: interrupted again, in the middle of a cycle; runs that are done are kept; go on with --resume\n")
    report("interrupts: 1")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `interrupts at random moments leave whole parts, exit with 130, and say how to go on`(number: Int32) throws {
    let scratch = try Scratch()
    let whole = try Self.undisturbed(scratch)
    var moments = Moments("interrupts \(number)")
    var interrupts = 0
    while interrupts < 6 {
      let run = try CommandLineRun(["run", "s.yaml", "--out", "o", "--quiet", "--jobs", "1"], in: scratch.url) { process in
        // Before the first part is there the signal may come before anybody watches for it, and ends the process as any other.
        while process.isRunning, Self.parts(scratch) == 0 { usleep(300) }
        moments.wait(process, scratch)
        kill(process.processIdentifier, number)
      }
      try Self.checkIntact(scratch, whole)
      if run.status == 130 {
        interrupts += 1
        let done = Self.parts(scratch)
        #expect(run.error == "error: interrupted: \(done) of \(Self.runs) runs are done and kept in o; go on with --resume\n")
        #expect(scratch.names("o") == ["parts"])
      } else {
        #expect(run.status == 0 && run.error == "")
      }
      try Self.checkResumed(scratch, whole)
    }
    report("interrupts: \(interrupts)")
  }
}
