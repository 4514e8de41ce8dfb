public import SkewlabEngine

/// Discrepancy `log-variant`: one side takes another logarithm.
public struct LogVariant: StepDiscrepancy {
  /// What it does instead of ln(1 + x).
  public enum Variant: String, Sendable, CaseIterable {
    /// log₁₀(1 + x).
    case log10
    /// ln max(x, least).
    case logOfMax = "log-of-max"
    /// x.
    case none
  }

  /// `log-variant`.
  public static let kind = "log-variant"
  /// One line.
  public static let summary = "another logarithm, or none, instead of log1p"
  /// The definition.
  public static let definition = """
    Where the pipeline has `log1p`, ln(1 + x), the side takes log₁₀(1 + x), ln max(x, least), or x itself, of the same features. Missing stays missing.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, variant, least] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the `log1p` step; the only one unless given")
  static let variant = Parameter<Variant>.choice("variant", default: .logOfMax, about: "what is taken instead")
  static let least = Parameter.number(
    "least", default: 1e-6, in: .above(0), about: "the least value of which `log-of-max` takes the logarithm")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let target: StepTarget
  private let instead: [PipelineStep]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    target = try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Log1p.kind])
    let features = FeatureSelection(names: target.step.argument("features")?.items?.compactMap(\.text))
    let steps: [any Transform] =
      switch arguments[Self.variant] {
      case .log10: [Log(features: features, base: .decimal, offset: 1)]
      case .logOfMax: [Clip(features: features, low: arguments[Self.least]), Log(features: features)]
      case .none: []
      }
    instead = steps.map { PipelineStep($0) }
  }

  /// The other logarithm in its place.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] { try steps.replacing(target) { _ in instead } }
}
