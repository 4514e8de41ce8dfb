public import SkewlabEngine

/// Metric `brier`: mean squared error of probabilities, offline, served and untouched.
public struct Brier: ThreeSidedMetric {
  /// `brier`.
  public static let kind = "brier"
  /// One line.
  public static let summary = "mean squared error of probabilities, offline, served and untouched"
  /// The definition.
  public static let definition = """
    Σ(p̂ − y)²/n; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin. There where the model predicts probabilities. It is the \
    square of `rmse`, and half of Brier's own score, which sums over both outcomes.
    """
  /// The source.
  public static let source = "G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78(1), 1950"

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "brier"
  func isThere(for traits: MeasurementTraits) -> Bool { traits.isClassification }
  func value(of sums: PredictionSums) -> Double? { sums.meanSquaredError }
}
