import Foundation
import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import SkewlabScenarios
import Testing

/// Headlines of real runs, read as a reader does and recomputed from the CSV files.
@Suite struct HeadlineTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let scenarios: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/scenarios")) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  /// Runs a scenario into a folder, and checks its headline; the number of clauses.
  private static func check(_ document: ScenarioDocument, _ name: String) throws -> Int {
    let experiment = try Experiment(document)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-headline-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    guard case .finished(let summary, let endings, let fits) = try ResultsStore(experiment, folder: folder.path).run() else {
      Issue.record("\(name) did not finish")
      return 0
    }
    func file(_ name: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }
    var checker = HeadlineChecker(cycles: try file("cycles.csv"), summary: try file("summary.csv"))
    let world = experiment.arms[0].scenario.world.component
    let text = RunReport(experiment, summary, endings: endings, fits: fits, folder: "out").sentence
    checker.check(text, outcome: world.outcomeIsLogged ? "log \(world.outcomeName)" : world.outcomeName)
    #expect(checker.problems.isEmpty, "\(name): \(text)")
    return checker.clauses
  }

  @Test func `the headline of every scenario is what its files say`() throws {
    #expect(Self.scenarios.count >= 37)
    var clauses = 0
    for name in Self.scenarios {
      var document = try ScenarioDocument(contentsOf: Self.root.path + "/scenarios/" + name)
      document.root["replicates"] = 3
      if let cycles = document.root["cycles"]?.json(), (Int(cycles) ?? 0) > 8 { document.root["cycles"] = 8 }
      let isSmaller = (Int(document.root["rows"]?.json() ?? "") ?? 0) > 2000
      if isSmaller { document.root["rows"] = 2000 }
      clauses += try Self.check(document, name)
    }
    report("headlines: \(Self.scenarios.count)")
    report("headline clauses: \(clauses)")
  }

  @Test func `the headlines of generated scenarios are what their files say`() throws {
    var generator = ScenarioGenerator(seed: 20)
    var clauses = 0
    for index in 0..<200 { clauses += try Self.check(generator.next(), "generated \(index)") }
    #expect(clauses > 400)
    report("headlines: 200")
    report("headline clauses: \(clauses)")
  }

  /// The checker itself: each fault in a true headline is seen.
  @Test func `a headline with a fault is not passed`() throws {
    let cycles = """
      arm,replicate,cycle,offline_loss,untouched_loss
      none,0,0,,
      none,0,1,1,2
      none,1,0,,
      none,1,1,1,2
      bad,0,0,,
      bad,0,1,0.5,3
      bad,1,0,,
      bad,1,1,0.5,3.02
      """
    let summary = "arm,cycle,metric,n,mean,sd,ci_low,ci_high\nbad,1,untouched_loss,2,3.01,0.01,2.9,3.1"
    let sentence =
      "In cycle 1, the loss of 'bad' on untouched y is 50 % higher than that with 'none' (95 % interval 44 % to 57 %), while the loss in its own test is 50 % lower than that with 'none' (95 % interval 50 % to 50 %)."
    func problems(_ text: String) -> [String] {
      var checker = HeadlineChecker(cycles: cycles, summary: summary)
      checker.check(text, outcome: "y")
      return checker.problems
    }
    #expect(problems(sentence).isEmpty, "\(problems(sentence))")
    for (was, fault) in [
      ("50 % higher", "50 % lower"), ("50 % higher", "52 % higher"), ("44 % to 57 %", "38 % to 63 %"), ("In cycle 1", "In cycle 2"),
      ("50 % lower", "50 % higher"), ("(95 % interval 44 % to 57 %)", "(one replicate: no interval)"), ("untouched y", "served y"),
      (" is 50 % higher than that with 'none'", " is the same as that with 'none'"),
    ] { #expect(!problems(sentence.replacingOccurrences(of: was, with: fault)).isEmpty, "\(fault)") }
  }
}

/// Small worlds drawn at random: arms with feedback, shifts and discrepancies of random strengths.
private struct ScenarioGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  /// Knuth's MMIX generator.
  private mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
  private mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(uniform() * Double(range.count))
  }
  private mutating func pick<Item>(_ items: [Item]) -> Item { items[integer(0...(items.count - 1))] }

  private mutating func change() -> DocumentNode {
    switch integer(0...4) {
    case 0: ["feedback": [["kind": "label-follows-prediction", "strength": .number(uniform() * 2.8 - 1)]]]
    case 1: ["shifts": [["kind": "intercept", "change": .number(uniform() * 2 - 1), "profile": ["kind": "step", "from": 1]]]]
    case 2: ["shifts": [["kind": "noise", "change": .number(uniform()), "profile": ["kind": "step", "from": 1]]]]
    case 3: ["discrepancies": [["kind": "unit", "features": ["x1"], "factor": .number(uniform() * 2)]]]
    default: ["retraining": ["kind": "never"]]
    }
  }

  mutating func next() -> ScenarioDocument {
    let arms = (0..<integer(1...4)).map { index -> DocumentNode in
      index == 0 && integer(0...1) == 0 ? ["name": "none"] : ["name": .string("arm-\(index)"), "set": change()]
    }
    let metrics: [DocumentNode] = [["loss"], ["loss", "r2"], ["r2", "mean-prediction"], ["loss", "parity"]]
    return ScenarioDocument(root: [
      "seed": .integer(integer(1...1_000_000)), "cycles": .integer(integer(1...5)), "rows": .integer(integer(40...200)),
      "replicates": .integer(integer(1...4)), "evaluation": ["share": .number(pick([0, 0.2, 0.2]))],
      "world": ["kind": "gaussian", "features": .integer(integer(1...3)), "noise": .number(0.1 + uniform())],
      "learner": .string(pick(["ols", "ols", "constant"])),
      "metrics": pick([metrics[0], metrics[0], metrics[1], metrics[1], metrics[3], metrics[2]]), "arms": DocumentNode(.list(arms)),
    ])
  }
}
