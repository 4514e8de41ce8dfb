public import SkewlabEngine

/// Metric `performative-risk`: the risk of the deployed model in the world that responds to it.
public struct PerformativeRiskMetric: Metric {
  /// `performative-risk`.
  public static let kind = "performative-risk"
  /// One line.
  public static let summary = "risk of the model in the world that responds to it, and how far above the least"
  /// The definition.
  public static let definition = """
    performative_risk: PR(w) = E(y′ − ŷ)² + λ‖θ‖² in the population of the cycle, y′ the outcome as it responds to w, λ the learner's penalty, θ the weights on encoded features: \
    twice what the learner would minimise if it knew the response. Of a table drawn with replacement it is that of all its rows, where rows × columns² is at most 2·10⁷. optimality_gap: PR(w) − min PR. performative_risk is there where the world's law is known and the pipeline affine, or the world is a table drawn with replacement (the law is that of its rows, as the model encodes them); every response has an affine effect on the outcome, or moves the features of every row \
    by the same linear function of the weights; and nothing else stands between prediction and outcome; `skewlab explain` says what does. optimality_gap is there where the least is known for certain: where features stay, and where nothing but features moves and the model has a free intercept.
    """
  /// The source.
  public static let source = "J. Perdomo, T. Zrnic, C. Mendler-Dünner, M. Hardt, Performative prediction, ICML 2020"

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// It does.
  public var needsPerformativeRisk: Bool { true }

  /// What theory has of them.
  public func columns(for traits: MeasurementTraits) -> [String] {
    traits.hasPerformativeRisk ? ["performative_risk"] + (traits.hasLeastRisk ? ["optimality_gap"] : []) : []
  }

  /// The same; rounding may leave a gap just below 0.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.hasPerformativeRisk else { return [] }
    let gap = cycle.performative.flatMap { known in known.least.map { known.risk - $0 } }
    return [cycle.performative?.risk] + (traits.hasLeastRisk ? [gap] : [])
  }
}
