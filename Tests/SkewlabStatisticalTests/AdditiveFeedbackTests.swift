import SkewlabEngine
import Testing

/// THEORY.md, **F1**, additive form, every row exposed.
@Suite struct AdditiveFeedbackTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let strength: Double, features: Int, intercept: Bool
    var testDescription: String { "ρ = \(strength), d = \(features)\(intercept ? ", intercept" : "")" }

    var rows: Int { 50 }
    var population: Population { Population(features: features, correlation: 0.5) }
    var excess: Double { ClosedForms.excess(rows: rows, features: features, intercept: intercept) }
    /// The true predictor times a factor.
    func truth(times factor: Double = 1) -> LinearPredictor {
      LinearPredictor(intercept: intercept ? factor * 0.7 : 0, weights: coefficients(features).map { factor * $0 })
    }
    func document(seed: Int, cycles: Int, window: DocumentNode = ["cycles": 1]) -> ScenarioDocument {
      scenario(
        seed: seed * 10_000 + Int((strength + 1) * 100) * 10 + features * 2 + (intercept ? 1 : 0), cycles: cycles, rows: rows,
        world: population.world(coefficients: truth().weights, intercept: truth().intercept),
        feedback: [["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength)]],
        learner: ols(intercept: intercept),
        window: window)
    }
  }

  static let cases = [0.4, 0.8, -0.5].flatMap { rho in
    [3, 10].flatMap { d in [false, true].map { Case(strength: rho, features: d, intercept: $0) } }
  }

  @Test(arguments: cases) func `the loop settles around β divided by 1 − ρ, with the variance of one fit over 1 − ρ²`(_ c: Case)
    async throws
  {
    // ρ⁶⁰ ≤ 1.6e-6: what is left of the start is far below every standard error.
    let cycles = 160, settled = 61...160
    let rho = c.strength, stable = c.truth(times: 1 / (1 - rho)), population = c.population
    let values = try await replicates(600, of: c.document(seed: 201, cycles: cycles)) { path in
      (
        weights: path.meanWeights(fits: settled), intercept: path.mean(fits: settled) { $0.intercept },
        variance: path.mean(fits: settled) { population.squaredDistance($0, stable) },
        lagged: average(61...159) { population.product(path.model(afterFits: $0), path.model(afterFits: $0 + 1), around: stable) },
        servedExcess: path.mean("served_excess", cycles: settled)
      )
    }
    expectMeans(values.map(\.weights), equal: stable.weights, resolving: 0.05, "weights")
    if c.intercept { expectMean(values.map(\.intercept), equals: stable.intercept, resolving: 0.05, "intercept") }
    let variance = ClosedForms.additiveVariance(rho, excess: c.excess)
    expectMean(values.map(\.variance), equals: variance, resolving: 0.1 * variance, "E‖w−w*‖²")
    expectMean(values.map(\.lagged), equals: rho * variance, resolving: 0.1 * variance, "lagged product")
    let served = ClosedForms.additiveServedExcess(rho, excess: c.excess)
    expectMean(values.map(\.servedExcess), equals: served, resolving: 0.25 * served, "served_excess")
  }

  @Test(arguments: cases) func `the mean error shrinks by ρ a cycle`(_ c: Case) async throws {
    let fits = 1...8
    let values = try await replicates(2000, of: c.document(seed: 202, cycles: 8)) { path in fits.map { path.model(afterFits: $0) } }
    for k in fits {
      let expected = c.truth(times: ClosedForms.additiveMean(c.strength, fits: k))
      let models = values.map { $0[k - 1] }
      expectMeans(models.map(\.weights), equal: expected.weights, resolving: 0.08, "weights after \(k) fits")
      if c.intercept { expectMean(models.map(\.intercept), equals: expected.intercept, resolving: 0.08, "intercept after \(k) fits") }
    }
    // The rate itself: the next error over the expected present one, along β.
    let beta = c.truth().weights
    for k in 1...2 {
      let stable = 1 / (1 - c.strength), present = ClosedForms.additiveMean(c.strength, fits: k) - stable
      expectMean(values.map { (dot(beta, $0[k].weights) - stable) / present }, equals: c.strength, resolving: 0.36, "rate after \(k) fits")
    }
  }

  @Test(arguments: [-1, 1.1]) func `a loop at or beyond the edge moves as the mean recursion says`(_ rho: Double) async throws {
    let c = Case(strength: rho, features: 3, intercept: true), fits = 1...7
    let values = try await replicates(2000, of: c.document(seed: 203, cycles: 7)) { path in fits.map { path.model(afterFits: $0) } }
    for k in fits {
      let expected = c.truth(times: ClosedForms.additiveMean(rho, fits: k))
      expectMeans(values.map { $0[k - 1].weights }, equal: expected.weights, resolving: 0.15, "weights after \(k) fits")
      // E‖w−E w‖² = v(1 + ρ² + … + ρ^{2(k−1)}), stationary nowhere.
      let variance = c.excess * (0..<k).reduce(0.0) { sum, _ in sum * rho * rho + 1 }
      expectMean(
        values.map { c.population.squaredDistance($0[k - 1], expected) }, equals: variance, resolving: 0.25 * variance,
        "variance after \(k) fits")
    }
  }

  @Test(arguments: [0.8, -0.5]) func `training on all cycles so far slows the approach to a power law`(_ rho: Double) async throws {
    let c = Case(strength: rho, features: 3, intercept: true), fits = 1...15
    let values = try await replicates(2000, of: c.document(seed: 204, cycles: 15, window: "all")) { path in
      fits.map { path.model(afterFits: $0) }
    }
    let stable = 1 / (1 - rho)
    for k in fits {
      let expected = c.truth(times: stable * (1 + ClosedForms.accumulatedMeanError(rho, fits: k)))
      expectMeans(values.map { $0[k - 1].weights }, equal: expected.weights, resolving: 0.08, "weights after \(k) fits")
      expectMean(values.map { $0[k - 1].intercept }, equals: expected.intercept, resolving: 0.08, "intercept after \(k) fits")
    }
  }
}
