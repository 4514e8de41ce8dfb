#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The regularised incomplete beta function.
public enum Beta {
  /// I_x(a, b), the share of the beta law with parameters a, b > 0 below x in 0...1. Relative error below 10⁻¹²; NaN outside the domain.
  public static func regularized(_ x: Double, _ a: Double, _ b: Double) -> Double {
    lower(x, 1 - x, a, b)
  }

  /// I_x(a, b) with x and its complement y = 1 − x given separately, so that neither loses digits near 1.
  ///
  /// Continued fraction DLMF 8.17.22 on the side where it converges fast, in about √max(a, b) steps.
  static func lower(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, x >= 0, y >= 0 else { return .nan }
    if x == 0 { return 0 }
    if y == 0 { return 1 }
    return x <= (a + 1) / (a + b + 2) ? fraction(x, y, a, b) : 1 - fraction(y, x, b, a)
  }

  /// x^a y^b/B(a, b), by Loader's deviances.
  static func front(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let n = a + b
    let corrections = Gamma.stirlingError(n) - Gamma.stirlingError(a) - Gamma.stirlingError(b)
    let deviances = SaddlePoint.deviance(a, n * x) + SaddlePoint.deviance(b, n * y)
    return (a / n * b / (2 * Double.pi)).squareRoot() * exp(corrections - deviances)
  }

  private static func fraction(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let value = ContinuedFraction.value(first: 1) { k in
      let m = (k / 2).rounded(.down)
      let even = k == 2 * m
      let numerator = even ? m * (b - m) * x : -(a + m) * (a + b + m) * x
      return (numerator / ((a + k - 1) * (a + k)), 1)
    }
    return front(x, y, a, b) * value / a
  }
}
