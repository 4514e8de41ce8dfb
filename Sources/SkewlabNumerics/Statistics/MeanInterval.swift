/// A mean with its Student t confidence interval.
public struct MeanInterval: Sendable, Hashable {
  /// The number of values.
  public let n: Int
  /// The arithmetic mean; NaN without values.
  public let mean: Double
  /// The sample standard deviation, divisor n − 1, in two passes; NaN when n < 2.
  public let standardDeviation: Double
  /// standardDeviation/√n; NaN when n < 2.
  public let standardError: Double
  /// The lower end of the interval; `nil` when n < 2.
  public let low: Double?
  /// The upper end of the interval; `nil` when n < 2.
  public let high: Double?

  /// A two-sided quantile of Student's t for the mean of so many values: to have once where many means need it, because it takes longer than all the rest.
  public struct Quantile: Sendable, Hashable {
    /// The number of values.
    public let n: Int
    /// t(n−1, (1+confidence)/2); NaN when n < 2.
    public let value: Double

    /// The quantile.
    ///
    /// - Parameters:
    ///   - n: The number of values.
    ///   - confidence: In the open interval 0..<1 without 0.
    public init(n: Int, confidence: Double = 0.95) {
      precondition(0 < confidence && confidence < 1, "the confidence must be between 0 and 1")
      self.n = n
      // The lower quantile's argument has all its digits at high confidence.
      value = n < 2 ? .nan : -StudentT(degreesOfFreedom: Double(n - 1)).quantile(0.5 * (1 - confidence))
    }
  }

  /// The interval mean ± t(n−1, (1+confidence)/2)·standardError, exact for independent normal values.
  ///
  /// - Parameters:
  ///   - values: Any number of values; NaN and infinities show in the results.
  ///   - confidence: In the open interval 0..<1 without 0.
  public init(_ values: [Double], confidence: Double = 0.95) {
    self.init(values, quantile: Quantile(n: values.count, confidence: confidence))
  }

  /// The interval mean ± quantile·standardError.
  ///
  /// - Parameters:
  ///   - values: Any number of values; NaN and infinities show in the results.
  ///   - quantile: That of this number of values.
  public init(_ values: [Double], quantile: Quantile) {
    precondition(quantile.n == values.count, "the quantile is that of another number of values")
    let largest = values.reduce(0) { max($0, abs($1)) }
    if largest > Self.largestSquared, largest.isFinite {
      self.init(MeanInterval(unscaled: values.map { $0 / Self.unit }, quantile), times: Self.unit)
    } else {
      self.init(unscaled: values, quantile)
    }
  }

  private init(unscaled values: [Double], _ quantile: Quantile) {
    n = values.count
    guard let first = values.first else {
      (mean, standardDeviation, standardError, low, high) = (.nan, .nan, .nan, nil, nil)
      return
    }
    let count = Double(n)
    let average = first + values.reduce(0) { $0 + ($1 - first) } / count
    mean = average
    guard n >= 2 else {
      (standardDeviation, standardError, low, high) = (.nan, .nan, nil, nil)
      return
    }
    let residual = values.reduce(0) { $0 + ($1 - average) }
    let squares = values.reduce(0) { $0 + ($1 - average) * ($1 - average) }
    standardDeviation = (max(0, squares - residual * residual / count) / (count - 1)).squareRoot()
    standardError = standardDeviation / count.squareRoot()
    low = average - quantile.value * standardError
    high = average + quantile.value * standardError
  }

  /// Squares of larger values could overflow, or their sum; such values are divided by ``unit``, a
  /// power of two, which rounds nothing.
  private static let largestSquared = 0x1p500
  private static let unit = 0x1p600

  /// A bound beyond the largest number is infinite.
  private init(_ scaled: MeanInterval, times unit: Double) {
    n = scaled.n
    mean = scaled.mean * unit
    standardDeviation = scaled.standardDeviation * unit
    standardError = scaled.standardError * unit
    low = scaled.low.map { $0 * unit }
    high = scaled.high.map { $0 * unit }
  }

  private init(_ other: MeanInterval) {
    (n, mean, standardDeviation, standardError, low, high) = (other.n, other.mean, other.standardDeviation, other.standardError, nil, nil)
  }

  /// The mean and its spread, without the interval: for values that are not a fair sample.
  public var withoutInterval: MeanInterval { MeanInterval(self) }
}
