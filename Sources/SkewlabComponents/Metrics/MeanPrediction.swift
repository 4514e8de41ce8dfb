public import SkewlabEngine

/// Metric `mean-prediction`: mean prediction, offline, served and untouched.
public struct MeanPrediction: Metric {
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

  /// One column for each side.
  public func columns(for traits: MeasurementTraits) -> [String] { ThreeSides.columns("mean_prediction", hasOffline: traits.hasEvaluation) }

  /// One value for each side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    ThreeSides.values(cycle, hasOffline: traits.hasEvaluation) { $0.meanPrediction }
  }
}
