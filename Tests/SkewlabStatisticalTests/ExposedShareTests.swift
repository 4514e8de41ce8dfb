import SkewlabEngine
import Testing

/// THEORY.md, **F1**, additive form with a share h of the rows unexposed.
@Suite struct ExposedShareTests {
  static func feedback(strength: Double, exposed: Double) -> DocumentNode {
    [["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength), "exposed": .number(exposed)]]
  }

  @Test(arguments: [0.5, 0.75]) func `trained on the mix, the loop settles around β over 1 − ρ times the exposed share`(_ exposed: Double)
    async throws
  {
    let rho = 0.8, rows = 50, features = 3, settled = 61...160
    let population = Population(features: features), beta = coefficients(features)
    let factor = 1 / (1 - rho * exposed)
    let stable = LinearPredictor(intercept: 0, weights: beta.map { factor * $0 })
    let document = scenario(
      seed: 30_100 + Int(exposed * 100), cycles: 160, rows: rows, world: population.world(coefficients: beta),
      feedback: Self.feedback(strength: rho, exposed: exposed),
      learner: ols(intercept: false))
    let values = try await replicates(1000, of: document) { path in
      (
        weights: path.meanWeights(fits: settled), start: (1...6).map { path.weights(afterFits: $0) },
        variance: path.mean(fits: settled) { population.squaredDistance($0, stable) }
      )
    }
    expectMeans(values.map(\.weights), equal: stable.weights, resolving: 0.03, "weights")
    for k in 1...6 {
      let mean = ClosedForms.additiveMean(rho * exposed, fits: k)
      expectMeans(values.map { $0.start[k - 1] }, equal: beta.map { mean * $0 }, resolving: 0.12, "weights after \(k) fits")
    }
    let v = ClosedForms.excess(rows: rows, features: features, intercept: false)
    let exact = ClosedForms.exposedVariance(rho, exposed: exposed, rows: rows, features: features, squaredNorm: 1, excess: v)
    let onlyMean = ClosedForms.additiveVariance(rho * exposed, excess: v)
    // It tells the larger variance from v/(1−a²), which would be right if exposure added no noise.
    expectMean(values.map(\.variance), equals: exact, resolving: min(0.1 * exact, exact - onlyMean), "E‖w−w*‖²")
  }

  @Test(arguments: [false, true]) func `trained on the unexposed rows only, the loop is open`(_ intercept: Bool) async throws {
    let rho = 0.8, exposed = 0.6, rows = 200, features = 3, cycles = 150
    let population = Population(features: features), beta = coefficients(features)
    let truth = LinearPredictor(intercept: intercept ? 0.7 : 0, weights: beta)
    var document = scenario(
      seed: intercept ? 30_201 : 30_200, cycles: cycles, rows: rows,
      world: population.world(coefficients: beta, intercept: truth.intercept),
      feedback: Self.feedback(strength: rho, exposed: exposed), learner: ols(intercept: intercept))
    document.root["observation"] = ["kind": "unexposed-only", "exposed": .number(exposed)]
    // Fit 1 is on every row of cycle 0; from fit 2 on a binomial number is left, below d + 3 with probability 1e-34.
    let values = try await replicates(400, of: document, catalog: .forTests) { path in
      [path.mean(fits: 2...cycles) { population.squaredDistance($0, truth) }, path.mean("excess_loss", cycles: 2...cycles)]
        + path.meanWeights(fits: 2...cycles)
    }
    let expected = ClosedForms.binomialMean(trials: rows, probability: 1 - exposed, least: features + 3) {
      ClosedForms.excess(rows: $0, features: features, intercept: intercept)
    }
    expectMeans(values.map { Array($0.dropFirst(2)) }, equal: beta, resolving: 0.01, "weights")
    expectMean(values.map { $0[0] }, equals: expected, resolving: 0.04 * expected, "population excess")
    expectMean(values.map { $0[1] }, equals: expected, resolving: 0.08 * expected, "excess_loss")
  }
}
