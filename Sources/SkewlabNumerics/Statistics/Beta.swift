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
  /// A continued fraction on the side where it converges fast, in about √max(a, b) steps.
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

  /// The even part of DLMF 8.17.22 with y explicit, which keeps its digits where x is near 1 and a is large.
  ///
  /// Source: Didonato and Morris, "Algorithm 708: significant digit computation of the incomplete beta function ratios", ACM
  /// Transactions on Mathematical Software 18 (1992) 360–373, equation 9.
  private static func fraction(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let middle = a * y - b * x + 1
    let value = ContinuedFraction.value(first: a * middle / (a + 1)) { m in
      let step = a + 2 * m
      let shared = m * (b - m) * x / (step - 1)
      let numerator = (a + m - 1) * (a + b + m - 1) * x / (step - 1) * shared
      return (numerator, m + shared + (a + m) * (middle + m * (1 + y)) / (step + 1))
    }
    return front(x, y, a, b) * value
  }
}
