#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The standard normal law.
public enum Normal {
  /// The density e^(−x²/2)/√(2π).
  public static func density(_ x: Double) -> Double { exp(-0.5 * x * x) * 0.3989422804014326779 }

  /// P(Z ≤ x), to a relative error below 10⁻¹⁴ down to x = −37.5.
  public static func cdf(_ x: Double) -> Double {
    if x == .infinity { return 1 }
    if x == -.infinity { return 0 }
    // −x/√2 in two parts: erfc amplifies an argument's rounding by 2t², so its first-order effect is put back.
    let (high, low) = (0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55)
    let t = -x * high
    let rest = (-t).addingProduct(-x, high) - x * low
    return 0.5 * (erfc(t) - 1.1283791670955126 * exp(-t * t) * rest)
  }

  /// The x with P(Z ≤ x) = p: ±∞ at 0 and 1, NaN outside 0...1. Relative error about 10⁻¹⁵.
  ///
  /// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988) 477–484,
  /// procedure PPND16.
  public static func quantile(_ p: Double) -> Double {
    guard 0 < p && p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let q = p - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * ratio(r, central)
    }
    let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let x = r <= 5 ? ratio(r - 1.6, middle) : ratio(r - 5, far)
    return q < 0 ? -x : x
  }

  private static let central: [(numerator: Double, denominator: Double)] = [
    (3.3871328727963666080e0, 1), (1.3314166789178437745e2, 4.2313330701600911252e1),
    (1.9715909503065514427e3, 6.8718700749205790830e2), (1.3731693765509461125e4, 5.3941960214247511077e3),
    (4.5921953931549871457e4, 2.1213794301586595867e4), (6.7265770927008700853e4, 3.9307895800092710610e4),
    (3.3430575583588128105e4, 2.8729085735721942674e4), (2.5090809287301226727e3, 5.2264952788528545610e3),
  ]

  private static let middle: [(numerator: Double, denominator: Double)] = [
    (1.42343711074968357734e0, 1), (4.63033784615654529590e0, 2.05319162663775882187e0),
    (5.76949722146069140550e0, 1.67638483018380384940e0), (3.64784832476320460504e0, 6.89767334985100004550e-1),
    (1.27045825245236838258e0, 1.48103976427480074590e-1), (2.41780725177450611770e-1, 1.51986665636164571966e-2),
    (2.27238449892691845833e-2, 5.47593808499534494600e-4), (7.74545014278341407640e-4, 1.05075007164441684324e-9),
  ]

  private static let far: [(numerator: Double, denominator: Double)] = [
    (6.65790464350110377720e0, 1), (5.46378491116411436990e0, 5.99832206555887937690e-1),
    (1.78482653991729133580e0, 1.36929880922735805310e-1), (2.96560571828504891230e-1, 1.48753612908506148525e-2),
    (2.65321895265761230930e-2, 7.86869131145613259100e-4), (1.24266094738807843860e-3, 1.84631831751005468180e-5),
    (2.71155556874348757815e-5, 1.42151175831644588870e-7), (2.01033439929228813265e-7, 2.04426310338993978564e-15),
  ]

  private static func ratio(_ r: Double, _ coefficients: [(numerator: Double, denominator: Double)]) -> Double {
    var (numerator, denominator) = (0.0, 0.0)
    for pair in coefficients.reversed() {
      numerator = numerator * r + pair.numerator
      denominator = denominator * r + pair.denominator
    }
    return numerator / denominator
  }
}

/// The error function 2/√π ∫₀ˣ e^(−t²) dt, by the C library.
public func errorFunction(_ x: Double) -> Double { erf(x) }

/// 1 − errorFunction(x) without cancellation, by the C library.
public func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }
