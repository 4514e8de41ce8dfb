internal import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Gaussian.Link {
  /// g(η).
  func probability(_ eta: Double) -> Double { self == .logistic ? 1 / (1 + Elementary.exp(-eta)) : min(1, max(0, eta)) }

  /// E[g(η)] and E[g′(η)] for η ~ N(μ, τ²).
  func moments(_ mu: Double, _ tau: Double) -> (mean: Double, slope: Double) {
    switch self {
    case .linear:
      guard tau > 0 else { return (min(1, max(0, mu)), mu > 0 && mu < 1 ? 1 : 0) }
      func integral(_ a: Double) -> Double { a * Normal.cdf(a) + exp(-a * a / 2) / (2 * Double.pi).squareRoot() }
      return (tau * (integral(mu / tau) - integral((mu - 1) / tau)), Normal.cdf((1 - mu) / tau) - Normal.cdf(-mu / tau))
    case .logistic:
      // The trapezoidal rule on ±12 standard deviations; its error falls as exp(−2π²/(τh)), below 1e−16 for h = 1/(2τ).
      // No more than 400,000 nodes: beyond τ = 8,000 the link is a step, and the error below 1e−8.
      let step = max(min(0.1, 0.5 / max(tau, 1e-9)), 24.0 / 400_000)
      let half = Int((12 / step).rounded(.up))
      var mean = 0.0, slope = 0.0
      for k in -half...half {
        let z = Double(k) * step
        let weight = exp(-z * z / 2) * step / (2 * Double.pi).squareRoot()
        let p = 1 / (1 + exp(-(mu + tau * z)))
        mean += weight * p
        slope += weight * p * (1 - p)
      }
      return (mean, slope)
    }
  }

  /// The same for e^η: both are exp(μ + τ²/2).
  static func poisson(_ mu: Double, _ tau: Double) -> (mean: Double, slope: Double) {
    let mean = exp(mu + tau * tau / 2)
    return (mean, mean)
  }
}

/// The law of η = intercept + x′β for normal x: N(μ, τ²).
struct EtaLaw: Sendable {
  let mu: Double
  let tau: Double

  /// P(y = 1).
  func share(_ link: Gaussian.Link) -> Double { link.moments(mu, tau).mean }

  /// The best linear predictor where labels have weights. x is a linear function of η and what is independent of η and y, so that the best predictor is one of η: slope Cov(η, y)/Var(η), under the weights.
  func bestPredictor(_ eta: LinearPredictor, _ link: Gaussian.Link, _ weights: LabelWeights) -> LinearPredictor {
    let ones = momentsOfOnes(link), all = [1.0, 0, 1]
    // E z^k and E z^k·y under the weights, z = (η − μ)/τ.
    let z = (0..<3).map { weights.one * ones[$0] + weights.zero * (all[$0] - ones[$0]) }
    let share = weights.one * ones[0]
    let variance = z[2] - z[1] * z[1], covariance = weights.one * ones[1] - z[1] * share
    let slope = tau > 0 ? covariance / variance / tau : 0
    return LinearPredictor(
      intercept: share + slope * (eta.intercept - mu - tau * z[1]), weights: eta.weights.map { slope * $0 })
  }

  /// E z^k·g(η) for k = 0, 1, 2, by the trapezoidal rule on ±12 standard deviations: for the logistic link as in ``Gaussian/Link/moments(_:_:)``, for the cut line on 400,000 nodes, with an error below 1e−8.
  private func momentsOfOnes(_ link: Gaussian.Link) -> [Double] {
    let finest = 24.0 / 400_000
    let step = link == .logistic ? max(min(0.1, 0.5 / max(tau, 1e-9)), finest) : finest
    let half = Int((12 / step).rounded(.up))
    var sums = [0.0, 0.0, 0.0]
    for k in -half...half {
      let z = Double(k) * step
      let weight = exp(-z * z / 2) * step / (2 * Double.pi).squareRoot() * link.probability(mu + tau * z)
      sums[0] += weight
      sums[1] += weight * z
      sums[2] += weight * z * z
    }
    return sums
  }
}

/// What rows weigh when the share of 1s moves from π to π′: π′/π with label 1, (1 − π′)/(1 − π) with label 0.
struct LabelWeights: Sendable {
  let one: Double
  let zero: Double

  init(share: Double, offset: Double) {
    one = (share + offset) / share
    zero = (1 - share - offset) / (1 - share)
  }

  /// P(y = 1) of features under the weights, from what it was; as it was where neither label has a weight left.
  func probability(_ p: Double) -> Double {
    let ones = one * p, zeros = zero * (1 - p)
    return ones + zeros > 0 ? ones / (ones + zeros) : p
  }
}
