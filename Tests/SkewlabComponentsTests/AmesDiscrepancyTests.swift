import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabScenarios
import Testing

/// Discrepancies on the house prices of Ames against pandas and scikit-learn (Tests/Reference/ames_discrepancies.py): nothing is drawn, so that fits and losses agree to rounding.
@Suite struct AmesDiscrepancyTests {
  /// The design has at most 28 standardised columns of 900 rows and a condition number below 6, squared by normal equations; two orders of summation over 900 rows and two
  /// factorizations (scikit-learn's OLS is by singular values) leave some 1e-13. Losses are near 0.03 of outcomes near 12, which takes two digits more.
  static let tolerance = 1e-10

  static let cases = AmesFigures.cases.split(separator: "\n").map(String.init)

  /// A root that keeps relative paths of the scenarios.
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "scenarios").path

  private static func records(_ given: DocumentNode, discrepancies: DocumentNode) throws -> [(record: CycleRecord, fittedLoss: Double)] {
    let text = given["text"]?.text ?? ""
    let root: DocumentNode = [
      "cycles": 2, "rows": 900, "evaluation": ["share": 0], "metrics": ["loss"],
      "world": [
        "kind": "table", "path": "data/ames.csv", "target": "price", "log-target": true, "draw": "in-order",
        "features": .texts(["living_area_sqft", "overall_quality", "year_built", "lot_frontage_ft", text]),
      ],
      "pipeline": given["pipeline"] ?? [], "learner": given["learner"] ?? "ols", "discrepancies": discrepancies,
      "retraining": ["every": 1, "window": ["cycles": 1]],
    ]
    var simulation = Simulation(try Scenario(ScenarioDocument(root: root, folder: folder), catalog: .standard))
    var path: [(record: CycleRecord, fittedLoss: Double)] = []
    while let record = simulation.step() {
      let error = simulation.model?.trainingRMSE ?? .nan
      path.append((record, error * error))
    }
    return path
  }

  @Test(arguments: cases) func `fits and losses are scikit-learn's`(_ line: String) throws {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false)
    let given = try YAMLReader.value(String(parts[0]), file: "figures")
    let plain = try Self.records(given, discrepancies: [])
    let altered = try Self.records(given, discrepancies: [given["discrepancy"] ?? [:]])
    for cycle in 1...2 {
      let parameters = TransformFigureTests.numbers(parts[2 * cycle - 1]), losses = TransformFigureTests.numbers(parts[2 * cycle])
      for records in [plain, altered] {
        let model = try #require(records[cycle - 1].record.fitted?.predictor), own = [model.intercept] + model.weights
        #expect(own.count == parameters.count)
        for (value, expected) in zip(own, parameters) {
          // Weights of a model whose intercept is near 12.
          #expect(abs(value - expected) < Self.tolerance, "cycle \(cycle): \(value) instead of \(expected)")
        }
        let fitted = records[cycle - 1].fittedLoss
        #expect(abs(fitted / losses[0] - 1) < Self.tolerance, "cycle \(cycle): \(fitted) instead of \(losses[0])")
      }
      for (records, expected) in [(plain, losses[1]), (altered, losses[2])] {
        let served = try #require(records[cycle].record["served_loss"])
        #expect(abs(served / expected - 1) < Self.tolerance, "cycle \(cycle): \(served) instead of \(expected)")
      }
    }
  }

  @Test func `every discrepancy asked for is among the cases`() throws {
    let kinds = try Set(
      Self.cases.compactMap { line in
        try YAMLReader.value(String(line.prefix { $0 != "|" }), file: "figures")["discrepancy"]?["kind"]?.text
      })
    #expect(kinds == ["unit", "impute-mismatch", "stale-statistics", "precision", "category-order"])
  }
}
