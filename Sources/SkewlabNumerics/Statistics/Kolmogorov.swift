#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The limit law of √n·D, and the one-sample test.
public enum Kolmogorov {
  /// P(K > x) = 2 Σ (−1)^(k−1) e^(−2k²x²); its theta-function form for small x. Relative error below 10⁻¹³.
  public static func survival(_ x: Double) -> Double {
    if x <= 0 { return 1 }
    if x.isNaN { return x }
    if x < 1 {
      let exponent = -Double.pi * Double.pi / (8 * x * x)
      let sum = exp(exponent) + exp(9 * exponent) + exp(25 * exponent)
      return 1 - (2 * Double.pi).squareRoot() / x * sum
    }
    let exponent = -2 * x * x
    return 2 * (exp(exponent) - exp(4 * exponent) + exp(9 * exponent) - exp(16 * exponent))
  }

  /// The one-sample test of values against a continuous law.
  ///
  /// D = sup |F_n − F|; p from the limit law at (√n + 0.12 + 0.11/√n)·D (Stephens, "Use of the Kolmogorov–Smirnov, Cramér–von Mises
  /// and related statistics without extensive tables", JRSS B 32 (1970) 115–122), accurate to about 0.01 from n = 5 on and exact
  /// in the limit.
  ///
  /// - Parameters:
  ///   - values: In any order; at least one.
  ///   - cdf: The law's distribution function.
  public static func test(_ values: [Double], cdf: (Double) -> Double) -> (statistic: Double, pValue: Double) {
    precondition(!values.isEmpty, "the test needs values")
    let n = Double(values.count)
    var statistic = 0.0
    for (i, x) in values.sorted().enumerated() {
      let f = cdf(x)
      statistic = max(statistic, max(Double(i + 1) / n - f, f - Double(i) / n))
    }
    let root = n.squareRoot()
    return (statistic, survival((root + 0.12 + 0.11 / root) * statistic))
  }
}
