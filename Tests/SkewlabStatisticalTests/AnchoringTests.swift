import SkewlabEngine
import Testing

/// THEORY.md, **F7**: labels made from predictions.
@Suite struct AnchoringTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let usage: Double, adherence: Double
    var testDescription: String { "p = \(usage), s = \(adherence)" }
    var seed: Int { Int(usage * 100) * 1000 + Int(adherence * 100) }
  }

  static let cases = [
    Case(usage: 0.7, adherence: 0.2), Case(usage: 0.3, adherence: 0.5), Case(usage: 0.9, adherence: 0.9), Case(usage: 0.5, adherence: 1.2),
  ]
  static let rows = 5000, share = 0.2, features = 3, noise = 1.5

  static func document(seed: Int, cycles: Int, _ c: Case, kind: String = "anchoring") -> ScenarioDocument {
    scenario(
      seed: seed * 1_000_000 + c.seed, cycles: cycles, rows: rows,
      world: Population(features: features, correlation: 0.5).world(coefficients: coefficients(features), intercept: 0.7, noise: noise),
      feedback: [
        kind == "anchoring"
          ? ["kind": "anchoring", "usage": .number(c.usage), "adherence": .number(c.adherence)]
          : ["kind": .string(kind), "usage": .number(c.usage), "adherence": .number(c.adherence), "rmse": .number(noise)]
      ], evaluationShare: share)
  }

  /// The relative error of the limit of large windows, for squared losses. Rows fitted: at least 3,900 of 5,000, but for a probability of 1e-3 a cycle that moves nothing to first order.
  static func relativeError(_ c: Case) -> Double {
    ClosedForms.anchoredRelativeError(usage: c.usage, adherence: c.adherence, rows: 3900, features: features)
  }

  /// A bound on 1 − E√A/√(E A) for a sample loss A over m rows: Var(A)/(8(E A)²) to first order, doubled. Var(A)/(E A)² ≤ κ/m, with κ the kurtosis of the labels' residuals: 3·E(variance²)/E(variance)²
  /// of the mixture; and the loss whose spread follows a sample moves it by at most as much again for rows fitted, 4 times as many, times 1/(1−(ps²)²).
  static func rootError(_ c: Case, loss: Double) -> Double {
    let spread = c.adherence * c.adherence * loss
    let kurtosis = 3 * ((1 - c.usage) + c.usage * spread * spread) / (loss * loss)
    let gain = c.usage * c.adherence * c.adherence
    return 2 * kurtosis * (1 + 1 / (4 * (1 - gain * gain))) / (8 * share * Double(rows))
  }

  @Test(arguments: cases) func `the window's error falls to the anchored limit, the error on original rows stays`(_ c: Case) async throws {
    let cycles = 40, settled = 31...40, unit = Self.noise * Self.noise
    let values = try await replicates(200, of: Self.document(seed: 701, cycles: cycles, c)) { path in
      (
        early: (1...5).map { path.value("offline_loss", cycle: $0) / unit }, loss: path.mean("offline_loss", cycles: settled) / unit,
        rmse: path.mean("offline_rmse", cycles: settled) / Self.noise, served: path.mean("served_loss", cycles: settled) / unit,
        untouched: path.mean("untouched_loss", cycles: settled) / unit,
        untouchedRMSE: path.mean("untouched_rmse", cycles: settled) / Self.noise,
        weights: path.meanWeights(fits: settled)
      )
    }
    let limit = ClosedForms.anchoredLoss(usage: c.usage, adherence: c.adherence)
    // (ps²)³⁰: what is left of the start.
    let left = ClosedForms.anchoredLoss(usage: c.usage, adherence: c.adherence, cycles: 30) - limit
    let error = Self.relativeError(c) * limit + abs(left)
    expectMean(values.map(\.loss), equals: limit, resolving: 0.04 * limit, approximationError: error, "offline_loss/σ²")
    let root = limit.squareRoot()
    expectMean(
      values.map(\.rmse), equals: root, resolving: 0.03 * root,
      approximationError: root * (error / (2 * limit) + Self.rootError(c, loss: limit)),
      "offline_rmse/σ")
    // Served rows get labels of the same law as the next window's.
    expectMean(values.map(\.served), equals: limit, resolving: 0.04 * limit, approximationError: error, "served_loss/σ²")
    // With labels of cycle t − 1, t ≥ 1, the model of cycle t; cycle 0's are untouched.
    for t in 1...5 {
      let expected = ClosedForms.anchoredLoss(usage: c.usage, adherence: c.adherence, cycles: t - 1)
      expectMean(
        values.map { $0.early[t - 1] }, equals: expected, resolving: 0.08 * expected, approximationError: Self.relativeError(c) * expected,
        "offline_loss/σ² in cycle \(t)")
    }
    // The model itself has not moved: β, hence σ on original rows, plus ‖e‖²_M ≈ τV/(1−p²) ≥ 0, doubled.
    expectMeans(values.map(\.weights), equal: coefficients(Self.features), resolving: 0.03, "weights")
    let excess = 2 * Double(Self.features + 1) / 3900 * limit / (1 - c.usage * c.usage)
    expectMean(values.map(\.untouched), equals: 1, resolving: 0.02, approximationError: excess, "untouched_loss/σ²")
    expectMean(
      values.map(\.untouchedRMSE), equals: 1, resolving: 0.01, approximationError: excess / 2 + 2 * 2 / (8 * Double(Self.rows)),
      "untouched_rmse/σ")
  }

  @Test(arguments: cases) func `with the spread measured on original rows the window's error is √(1−p+ps²) at once`(_ c: Case) async throws
  {
    let unit = Self.noise * Self.noise
    let document = Self.document(seed: 702, cycles: 15, c, kind: AnchoringByOriginalRows.kind)
    let values = try await replicates(200, of: document, catalog: .forTests) { path in
      (second: path.value("offline_loss", cycle: 2) / unit, later: path.mean("offline_loss", cycles: 2...15) / unit)
    }
    let expected = ClosedForms.anchoredLossByOriginalRows(usage: c.usage, adherence: c.adherence)
    let error = Self.relativeError(c) * expected
    expectMean(values.map(\.second), equals: expected, resolving: 0.08 * expected, approximationError: error, "offline_loss/σ² in cycle 2")
    expectMean(values.map(\.later), equals: expected, resolving: 0.03 * expected, approximationError: error, "offline_loss/σ²")
  }
}
