import SkewlabEngine
import Testing

/// THEORY.md, **v**: the excess of one fit.
@Suite struct OneFitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let features: Int, rows: Int, intercept: Bool
    var testDescription: String { "d = \(features), n = \(rows)\(intercept ? ", intercept" : "")" }
    /// Cases share no random number, so that one unlucky draw is one unlucky case.
    var seed: Int { 100_000 + rows * 100 + features * 2 + (intercept ? 1 : 0) }
  }

  static let cases = [3, 10].flatMap { d in [50, 200].flatMap { n in [false, true].map { Case(features: d, rows: n, intercept: $0) } } }

  @Test(arguments: cases) func `one least-squares fit has the exact expected excess`(_ c: Case) async throws {
    let noise = 1.5, cycles = 250
    // A mean only where an intercept can take it; the formula does not depend on the covariance.
    let population = Population(mean: Array(repeating: c.intercept ? 2 : 0, count: c.features), correlation: 0.5)
    let beta = coefficients(c.features)
    let truth = LinearPredictor(intercept: c.intercept ? 0.7 : 0, weights: beta)
    let document = scenario(
      seed: c.seed, cycles: cycles, rows: c.rows, world: population.world(coefficients: beta, intercept: truth.intercept, noise: noise),
      learner: ols(intercept: c.intercept))
    // Without feedback the fits of a replicate are independent; averaging them first costs nothing.
    let values = try await replicates(c.features == 3 ? 600 : 300, of: document) { path in
      [
        path.mean(fits: 1...cycles) { population.squaredDistance($0, truth) }, path.mean("excess_loss", cycles: 1...cycles),
        path.mean("served_excess", cycles: 1...cycles),
      ]
    }
    let exact = ClosedForms.excess(rows: c.rows, features: c.features, intercept: c.intercept, noise: noise)
    let firstOrder = ClosedForms.firstOrderExcess(rows: c.rows, features: c.features, intercept: c.intercept, noise: noise)
    expectMean(values.map { $0[0] }, equals: exact, resolving: exact - firstOrder, "population excess")
    // The metric has the noise of the served rows on top.
    expectMean(values.map { $0[1] }, equals: exact, resolving: max(exact - firstOrder, 0.06 * exact), "excess_loss")
    expectMean(values.map { $0[2] }, equals: exact, resolving: max(exact - firstOrder, 0.06 * exact), "served_excess without feedback")
  }
}
