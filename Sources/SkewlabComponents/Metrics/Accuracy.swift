public import SkewlabEngine

/// Metric `accuracy`: the share of outcomes that are the likelier one, offline, served and untouched.
public struct Accuracy: ThreeSidedMetric {
  /// `accuracy`.
  public static let kind = "accuracy"
  /// One line.
  public static let summary = "share of outcomes that are the likelier one, offline, served and untouched"
  /// The definition.
  public static let definition = """
    The share of rows whose outcome is 1 where p̂ > ½, and 0 elsewhere; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin. There \
    where the model predicts probabilities.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "accuracy"
  func isThere(for traits: MeasurementTraits) -> Bool { traits.isClassification }
  func value(of sums: PredictionSums) -> Double? { sums.classification.map { $0.correct / sums.count } }
}
