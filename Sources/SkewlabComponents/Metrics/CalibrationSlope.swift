public import SkewlabEngine

/// Metric `calibration-slope`: slope of outcome on prediction, offline, served and untouched.
public struct CalibrationSlope: ThreeSidedMetric {
  /// `calibration-slope`.
  public static let kind = "calibration-slope"
  /// One line.
  public static let summary = "slope of outcome on prediction, offline, served and untouched"
  /// The definition.
  public static let definition = """
    The slope of the regression of y on ŷ: 1 when calibrated, below 1 when predictions are too extreme; offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin. Empty for constant predictions. For probabilities \
    ŷ is p̂ itself: the slope of linear recalibration, not Cox's of the logit.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  static let column = "calibration_slope"
  func value(of sums: PredictionSums) -> Double? { sums.calibrationSlope }
}
