public import SkewlabEngine

/// Discrepancy `step-order`: one side exchanges two steps.
public struct StepOrder: StepDiscrepancy {
  /// `step-order`.
  public static let kind = "step-order"
  /// One line.
  public static let summary = "two steps are exchanged"
  /// The definition.
  public static let definition = """
    The side runs `step` where `with` stands and `with` where `step` stands, with the state that the model has: the logarithm of a standardised value, a value scaled before it is clipped. A step that meets other columns than before fits anew. Steps that cannot change places are refused.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, other] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "one of the two: an id, a kind, or a position from 0")
  static let other = StepSelection.parameter("with", about: "the other")
  /// The last two of three steps.
  public static let example: DocumentNode = ["step": 0, "with": 1]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let first: StepTarget, second: StepTarget

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    first = try arguments[Self.step].step(of: arguments, at: Self.step)
    second = try arguments[Self.other].step(of: arguments, at: Self.other)
    if first.matches(second.step) { throw arguments.outOfRange(Self.other, allowed: "another step than `step`") }
  }

  /// The steps with the two exchanged.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    var exchanged = steps
    exchanged.swapAt(try steps.index(of: first), try steps.index(of: second))
    return exchanged
  }
}
