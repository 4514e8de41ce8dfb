import Foundation
import Testing

/// Generated scenarios through the command: success, or messages with a place and exit code 65, in bounded time and memory.
@Suite struct GeneratedCommandTests {
  private static let seed: UInt64 = 20_261_128
  private static let count = 500, lanes = 2
  private static let secondsAllowed = 20, kilobytesAllowed = 8_000_000

  @Test func `500 generated scenarios through the commands end well, or with a place and nothing written`() async throws {
    try await withThrowingTaskGroup(of: (run: Int, commands: Int).self) { group in
      for lane in 0..<Self.lanes {
        group.addTask {
          var run = 0, commands = 0
          for index in stride(from: lane, to: Self.count, by: Self.lanes) {
            let done = try Self.trial(index)
            commands += done.commands
            run += done.hasRun ? 1 : 0
          }
          return (run, commands)
        }
      }
      var run = 0, commands = 0
      for try await lane in group {
        run += lane.run
        commands += lane.commands
      }
      #expect(run * 2 >= Self.count, "only \(run) of \(Self.count) ran")
      report("generated scenarios through the command: \(Self.count)")
      report("commands on generated scenarios: \(commands)")
    }
  }

  private static func trial(_ index: Int) throws -> (hasRun: Bool, commands: Int) {
    let scratch = try Scratch()
    for (name, text) in GeneratedTable.contents { try scratch.write(text, to: name) }
    try Trial(folder: scratch.url, index: index).write(.scenarios, seed: seed)
    let isValid = try command(["validate", "s.yaml"], scratch, index)
    let explains = try command(["explain", "s.yaml"], scratch, index)
    #expect(isValid == explains, "validate and explain differ on scenario \(index)")
    let runs = try command(["run", "s.yaml", "--out", "one", "--jobs", "1"], scratch, index)
    #expect(isValid || !runs, "a scenario that is not valid runs: \(index)")
    var commands = 3
    if runs {
      _ = try command(["run", "s.yaml", "--out", "two", "--jobs", "2", "--json"], scratch, index)
      expectWhole(scratch, "one", "two", index)
      commands += 1
    } else {
      #expect(!scratch.exists("one"), "scenario \(index) did not run, and left a folder")
    }
    // A run may end in cycle 0 where others go on, so that only what all commands promise is asked.
    if index % 4 == 0 {
      if try command(["attribute", "s.yaml", "--out", "shares", "--metric", "untouched_loss"], scratch, index) {
        expectWhole(scratch, "shares", "shares", index)
      }
      commands += 1
    }
    if index % 8 == 2 {
      if try command(["screen", "s.yaml", "--out", "screen"], scratch, index) { expectWhole(scratch, "screen", "screen", index) }
      commands += 1
    }
    return (runs, commands)
  }

  /// Runs a command; returns whether it succeeded.
  private static func command(_ arguments: [String], _ scratch: Scratch, _ index: Int) throws -> Bool {
    let limited = "ulimit -v \(kilobytesAllowed); exec timeout -s KILL \(secondsAllowed) \"$0\" \"$@\""
    let run = try CommandLineRun(
      ["-c", limited, CommandLineRun.executable.path] + arguments, in: scratch.url, executable: URL(filePath: "/bin/bash"))
    let what = "scenario \(index), \(arguments.joined(separator: " ")): code \(run.status)\n\(run.error)\n"
    if run.status == 0 { return true }
    let scenario = try scratch.read(Trial.scenarioName)
    #expect(run.status == 65, "\(what)\(scenario)")
    if run.status == 65 {
      let messages = run.error.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(!messages.isEmpty && messages.allSatisfy { $0.contains(#/^error: [^ ]*:\d+(:\d+)?: /#) }, "\(what)\(scenario)")
    }
    return false
  }

  private static func expectWhole(_ scratch: Scratch, _ one: String, _ two: String, _ index: Int) {
    do {
      let files = try [one, two].map { try ResultsCheck.csvFiles(in: scratch.url.appendingPathComponent($0)) }
      try ResultsCheck.expectSame(files[0], files[1], "with one job and with two")
    } catch {
      Issue.record("scenario \(index): \(error)\n\((try? scratch.read(Trial.scenarioName)) ?? "")")
    }
  }
}
