public import SkewlabEngine

/// Metric `mae`: mean absolute error, offline, served and untouched.
public struct MeanAbsoluteError: ThreeSidedMetric {
  /// `mae`.
  public static let kind = "mae"
  /// One line.
  public static let summary = "mean absolute error, offline, served and untouched"
  /// The definition.
  public static let definition = """
    Σ|ŷ − y|/n; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin. The offline column is there when the log keeps rows: moments do not know absolute errors.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "mae"
  func hasOffline(for traits: MeasurementTraits) -> Bool { traits.hasEvaluation && traits.keepsRows }
  func value(of sums: PredictionSums) -> Double? { sums.meanAbsoluteError }
}
