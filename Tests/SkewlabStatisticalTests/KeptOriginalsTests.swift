import Foundation
import SkewlabEngine
import Testing

/// **F1** with a kept share h of untouched originals in every fit: the fixed point of the exposed share, with another variance, because the originals are the same rows every time.
@Suite struct KeptOriginalsTests {
  /// What a fit on the mix settles around, and how far from it.
  ///
  /// A fit weights the originals' second moment I + α by h and the cycle's I + b by 1 − h. In the population θ′ = hβ + (1−h)(β + ρθ), hence a = ρ(1−h) and w* = β/(1−a). [≈ n ≫ d] to first order in α, b and the noise
  /// of the two samples, w′ − w* = a(w − w*) + h·u₀ + (1−h)·u + h(1−h)ρ(b − α)w*, where u₀ and α stay for good and u and b are fresh: E‖u‖² = E‖u₀‖² = v, and E‖bw‖² = E‖αw‖² = ((d+1)/n)‖w‖² for normal rows. What
  /// stays is amplified by 1/(1−a), what is fresh by 1/√(1−a²).
  struct Closed {
    let strength: Double, share: Double, rows: Int, features: Int
    var rate: Double { strength * (1 - share) }
    var factor: Double { 1 / (1 - rate) }
    private var wishart: Double { Double(features + 1) / Double(rows) }
    /// E‖w − w*‖² with ‖β‖ = σ = 1.
    var variance: Double {
      let v = ClosedForms.excess(rows: rows, features: features, intercept: false)
      let mixing = pow(share * (1 - share) * strength * factor, 2) * wishart
      return (share * share * v + mixing) * factor * factor + ((1 - share) * (1 - share) * v + mixing) / (1 - rate * rate)
    }
    /// To second order E[(hA + (1−h)B)⁻¹(1−h)B] = (1−h)(1 + h(2h−1)(d+1)/n), and what stays correlates with itself: E(1 − a + ahα)⁻¹ adds (ah/(1−a))²(d+1)/n. The size of both, relative.
    var meanError: Double {
      (abs(rate) * share * abs(2 * share - 1) * factor + pow(rate * share * factor, 2)) * wishart
    }
    /// The same second order in the variance, whose terms are of relative size (d+1)/n with a factor of a few, amplified like the rest.
    var varianceError: Double { 4 * wishart * factor * variance }
  }

  @Test(arguments: [(0.8, 0.25), (0.8, 0.5), (-0.5, 0.3)])
  func `kept originals pull the loop to β over 1 − ρ(1−h), and their own noise stays`(_ strength: Double, _ share: Double) async throws {
    let rows = 1000, features = 3, settled = 41...100
    let population = Population(features: features), beta = coefficients(features)
    let closed = Closed(strength: strength, share: share, rows: rows, features: features)
    var document = scenario(
      seed: 41_000 + Int(share * 100) + (strength < 0 ? 1 : 0), cycles: 100, rows: rows, world: population.world(coefficients: beta),
      feedback: [["kind": "label-follows-prediction", "form": "additive", "strength": .number(strength)]], learner: ols(intercept: false))
    document.root["retraining"] = ["every": 1, "window": ["cycles": 1], "originals": .number(share)]
    let stable = LinearPredictor(intercept: 0, weights: beta.map { $0 * closed.factor })
    // a⁴¹ ≤ 1e-9: the start is forgotten.
    let values = try await replicates(800, of: document) { path in
      (weights: path.meanWeights(fits: settled), variance: path.mean(fits: settled) { population.squaredDistance($0, stable) })
    }
    expectMeans(
      values.map(\.weights), equal: stable.weights, resolving: 0.05 * closed.factor,
      approximationErrors: stable.weights.map { abs($0) * closed.meanError + 1e-12 }, "weights")
    // With ρ > 0 the next best formula, fresh originals in every fit, is less than half of it; with ρ < 0 the two are near one another.
    expectMean(
      values.map(\.variance), equals: closed.variance, resolving: (strength > 0 ? 0.4 : 0.15) * closed.variance,
      approximationError: closed.varianceError, "E‖w−w*‖²")
  }
}
