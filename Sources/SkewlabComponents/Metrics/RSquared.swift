public import SkewlabEngine

/// Metric `r2`: R², offline, served and untouched.
public struct RSquared: ThreeSidedMetric {
  /// `r2`.
  public static let kind = "r2"
  /// One line.
  public static let summary = "R², offline, served and untouched"
  /// The definition.
  public static let definition = """
    1 − Σ(ŷ − y)²/Σ(y − ȳ)², ȳ the mean outcome of the same rows; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin. Empty for a constant outcome.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "r2"
  func value(of sums: PredictionSums) -> Double? { sums.rSquared }
}
