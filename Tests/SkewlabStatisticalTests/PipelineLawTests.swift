import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **P2** and **P3** by simulation: rows are drawn, gaps and shifts are the world's, the model is fitted on what it saw. In populations, exactly: `StepDiscrepancyTests`.
///
/// The laws are of population fits. A fit on n rows adds to the excess the residual variance times (d + 1)/n, and moves the law's own weights by as much relative to it; a scaler on n rows that serves has a mean and a deviation of its own, which adds less than 2Σw²/n. Twice the sum bounds what the law leaves out.
@Suite struct PipelineLawTests {
  typealias Numbers = SourceDiscrepancyTests.Numbers
  static let rows = 4000

  /// Independent normal features with these standard deviations.
  static func world(_ mean: [Double], _ deviations: [Double], _ beta: [Double]) -> DocumentNode {
    [
      "kind": "gaussian", "features": .integer(mean.count), "mean": .numbers(mean),
      "covariance": ["scaled": .numbers(deviations.map { $0 * $0 })], "coefficients": .numbers(beta), "noise": 0.5,
    ]
  }

  static func check(
    _ document: ScenarioDocument, cycle: Int, cost expected: Double, features: Int, residual: Double, scaler: Double = 0, _ what: String
  )
    async throws
  {
    let values = try await replicates(200, of: document) { $0.value("excess_loss", cycle: cycle) }
    let share = Double(features + 1) / Double(rows)
    expectMean(
      values, equals: expected, resolving: 0.12 * (expected + 0.25),
      approximationError: 2 * (share * (residual + expected) + 2 * scaler / Double(rows)), what)
  }

  @Test(arguments: 0..<SourceDiscrepancyTests.sets) func `P2: gaps filled with another constant`(set: Int) async throws {
    var numbers = Numbers("law-missing", set: set)
    let d = numbers.integer(1...3)
    let mean = (0..<d).map { _ in numbers.number(-2, 2) }, deviations = (0..<d).map { _ in numbers.number(0.5, 2) }
    let beta = (0..<d).map { _ in numbers.number(-1.5, 1.5) }
    let rates = (0..<d).map { _ in numbers.number(0.05, 0.4) }, fills = (0..<d).map { _ in numbers.number(-3, 3) }
    var document = scenario(seed: 8100 + set, cycles: 1, rows: Self.rows, world: Self.world(mean, deviations, beta))
    document.root["metrics"] = ["loss"]
    document.root["pipeline"] = ["impute"]
    document.root["shifts"] = DocumentNode(
      .list(
        (0..<d).map { j in
          [
            "kind": "missing-rate", "id": .string("gaps-\(j)"), "feature": .string("x\(j + 1)"), "change": .number(rates[j]),
            "profile": ["kind": "step", "from": 0],
          ]
        }))
    document.root["discrepancies"] = DocumentNode(
      .list(
        (0..<d).map { j in
          ["kind": "impute-mismatch", "id": .string("fill-\(j)"), "features": .texts(["x\(j + 1)"]), "value": .number(fills[j])]
        }))
    var expected = 0.0, residual = 0.25
    for j in 0..<d {
      let h = mean[j] - fills[j], variance = deviations[j] * deviations[j]
      expected += rates[j] * beta[j] * beta[j] * (variance + h * h)
      residual += rates[j] * beta[j] * beta[j] * variance
      for k in 0..<d where k != j { expected += rates[j] * rates[k] * beta[j] * beta[k] * h * (mean[k] - fills[k]) }
    }
    try await Self.check(document, cycle: 1, cost: expected, features: d, residual: residual, "gaps at \(rates), filled with \(fills)")
  }

  /// From cycle 1 on the world has another mean and spread. *Stale:* the model of cycle 1 knows it, the serving scaler is that of cycle 0. *Erased:* the model is that of cycle 0, and serving
  /// standardises its own batch.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets, [false, true]) func `P3: a wrong scaler, and a shift erased by one`(
    set: Int, erased: Bool
  ) async throws {
    var numbers = Numbers("law-scaler", set: set)
    let d = numbers.integer(1...3)
    let mean = (0..<d).map { _ in numbers.number(-2, 2) }, deviations = (0..<d).map { _ in numbers.number(0.5, 2) }
    let beta = (0..<d).map { _ in numbers.number(-1.5, 1.5) }
    let moves = (0..<d).map { _ in numbers.number(-1, 1) }, stretches = (0..<d).map { _ in numbers.number(0.7, 1.5) }
    var document = scenario(seed: 8200 + set, cycles: 2, rows: Self.rows, world: Self.world(mean, deviations, beta))
    document.root["metrics"] = ["loss"]
    document.root["pipeline"] = ["standardize"]
    document.root["shifts"] = DocumentNode(
      .list(
        (0..<d).flatMap { j -> [DocumentNode] in
          let feature = "x\(j + 1)"
          return [
            [
              "kind": "mean", "id": .string("mean-\(j)"), "feature": .string(feature), "change": .number(moves[j] * deviations[j]),
              "unit": "raw",
            ],
            ["kind": "scale", "id": .string("scale-\(j)"), "feature": .string(feature), "change": .number(stretches[j] - 1)],
          ]
        }))
    document.root["discrepancies"] = [["kind": "stale-statistics", "rows": erased ? "serving" : "original"]]
    if erased { document.root["retraining"] = "never" }
    var spread = 0.0, offset = 0.0, scaler = 0.0
    for j in 0..<d {
      // Relative to the deviation of cycle 0 the world now has mean `moves` and deviation `stretches`, and the weight on that scale is β·deviation; the weight of the model of cycle 1 is on the new scale.
      let w = beta[j] * deviations[j]
      spread += w * w * (stretches[j] - 1) * (stretches[j] - 1) * (erased ? 1 : stretches[j] * stretches[j])
      scaler += w * w * (erased ? 1 : stretches[j] * stretches[j])
      offset += w * moves[j] * (erased ? 1 : stretches[j])
    }
    try await Self.check(
      document, cycle: 2, cost: spread + offset * offset, features: d, residual: 0.25, scaler: scaler,
      "\(erased ? "erased" : "stale"), \(moves), \(stretches)")
  }
}
