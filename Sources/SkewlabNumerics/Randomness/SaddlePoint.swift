/// The parts of Loader's saddle-point form of Poisson, binomial and beta densities: no cancellation at large arguments.
///
/// ln(mᵏe⁻ᵐ/k!) = −½ ln(2πk) − δ(k) − D(k, m). Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
/// Arithmetic and ``Elementary/log(_:)`` only: the same bits on every CPU.
enum SaddlePoint {
  /// D(x, m) = x ln(x/m) + m − x for x, m > 0: half the unit deviance.
  static func deviance(_ x: Double, _ mean: Double) -> Double {
    let difference = x - mean
    guard abs(difference) < 0.1 * (x + mean) else { return x * Elementary.log(x / mean) - difference }
    let v = difference / (x + mean)
    let square = v * v
    var sum = difference * v
    var term = 2 * x * v
    var divisor = 3.0
    while true {
      term *= square
      let next = sum + term / divisor
      if next == sum { return next }
      sum = next
      divisor += 2
    }
  }

  /// δ(z) = ln Γ(z) − (z−½) ln z + z − ½ ln 2π by Stirling's series, z ≥ 10: truncation below 2·10⁻¹⁷.
  static func stirlingError(_ z: Double) -> Double {
    let inverse = 1 / z
    let w = inverse * inverse
    var sum = -3617.0 / 122400
    sum = sum * w + 1.0 / 156
    sum = sum * w - 691.0 / 360360
    sum = sum * w + 1.0 / 1188
    sum = sum * w - 1.0 / 1680
    sum = sum * w + 1.0 / 1260
    sum = sum * w - 1.0 / 360
    sum = sum * w + 1.0 / 12
    return sum * inverse
  }

  /// P(X = k) for a Poisson variable X with mean m > 0, k a non-negative whole number.
  static func poisson(_ k: Double, mean: Double) -> Double { Elementary.exp(logPoisson(k, mean: mean)) }

  /// ln k! for k in 0..<10, from exact factorials.
  static let logFactorials: [Double] = [1, 1, 2, 6, 24, 120, 720, 5_040, 40_320, 362_880].map { Elementary.log($0) }

  /// ln P(X = k) for a Poisson variable X with mean m > 0, k a non-negative whole number.
  static func logPoisson(_ k: Double, mean: Double) -> Double {
    guard k >= 10 else { return k * Elementary.log(mean) - mean - logFactorials[Int(k)] }
    let twoPi = 0x1.921fb54442d18p+2
    return -deviance(k, mean) - stirlingError(k) - 0.5 * Elementary.log(twoPi * k)
  }
}
