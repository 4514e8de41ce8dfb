import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabScenarios
import Testing

/// The worked example of a cycle, computed outside this project (see Golden/README.md).
@Suite struct ThreeCyclesTests {
  /// The figures have at most eight significant sums of a few numbers each: 1e-12 is a few hundred units in the last place.
  static let relativeTolerance = 1e-12

  static func folder() throws -> String {
    try #require(Bundle.module.resourceURL).appendingPathComponent("Golden").path
  }

  func check(_ document: ScenarioDocument) throws {
    let text = try String(contentsOfFile: Self.folder() + "/three-cycles.csv", encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(rows.count == 12)
    for arm in try document.arms() {
      let scenario = try Scenario(document.resolved(for: arm), catalog: .standard)
      var simulation = Simulation(scenario)
      let records = simulation.run()
      #expect(simulation.ending == .completed)
      let expected = rows.filter { $0[0] == arm.name }
      #expect(records.count == expected.count)
      for (record, row) in zip(records, expected) {
        expectClose(record.fitted?.predictor.intercept, row[2], "\(arm.name) intercept of cycle \(record.cycle)")
        expectClose(record.fitted?.predictor.weights[0], row[3], "\(arm.name) slope of cycle \(record.cycle)")
        expectClose(record["served_loss"], row[4], "\(arm.name) served loss of cycle \(record.cycle)")
        expectClose(record["untouched_loss"], row[5], "\(arm.name) untouched loss of cycle \(record.cycle)")
        expectClose(record["best_loss"], row[6], "\(arm.name) best loss of cycle \(record.cycle)")
      }
    }
  }

  private func expectClose(_ value: Double?, _ expected: String, _ what: Comment) {
    guard let expected = Double(expected) else {
      #expect(value == nil, what)
      return
    }
    guard let value else {
      Issue.record("no value: \(what)")
      return
    }
    #expect(abs(value - expected) <= Self.relativeTolerance * abs(expected), what)
  }

  @Test func `the worked example comes out of a YAML file`() throws {
    try check(ScenarioDocument(contentsOf: Self.folder() + "/three-cycles.yaml"))
  }

  @Test func `the worked example comes out of Swift`() throws {
    let additive: (Double) -> DocumentNode = { [["kind": "label-follows-prediction", "form": "additive", "strength": .number($0)]] }
    var document: ScenarioDocument = [
      "cycles": 3, "rows": 4, "evaluation": ["share": 0],
      "world": ["kind": "table", "path": "three-cycles-table.csv", "target": "y", "draw": "in-order"],
      "arms": [
        ["name": "A", "set": ["feedback": additive(0.5), "retraining.window": ["cycles": 1]]],
        [
          "name": "B",
          "set": [
            "feedback": [["kind": "label-follows-prediction", "form": "pull", "strength": 0.5]],
            "retraining": ["every": 1, "window": "all"],
          ],
          "add": ["discrepancies": [["kind": "unit", "features": ["x"], "factor": 1.1, "from": 2]]],
        ],
        ["name": "C", "set": ["feedback": additive(-0.25), "retraining.window": ["cycles": 2]]],
      ],
    ]
    document.folder = try Self.folder()
    try check(document)
  }
}
