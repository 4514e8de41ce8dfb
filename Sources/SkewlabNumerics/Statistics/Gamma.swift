#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The gamma function and its regularised incomplete integrals.
public enum Gamma {
  /// ln Γ(x) for x > 0, to a few units in the last place, also near its zeros at 1 and 2. ∞ at 0 and ∞; NaN below 0.
  public static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? .infinity : .nan }
    if x == .infinity { return x }
    if x >= 10 { return (x - 0.5) * log(x) - x + 0.91893853320467274178 + SaddlePoint.stirlingError(x) }
    if x < 0.5 { return aboveOne(x) - log(x) }
    if x < 1.5 { return aboveOne(x - 1) }
    var (argument, product) = (x, 1.0)
    while argument > 2.5 {
      argument -= 1
      product *= argument
    }
    return log(product) + aboveTwo(argument - 2)
  }

  /// P(a, x) = γ(a, x)/Γ(a), the share of the gamma law with shape a below x; a > 0, x ≥ 0. Relative error below 10⁻¹².
  public static func lowerRegularized(_ a: Double, _ x: Double) -> Double { regularized(a, x).lower }

  /// Q(a, x) = 1 − P(a, x) without cancellation. Relative error below 10⁻¹².
  public static func upperRegularized(_ a: Double, _ x: Double) -> Double { regularized(a, x).upper }

  /// δ(z) = ln Γ(z) − (z−½) ln z + z − ½ ln 2π for z > 0.
  static func stirlingError(_ z: Double) -> Double {
    z >= 10 ? SaddlePoint.stirlingError(z) : logGamma(z) - (z - 0.5) * log(z) + z - 0.91893853320467274178
  }

  /// The power series below a + 1, Lentz's continued fraction above: DLMF 8.11.4 and 8.9.2.
  private static func regularized(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a > 0, x >= 0, a.isFinite else { return (.nan, .nan) }
    if x == 0 { return (0, 1) }
    if x == .infinity { return (1, 0) }
    // x^a e^(−x)/Γ(a)
    let front = (a / (2 * Double.pi)).squareRoot() * exp(-SaddlePoint.deviance(a, x) - stirlingError(a))
    if x < a + 1 {
      var (term, sum, k) = (1 / a, 1 / a, a)
      while term > sum * 0x1p-55 {
        k += 1
        term *= x / k
        sum += term
      }
      let lower = min(1, front * sum)
      return (lower, 1 - lower)
    }
    let upper = front * ContinuedFraction.value(first: x + 1 - a) { k in (-k * (k - a), x + 2 * k + 1 - a) }
    return (1 - upper, upper)
  }

  /// ln Γ(1 + e), −½ ≤ e ≤ ½.
  private static func aboveOne(_ e: Double) -> Double { aboveTwo(e) - log1p(e) }

  /// ln Γ(2 + e) = e(1 − γ) + Σ (−1)ᵏ(ζ(k) − 1)eᵏ/k, |e| ≤ ½ (DLMF 5.7.3).
  private static func aboveTwo(_ e: Double) -> Double {
    var sum = 0.0
    for (k, zeta) in zetaMinusOne.enumerated().reversed() {
      let order = Double(k + 2)
      sum = (k.isMultiple(of: 2) ? zeta : -zeta) / order + sum * e
    }
    return e * (0.42278433509846713939 + e * sum)
  }

  /// ζ(k) − 1 for k = 2, 3, …
  private static let zetaMinusOne: [Double] = [
    0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
    0.01734306198444914, 0.008349277381922827, 0.00407735619794434, 0.0020083928260822143,
    0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
    6.124813505870483e-05, 3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06,
    3.81729326499984e-06, 1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07,
    2.38450502727733e-07, 1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08,
    1.4901554828365043e-08, 7.45071178983543e-09, 3.725334024788457e-09, 1.862659723513049e-09,
  ]
}
