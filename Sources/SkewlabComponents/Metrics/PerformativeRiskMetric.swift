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
    twice what the learner would minimise if it knew the response. optimality_gap: PR(w) − min PR. There where the world's law is known, the pipeline is affine, every response has an affine effect on the outcome and leaves the features \
    where they are, and nothing else stands between prediction and outcome; `skewlab explain` says what does.
    """
  /// The source.
  public static let source = "J. Perdomo, T. Zrnic, C. Mendler-Dünner, M. Hardt, Performative prediction, ICML 2020"

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// It does.
  public var needsPerformativeRisk: Bool { true }

  /// Both, where theory has them.
  public func columns(for traits: MeasurementTraits) -> [String] {
    traits.hasPerformativeRisk ? ["performative_risk", "optimality_gap"] : []
  }

  /// Both; rounding may leave a gap just below 0.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard traits.hasPerformativeRisk else { return [] }
    return [cycle.performative?.risk, cycle.performative.map { $0.risk - $0.least }]
  }
}
