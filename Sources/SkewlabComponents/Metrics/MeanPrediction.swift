public import SkewlabEngine

/// Metric `mean-prediction`: mean prediction, offline, served and untouched.
public struct MeanPrediction: ThreeSidedMetric {
  /// `mean-prediction`.
  public static let kind = "mean-prediction"
  /// One line.
  public static let summary = "mean prediction, offline, served and untouched"
  /// The definition.
  public static let definition = """
    Σŷ/n; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "mean_prediction"
  func value(of sums: PredictionSums) -> Double? { sums.meanPrediction }
}
