public import SkewlabEngine

/// Metric `rmse`: root mean squared error, offline, served and untouched.
public struct RootMeanSquaredError: ThreeSidedMetric {
  /// `rmse`.
  public static let kind = "rmse"
  /// One line.
  public static let summary = "root mean squared error, offline, served and untouched"
  /// The definition.
  public static let definition = """
    √(Σ(ŷ − y)²/n), in units of the model's scale; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "rmse"
  func value(of sums: PredictionSums) -> Double? { sums.rootMeanSquaredError }
}
