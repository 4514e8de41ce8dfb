public import SkewlabEngine

/// Discrepancy `stale-statistics`: one side has an older state of a step.
public struct StaleStatistics: StepDiscrepancy {
  /// `stale-statistics`.
  public static let kind = "stale-statistics"
  /// One line.
  public static let summary = "a scaler, imputer or encoder that was fitted some cycles ago"
  /// The definition.
  public static let definition = """
    The side runs the step with the state of the newest fit that is at least `cycles` cycles older than the model; before there is one, of the first. The weights are the model's own. A scaler with mean m′ and deviation s′ \
    where the model expects m and s costs w²[(s/s′ − 1)² + ((m − m′)/s′)²] on unchanged data, w on the standardised scale. Nothing happens while the world stays as it is, but for the noise of the two fits.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, cycles] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(
    about: "the step that stays old: an id, a kind, or a position from 0; the only one unless given")
  static let cycles = Parameter.integer("cycles", default: 1, in: 1...1_000_000, about: "how many cycles older than the model its state is")
  /// The scaler of two cycles ago.
  public static let example: DocumentNode = ["step": "standardize", "cycles": 2]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let position: Int?
  private let cycles: Int

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, isWhole: true)
    position = try arguments[Self.step].step(of: arguments, at: Self.step).position
    cycles = arguments[Self.cycles]
  }

  /// That of the step it names.
  public func age(of step: PipelineStep) -> Int? { step.position == position ? cycles : nil }
}
