public import SkewlabEngine

/// Discrepancy `double-transform`: one side applies a step twice.
public struct DoubleTransform: StepDiscrepancy {
  /// `double-transform`.
  public static let kind = "double-transform"
  /// One line.
  public static let summary = "a step is applied twice"
  /// The definition.
  public static let definition = """
    The side runs the step again on its own output, with the same state, as code that is called twice does: (x − m)/s becomes ((x − m)/s − m)/s, a logarithm the logarithm of one. A step that gives other columns than it \
    gets is refused.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step that is repeated: an id, a kind, or a position from 0")
  /// The scaler.
  public static let example: DocumentNode = ["step": "standardize"]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let target: StepTarget

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    target = try arguments[Self.step].step(of: arguments, at: Self.step)
  }

  /// The step, twice.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    try steps.replacing(target) { [$0, $0.repeated()] }
  }
}
