public import SkewlabEngine

/// Metric `auc`: the area under the ROC curve, offline, served and untouched.
public struct AreaUnderCurve: ThreeSidedMetric {
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

  static let column = "auc"
  func isThere(for traits: MeasurementTraits) -> Bool { traits.isClassification }
  func value(of sums: PredictionSums) -> Double? { sums.classification?.pairs?.areaUnderCurve }
}
