public import SkewlabEngine

/// Metric `fits`: how many models have been fitted.
public struct Fits: Metric {
  /// `fits`.
  public static let kind = "fits"
  /// One line.
  public static let summary = "models fitted so far"
  /// The definition.
  public static let definition = "Models fitted before this cycle, that of cycle 0 included: the cost counter of retraining."

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// One column.
  public func columns(for traits: MeasurementTraits) -> [String] { ["fits"] }

  /// The count.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] { [Double(cycle.fits)] }
}
