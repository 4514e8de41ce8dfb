import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import Testing

/// `deployments.csv`: which model serves from when on, and what its two sides have learned differently; numbers worked out by hand.
@Suite struct DeploymentTests {
  /// A column whose name is hard on a CSV file.
  static let name = "z,%2C \"1\""

  /// Four rows a cycle, in order. x has the fill 2, 4, 6, 8; z has mean 2, 12, 24, 1 and deviation 2, 2, 4, 1.
  static let table = """
    x,"z,%2C ""1""\",y
    1,0,1
    3,0,2
    ,4,3
    ,4,5
    3,10,1
    5,10,2
    ,14,4
    ,14,3
    5,20,1
    7,20,5
    ,28,2
    ,28,3
    7,0,1
    9,0,2
    ,2,4
    ,2,1

    """

  struct Row: Hashable {
    var cycle: Int, fitted: Int, versions: String, step: String, feature: String, statistic: String, values: String, agrees: Bool
  }

  func run(_ discrepancies: DocumentNode, set: [(String, DocumentNode)] = [], stopAfter: Int = .max, in given: URL? = nil) throws -> String
  {
    let folder = given ?? FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("table.csv").path
    try Self.table.write(toFile: path, atomically: true, encoding: .utf8)
    var document: ScenarioDocument = [
      "cycles": 3, "rows": 4, "evaluation": ["share": 0],
      "world": ["kind": "table", "path": .string(path), "target": "y", "draw": "in-order"],
      "pipeline": [["kind": "impute", "with": "mean"], "standardize"], "learner": ["kind": "ridge", "penalty": 0.1],
    ]
    document.root["discrepancies"] = discrepancies
    for (key, value) in set { document.root[key] = value }
    let stop = StopAfter(stopAfter), out = folder.appendingPathComponent("out").path
    _ = try ResultsStore(Experiment(document), folder: out).run(
      existing: given == nil ? .refuse : .resume, jobs: 1, isCancelled: { stop.isDue }, progress: { done, _ in stop.note(done) })
    if stopAfter < .max { return folder.path }
    return try String(contentsOfFile: out + "/deployments.csv", encoding: .utf8)
  }

  func rows(_ discrepancies: DocumentNode, set: [(String, DocumentNode)] = []) throws -> [Row] {
    let text = try run(discrepancies, set: set)
    let quoted = "\"" + Self.name.replacing("\"", with: "\"\"") + "\""
    var lines = text.split(separator: "\n").map { $0.replacing(quoted, with: "z") }
    #expect(
      lines.removeFirst() == "arm,replicate,cycle,fitted_in,training_version,serving_version,step,feature,statistic,training,serving,agree")
    return lines.map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Row(
        cycle: Int(cells[2]) ?? -1, fitted: Int(cells[3]) ?? -1, versions: cells[4] + " " + cells[5], step: cells[6], feature: cells[7],
        statistic: cells[8], values: cells[9] + " " + cells[10], agrees: cells[11] == "true")
    }
  }

  /// The rows of single numbers, as one text each.
  func numbers(_ rows: [Row]) -> [String] {
    rows.filter { !$0.feature.isEmpty }.map { "\($0.cycle) \($0.step) \($0.feature) \($0.statistic): \($0.values) \($0.agrees)" }
  }

  @Test func `sides agree in every row where nothing makes them differ`() throws {
    let rows = try rows([])
    #expect(rows.count == 9 && rows.allSatisfy { $0.agrees && $0.versions == "plain plain" })
    #expect(rows.map(\.cycle) == [1, 1, 1, 2, 2, 2, 3, 3, 3] && rows.allSatisfy { $0.fitted == $0.cycle - 1 })
    #expect(rows[..<3].map { "\($0.step) \($0.statistic) \($0.values)" } == [" steps 2 2", "impute values 1 1", "standardize values 4 4"])
  }

  @Test func `a model that stays is one deployment, and so is a version that comes while it serves`() throws {
    #expect(try rows([], set: [("retraining", "never")]).map(\.cycle) == [1, 1, 1])
    let rows = try rows([["kind": "impute-mismatch", "from": 3]], set: [("retraining", "never")])
    #expect(Set(rows.map(\.cycle)) == [1, 3] && rows.allSatisfy { $0.fitted == 0 })
    #expect(rows.allSatisfy { $0.cycle == 3 ? $0.versions == "plain impute-mismatch" : $0.agrees && $0.versions == "plain plain" })
    #expect(numbers(rows) == ["3 impute x fill: 2 0 false"])
    #expect(rows.filter { $0.statistic == "steps" }.map(\.agrees) == [true, false])
  }

  @Test func `another fill is a number that differs`() throws {
    let rows = try rows([["kind": "impute-mismatch", "value": -9]])
    #expect(numbers(rows) == ["1 impute x fill: 2 -9 false", "2 impute x fill: 4 -9 false", "3 impute x fill: 6 -9 false"])
    let scalers = rows.filter { $0.step == "standardize" }
    #expect(scalers.allSatisfy { $0.agrees }, "the scaler's state comes with the model")
  }

  @Test func `a difference that stays the same is written once, and its end as well`() throws {
    let rows = try rows(
      [["kind": "impute-mismatch", "value": -9, "until": 2]], set: [("pipeline", [["kind": "impute", "with": "constant", "value": 7]])])
    #expect(numbers(rows) == ["1 impute x fill: 7 -9 false", "3 impute x fill: 7 7 true"])
    #expect(rows.filter { $0.step == "impute" && $0.feature.isEmpty }.map(\.agrees) == [false, false, true])
  }

  @Test func `a deviation with n − 1 is a number that differs`() throws {
    // z: √(Σ(z − m)²/4) = 2 against √(16/3); x is 2 ∓ 1 and twice the fill, 2: √(2/4) against √(2/3).
    let rows = try rows([["kind": "ddof", "until": 1]])
    #expect(
      numbers(rows) == [
        "1 standardize x sd: \(0.5.squareRoot()) \((2.0 / 3).squareRoot()) false", "1 standardize z sd: 2 \((16.0 / 3).squareRoot()) false",
        "2 standardize x sd: \(0.5.squareRoot()) \(0.5.squareRoot()) true", "2 standardize z sd: 2 2 true",
      ])
  }

  @Test func `old statistics are numbers that differ`() throws {
    let rows = try rows([["kind": "stale-statistics", "step": "standardize", "cycles": 1]])
    #expect(
      numbers(rows) == [
        "2 standardize x mean: 4 2 false", "2 standardize z mean: 12 2 false",
        "3 standardize x mean: 6 4 false", "3 standardize z mean: 24 12 false", "3 standardize z sd: 4 2 false",
      ])
  }

  @Test func `a step fitted to the rows being served is another every cycle`() throws {
    let rows = try rows([["kind": "stale-statistics", "step": "standardize", "rows": "serving"]], set: [("retraining", "never")])
    let means = numbers(rows).filter { $0.contains(" z mean") }
    #expect(
      means == ["1 standardize z mean: 2 12 false", "2 standardize z mean: 2 24 false", "3 standardize z mean: 2 1 false"])
  }

  @Test func `a discrepancy of raw rows is a version, with the same numbers on both sides`() throws {
    let rows = try rows([["kind": "unit", "features": ["x"], "factor": 2]])
    #expect(rows.allSatisfy { $0.versions == "plain unit" && $0.agrees == ($0.statistic != "steps") })
  }

  @Test func `a step that only one side runs has no number on the other`() throws {
    let rows = try rows([["kind": "skip-transform", "step": "standardize"]])
    #expect(numbers(rows).prefix(2) == ["1 standardize x mean: 2  false", "1 standardize x sd: \(0.5.squareRoot())  false"])
    #expect(rows.first?.values == "2 1")
  }

  @Test func `stopping and going on gives the same bytes, names with commas included`() throws {
    let discrepancies: DocumentNode = [["kind": "ddof", "until": 1], ["kind": "unit", "features": ["x"], "factor": 2]]
    let whole = try run(discrepancies, set: [("replicates", 3)])
    let folder = try run(discrepancies, set: [("replicates", 3)], stopAfter: 6)
    let resumed = try run(discrepancies, set: [("replicates", 3)], in: URL(filePath: folder))
    #expect(resumed == whole && whole.contains(Self.name.replacing("\"", with: "\"\"")))
  }
}
