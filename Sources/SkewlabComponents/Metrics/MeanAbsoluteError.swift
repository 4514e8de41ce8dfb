public import SkewlabEngine

/// Metric `mae`: mean absolute error, offline, served and untouched.
public struct MeanAbsoluteError: Metric {
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

  /// One column for each side.
  public func columns(for traits: MeasurementTraits) -> [String] {
    ThreeSides.columns("mae", hasOffline: traits.hasEvaluation && traits.keepsRows)
  }

  /// One value for each side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    ThreeSides.values(cycle, hasOffline: traits.hasEvaluation && traits.keepsRows) { $0.meanAbsoluteError }
  }
}
