import Foundation
import SkewlabEngine
import Testing

/// A logistic truth, fitted by a logistic model.
@Suite struct LogisticLawTests {
  /// Log loss of the truth: E H(σ(η)), η ~ N(μ, τ²), H the entropy of a coin; by the trapezoidal rule, whose error for an analytic function falls faster than any power.
  static func entropy(_ mu: Double, _ tau: Double) -> Double {
    stride(from: -12.0, through: 12, by: 0.02).reduce(0) { sum, z in
      let eta = mu + tau * z, p = 1 / (1 + exp(-eta))
      let h = p * log1p(exp(-eta)) + (1 - p) * (log1p(exp(-eta)) + eta)
      return sum + 0.02 * exp(-z * z / 2) / (2 * Double.pi).squareRoot() * h
    }
  }

  /// The excess of maximum likelihood is p/2n for p parameters, to first order in 1/n.
  ///
  /// Source: H. Akaike, Information theory and an extension of the maximum likelihood principle, 1973. The next order is of relative size about p/n times a moment ratio of the design
  /// (the fourth over the squared second, below 5 here): less than 2 % at n = 2,000, p = 4. Bounded by 4 %.
  @Test func `one fit costs half a parameter a row above the truth`() async throws {
    let rows = 2000, beta = [1.0, -0.7, 0.3], bias = -0.5
    let document = scenario(
      seed: 611, cycles: 10, rows: rows,
      world: ["kind": "gaussian", "features": 3, "coefficients": .numbers(beta), "intercept": .number(bias), "outcome": "binary"],
      learner: ["kind": "logistic", "penalty": 0])
    let values = try await replicates(200, of: document) { path in
      ["best_loss", "excess_loss"].map { path.mean($0, cycles: 1...10) }
    }
    let tau = dot(beta, beta).squareRoot()
    expectMean(values.map { $0[0] }, equals: Self.entropy(bias, tau), resolving: 0.01, "log loss of the truth")
    let first = 4.0 / Double(2 * rows)
    expectMean(values.map { $0[1] }, equals: first, resolving: 0.35 * first, approximationError: 0.04 * first, "excess of a fit")
  }
}
