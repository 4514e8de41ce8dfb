import Foundation
import Testing

/// What a command changes in a scenario, and which of two changes holds.
@Suite struct OverrideTests {
  static let text = """
    seed: 1
    cycles: 3
    rows: 50
    replicates: 2
    world: {kind: gaussian, features: 2}
    learner: {kind: ridge, penalty: 0.5}
    arms: [{name: b}, {name: a, set: {retraining.every: 2}}]
    """

  /// The scenarios of the arms, in order, as the manifest of a run resolves them.
  func arms(_ options: String...) throws -> [(name: String, scenario: [String: Any])] {
    let scratch = try Scratch()
    try scratch.write(Self.text, to: "s.yaml")
    let run = try CommandLineRun(["run", "s.yaml", "--out", "o", "--quiet"] + options, in: scratch.url)
    #expect(run.status == 0, "\(run.error)")
    let manifest = try JSONSerialization.jsonObject(with: Data(scratch.read("o/manifest.json").utf8)) as? [String: Any]
    let arms = try #require((manifest?["resolved"] as? [String: Any])?["arms"] as? [[String: Any]])
    return try arms.map { (try #require($0["name"] as? String), try #require($0["scenario"] as? [String: Any])) }
  }

  func numbers(_ scenario: [String: Any]) -> [Int?] {
    ["seed", "cycles", "rows", "replicates"].map { scenario[$0] as? Int }
  }

  @Test func `without any, the file holds, and arms come as written`() throws {
    let arms = try arms()
    #expect(arms.map(\.name) == ["b", "a"])
    for arm in arms { #expect(numbers(arm.scenario) == [1, 3, 50, 2]) }
    #expect(arms.map { ($0.scenario["retraining"] as? [String: Any])?["every"] as? Int } == [nil, 2])
  }

  @Test func `an option of its own holds against --set, whichever is first`() throws {
    let own = ["--seed", "6", "--cycles", "2", "--rows", "40", "--replicates", "1"]
    let set = ["--set", "seed=7", "--set", "cycles=4", "--set", "rows=60", "--set", "replicates=3"]
    for options in [own + set, set + own] {
      let scratch = try Scratch()
      try scratch.write(Self.text, to: "s.yaml")
      let run = try CommandLineRun(["run", "s.yaml", "--out", "o", "--quiet"] + options, in: scratch.url)
      #expect(run.status == 0)
      let lines = try scratch.read("o/cycles.csv").split(separator: "\n").dropFirst()
      #expect(lines.count == 2 * 1 * 3, "two arms, one replicate, cycles 0 to 2")
      let manifest = try JSONSerialization.jsonObject(with: Data(scratch.read("o/manifest.json").utf8)) as? [String: Any]
      #expect(manifest?["seed"] as? Int == 6)
      let arms = (manifest?["resolved"] as? [String: Any])?["arms"] as? [[String: Any]]
      #expect(try numbers(#require(arms?[0]["scenario"] as? [String: Any])) == [6, 2, 40, 1])
    }
  }

  @Test func `of two values of one place the later one holds`() throws {
    let arms = try arms("--set", "rows=60", "--set", "learner.penalty=0.25", "--set", "rows=70", "--set", "learner.penalty=0.125")
    for arm in arms {
      #expect(numbers(arm.scenario) == [1, 3, 70, 2])
      #expect((arm.scenario["learner"] as? [String: Any])?["penalty"] as? Double == 0.125)
    }
  }

  @Test func `an arm holds against the command`() throws {
    let arms = try arms("--set", "retraining.every=3")
    #expect(arms.map { ($0.scenario["retraining"] as? [String: Any])?["every"] as? Int } == [3, 2])
  }
}
