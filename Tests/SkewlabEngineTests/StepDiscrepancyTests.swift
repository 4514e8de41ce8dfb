import SkewlabComponents
import SkewlabEngine
import Testing

/// A step that one side leaves out, from a cycle on.
private struct LeftOut: StepDiscrepancy {
  static let kind = "left-out"
  static let summary = "one side leaves the steps out"
  static let definition = "The side has no steps."
  static let defaultCause: Cause? = .dataHandling
  static let parameters: [any ParameterDeclaration] = DiscrepancyScope.parameters
  let scope: DiscrepancyScope
  init(_ arguments: Arguments) throws(ScenarioError) { scope = try DiscrepancyScope(arguments) }
  func alter(_ steps: [PipelineStep]) -> [PipelineStep] { [] }
}

@Suite struct StepDiscrepancyTests {
  func records(_ discrepancies: DocumentNode) throws -> [CycleRecord] {
    let document: ScenarioDocument = [
      "cycles": 3, "rows": 2000, "world": ["kind": "gaussian", "features": 2, "mean": 3], "pipeline": ["standardize"],
      "discrepancies": discrepancies,
    ]
    var simulation = Simulation(try Scenario(document, catalog: Catalog.standard.adding(LeftOut.self)))
    return simulation.run()
  }

  /// Least squares does not care about the scale of its features, so that the own test stays; the other side's features then meet weights that are not theirs.
  @Test(arguments: ["training", "serving"]) func `a step that only one side has shows in serving and not in the own test`(side: String)
    throws
  {
    let plain = try records([]), altered = try records([["kind": "left-out", "side": .string(side)]])
    let own = try #require(altered[3]["offline_loss"]), before = try #require(plain[3]["offline_loss"])
    #expect(abs(own - before) < 1e-9 * before, "the own test is that of the training side: \(own) and \(before)")
    let served = try #require(altered[3]["served_loss"]), right = try #require(plain[3]["served_loss"])
    // Standardised features are x − 3 in a unit scale: with weights for x the predictions are off by 3·(w₁ + w₂) = 4.2, a loss of 18 above the noise.
    #expect(abs(served - right - 18) < 2, "served \(served), without the discrepancy \(right)")
  }

  @Test func `a step discrepancy acts from its first cycle on`() throws {
    let plain = try records([]), altered = try records([["kind": "left-out", "from": 2]])
    let before = try #require(altered[1]["served_loss"]), right = try #require(plain[1]["served_loss"])
    // One log keeps rows and the other moments: two orders of summation.
    #expect(abs(before - right) < 1e-12 * right)
    #expect(try #require(altered[2]["served_loss"]) > 10)
  }
}
