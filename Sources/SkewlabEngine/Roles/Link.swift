internal import SkewlabNumerics

/// The last step of a predictor: from the score b + w′z to the prediction.
public enum Link: Sendable, Hashable {
  /// The score itself.
  case identity
  /// The probability 1/(1 + e^(−score)).
  case logistic
  /// The logistic function of the score cut to [−limit, limit].
  case clippedLogistic(limit: Double)
  /// A piecewise linear function of the score.
  case piecewise(PiecewiseLinear)

  /// Turns scores into predictions. NaN stays NaN.
  public func apply(to scores: inout MutableSpan<Double>) {
    switch self {
    case .identity: return
    case .logistic: Elementary.logistic(&scores)
    case .clippedLogistic(let limit):
      Columns.clip(&scores, low: -limit, high: limit)
      Elementary.logistic(&scores)
    case .piecewise(let function):
      for i in scores.indices { scores[i] = function(scores[i]) }
    }
  }
}

extension Link {
  /// Turns scores into predictions, and keeps the scores of probabilities: NaN where a prediction is not the logistic function of its score. `kept` stays empty where it is empty and there are no probabilities.
  func apply(to scores: inout MutableSpan<Double>, keeping kept: inout [Double]) {
    if self == .identity, kept.isEmpty { return }
    if kept.count < scores.count { kept = Array(repeating: 0, count: scores.count) }
    let isLogistic = self == .logistic
    for i in scores.indices { kept[i] = isLogistic ? scores[i] : .nan }
    apply(to: &scores)
  }
}

/// A continuous function that is linear between equally spaced knots, and constant beyond the first and the last.
public struct PiecewiseLinear: Sendable, Hashable {
  /// The first and the last knot.
  public let first: Double, last: Double
  /// The values at the knots, at least two.
  public let values: [Double]

  /// The function with these values at knots from `first` to `last`.
  public init(from first: Double, to last: Double, values: [Double]) {
    precondition(values.count >= 2 && first < last, "two knots or more")
    self.first = first
    self.last = last
    self.values = values
  }

  /// The function at x; NaN at NaN.
  public func callAsFunction(_ x: Double) -> Double {
    if x.isNaN { return x }
    let place = (x - first) / (last - first) * Double(values.count - 1)
    if place <= 0 { return values[0] }
    if place >= Double(values.count - 1) { return values[values.count - 1] }
    let knot = Int(place)
    return values[knot] + (place - Double(knot)) * (values[knot + 1] - values[knot])
  }
}
