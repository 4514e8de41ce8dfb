public import SkewlabEngine

/// Metric `auc`: the area under the ROC curve, offline, served and untouched.
public struct AreaUnderCurve: Metric {
  /// `auc`.
  public static let kind = "auc"
  /// One line.
  public static let summary = "area under the ROC curve, offline, served and untouched"
  /// The definition.
  public static let definition = """
    The probability that of a row with outcome 1 and one with outcome 0 the first has the greater p̂, equal ones counting ½: exact, by sorting all rows of a side, which are held for it (9 bytes a row and side). A row \
    of weight w counts as w rows. Offline: the evaluation share of the model's own window; served: this cycle as it happened; untouched: the twin. Empty where a side has one outcome only. There where the model predicts probabilities.
    """
  /// The source.
  public static let source =
    "J. A. Hanley, B. J. McNeil, The meaning and use of the area under a receiver operating characteristic (ROC) curve, Radiology 143(1), 1982"

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// It does.
  public var needsPairs: Bool { true }

  /// One column for each side.
  public func columns(for traits: MeasurementTraits) -> [String] {
    traits.isClassification ? ThreeSides.columns("auc", hasOffline: traits.hasEvaluation) : []
  }

  /// One value for each side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.isClassification else { return [] }
    return ThreeSides.values(cycle, hasOffline: traits.hasEvaluation) { $0.classification?.pairs?.areaUnderCurve }
  }
}
