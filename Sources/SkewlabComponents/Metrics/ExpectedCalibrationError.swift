public import SkewlabEngine

/// Metric `expected-calibration-error`: how far probabilities are from the shares that happen, offline, served and untouched.
public struct ExpectedCalibrationError: ThreeSidedMetric {
  /// `expected-calibration-error`.
  public static let kind = "expected-calibration-error"
  /// One line.
  public static let summary = "mean distance of probabilities from the shares that happen, for all three sides"
  /// The definition.
  public static let definition = """
    Σ_b (n_b/n)·|mean p̂ − share of outcome 1| over `bins` equally wide bins of p̂ in [0, 1], each with its lower edge and the last one with both. The bins are of the probability of 1, not of the likelier outcome's. Sampling \
    noise makes it greater than 0 for a calibrated model: about Σ_b √(2p(1 − p)n_b/π)/n. A row of weight w counts as w rows. Offline: the evaluation share of the model's own window; served: this cycle as it happened; \
    untouched: the twin. There where the model predicts probabilities.
    """
  /// The source.
  public static let source =
    "M. P. Naeini, G. F. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [bins]
  static let bins = Parameter.integer("bins", default: 10, in: 1...10_000, about: "the number of bins")

  private let bins: Int

  /// Reads the parameters.
  public init(_ arguments: Arguments) { bins = arguments[Self.bins] }

  /// It does.
  public var needsPairs: Bool { true }

  static let column = "calibration_error"
  func isThere(for traits: MeasurementTraits) -> Bool { traits.isClassification }
  func value(of sums: PredictionSums) -> Double? { sums.classification?.pairs?.calibrationError(bins: bins) }
}
