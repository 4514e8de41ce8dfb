public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `stale-statistics`: one side has the state of a step from other rows.
public struct StaleStatistics: StepDiscrepancy {
  /// The rows that the state comes from.
  public enum Source: String, Sendable, CaseIterable {
    /// The window of an earlier fit.
    case earlier
    /// Those of cycle 0.
    case original
    /// Some rows of the model's own window.
    case sample
    /// Those that are being served.
    case serving
  }

  /// `stale-statistics`.
  public static let kind = "stale-statistics"
  /// One line.
  public static let summary = "a scaler, imputer or encoder that was fitted some cycles ago, or on other rows"
  /// The definition.
  public static let definition = """
    The side runs the step with a state from other rows; the weights are the model's own. `rows: earlier`: the newest fit that is at least `cycles` cycles older than the model; before there is one, the first. `original`: the fit of cycle 0. `sample`: the rows of \
    the model's window, each with probability `sample`. `serving`: the rows of the cycle that is served, all at once, as the serving side reads them: what a batch job does that standardises its own batch, and so erases a real shift. A scaler with mean m′ and deviation s′ \
    where the model expects m and s costs w²[(s/s′ − 1)² + ((m − m′)/s′)²] on unchanged data, w on the standardised scale; one that follows data that went from m, s to m′, s′ costs w²[(s′/s − 1)² + ((m′ − m)/s)²]. Nothing happens while the world stays as it is, but for the noise of the two fits.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, rows, cycles, sample] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(
    about: "the step whose state is another: an id, a kind, or a position from 0; the only one unless given")
  static let rows = Parameter<Source>.choice("rows", default: .earlier, about: "the rows that its state comes from")
  static let cycles = Parameter.integer(
    "cycles", default: 1, in: 1...1_000_000, about: "how many cycles older than the model its state is, with `rows: earlier`")
  static let sample = Parameter.number(
    "sample", default: 0.1, in: .above(0, upTo: 1), about: "the share of the window's rows, with `rows: sample`")
  /// The scaler of two cycles ago.
  public static let example: DocumentNode = ["step": "standardize", "cycles": 2]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let target: StepTarget
  private let source: StatisticsRows

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    target = try arguments[Self.step].step(of: arguments, at: Self.step)
    let rows = arguments[Self.rows]
    try arguments.refuseGiven(
      Self.cycles, unless: rows == .earlier, because: "with `rows: \(rows.rawValue)` nothing is some cycles old", write: "rows: earlier")
    try arguments.refuseGiven(
      Self.sample, unless: rows == .sample, because: "with `rows: \(rows.rawValue)` nothing is sampled", write: "rows: sample")
    switch rows {
    case .earlier: source = .window(age: arguments[Self.cycles])
    case .original: source = .window(age: .max)
    case .sample: source = .sample(share: arguments[Self.sample], by: arguments.stream("sample"))
    case .serving:
      if scope.side == .training {
        throw arguments.outOfRange(Self.rows, allowed: "earlier, original or sample: the training side serves no rows")
      }
      source = .served
    }
  }

  /// The same steps; an error where the step is gone.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    _ = try steps.index(of: target)
    return steps
  }

  /// Those of the step it names.
  public func rows(of step: PipelineStep) -> StatisticsRows? { target.matches(step) ? source : nil }
}
