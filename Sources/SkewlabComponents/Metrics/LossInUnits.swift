public import SkewlabEngine

/// Metric `loss-in-units`: mean squared errors in the outcome's own units, where the model predicts its logarithm.
public struct LossInUnits: Metric {
  /// `loss-in-units`.
  public static let kind = "loss-in-units"
  /// One line.
  public static let summary = "losses in the outcome's own units, where the outcome was logged"
  /// The definition.
  public static let definition = """
    Mean of (e^ŷ − e^y)², for the four losses of `loss`. There when the world has `log-target: true`; on any other the model's scale is the outcome's own.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// One column for each loss, where the outcome was logged.
  public func columns(for traits: MeasurementTraits) -> [String] {
    guard traits.hasUnits else { return [] }
    return (traits.hasEvaluation ? ["offline_loss_units"] : []) + ["served_loss_units", "untouched_loss_units"]
      + (traits.hasBest ? ["best_loss_units"] : [])
  }

  /// The losses of a cycle.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.hasUnits else { return [] }
    return (traits.hasEvaluation ? [cycle.offlineInUnits?.meanSquaredError] : [])
      + [cycle.servedInUnits?.meanSquaredError, cycle.untouchedInUnits?.meanSquaredError]
      + (traits.hasBest ? [cycle.bestInUnits?.meanSquaredError] : [])
  }
}
