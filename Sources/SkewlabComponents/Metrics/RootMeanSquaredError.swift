public import SkewlabEngine

/// Metric `rmse`: root mean squared error, offline, served and untouched.
public struct RootMeanSquaredError: Metric {
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

  /// One column for each side.
  public func columns(for traits: MeasurementTraits) -> [String] { ThreeSides.columns("rmse", hasOffline: traits.hasEvaluation) }

  /// One value for each side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    ThreeSides.values(cycle, hasOffline: traits.hasEvaluation) { $0.rootMeanSquaredError }
  }
}
