public import SkewlabEngine

/// Metric `r2`: R², offline, served and untouched.
public struct RSquared: Metric {
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

  /// One column for each side.
  public func columns(for traits: MeasurementTraits) -> [String] { ThreeSides.columns("r2", hasOffline: traits.hasEvaluation) }

  /// One value for each side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    ThreeSides.values(cycle, hasOffline: traits.hasEvaluation) { $0.rSquared }
  }
}
