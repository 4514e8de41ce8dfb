internal import Synchronization

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

  /// The interval mean ± t(n−1, (1+confidence)/2)·standardError, exact for independent normal values.
  ///
  /// - Parameters:
  ///   - values: Any number of values; NaN and infinities show in the results.
  ///   - confidence: In the open interval 0..<1 without 0.
  public init(_ values: [Double], confidence: Double = 0.95) {
    precondition(0 < confidence && confidence < 1, "the confidence must be between 0 and 1")
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
    let t = Self.quantile(n: n, confidence: confidence)
    low = average - t * standardError
    high = average + t * standardError
  }

  /// The quantile t(n−1, (1+confidence)/2), which takes longer than all the rest: the last one is kept, since in a table of intervals all have the same.
  private static func quantile(n: Int, confidence: Double) -> Double {
    last.withLock { last in
      if last.n != n || last.confidence != confidence {
        // The lower quantile's argument has all its digits at high confidence.
        last = (n, confidence, -StudentT(degreesOfFreedom: Double(n - 1)).quantile(0.5 * (1 - confidence)))
      }
      return last.quantile
    }
  }

  private static let last = Mutex((n: 0, confidence: 0.0, quantile: 0.0))

  private init(_ other: MeanInterval) {
    (n, mean, standardDeviation, standardError, low, high) = (other.n, other.mean, other.standardDeviation, other.standardError, nil, nil)
  }

  /// The mean and its spread, without the interval: for values that are not a fair sample.
  public var withoutInterval: MeanInterval { MeanInterval(self) }
}
