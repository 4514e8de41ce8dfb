public import SkewlabEngine

/// Metric `parity`: what the serving side says beside what the training side would have said.
public struct Parity: Metric {
  /// `parity`.
  public static let kind = "parity"
  /// One line.
  public static let summary = "rows that the two sides score differently, and what that costs"
  /// The definition.
  public static let definition = """
    Every row served is scored once more by the training side: its pipeline as fitted with the model, its source discrepancies, the model's own arithmetic. differing_share: the share of rows whose two predictions differ by more than rounding: by more than 2⁻⁴⁰ of the larger of the two and the outcome (of probabilities: of the larger of the two). \
    largest_difference: the largest |difference| of these rows, 0 if there are none. pipeline_skew: the serving side's loss minus the training side's, on the same rows and outcomes, before the runtime: the part of `skew` that is the pipelines' own; exactly 0 where the \
    sides agree but for rounding. Not measured unless listed: it scores every row twice.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// It does.
  public var needsParity: Bool { true }

  /// Three columns.
  public func columns(for traits: MeasurementTraits) -> [String] {
    traits.measuresParity ? ["differing_share", "largest_difference", "pipeline_skew"] : []
  }

  /// The comparison of a cycle.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.measuresParity else { return [] }
    guard let parity = cycle.parity, parity.count > 0 else { return [nil, nil, nil] }
    return [
      Double(parity.differing) / Double(parity.count), parity.largest,
      parity.differing == 0 ? 0 : parity.serving.meanLoss - parity.training.meanLoss,
    ]
  }
}
