public import SkewlabEngine

/// Retraining `on-loss`: a fit when the loss of a cycle is too high.
public struct OnLoss: Retraining {
  /// What a loss is compared with.
  enum Yardstick: String, CaseIterable, Sendable {
    /// The first cycle that the model served.
    case deployment
    /// The model's own test.
    case offline
    /// A number.
    case absolute
  }

  /// `on-loss`.
  public static let kind = "on-loss"
  /// One line.
  public static let summary = "fits when the loss of a cycle is too high"
  /// The definition.
  public static let definition = """
    Fits at the end of a cycle in which `metric` was above a limit, in this and the `patience` − 1 cycles before it, all served by the same model. The limit is `threshold` times the metric in the first cycle that this \
    model served (`against: deployment`), or times the loss of the model's own test, the column `offline_…` for a metric `served_…` (`against: offline`); or it is `threshold` itself (`against: absolute`). A yardstick that is not \
    above zero, and a cycle without the metric, ask for no fit. After a fit at the end of cycle t there is none before the end of cycle t + `cooldown` + 1; cycles above the limit count meanwhile. \
    With n rows a cycle a mean squared error of normal residuals has a relative standard deviation of √(2/n), and the ratio of two cycles √(4/n): 6 % at 1,000 rows. A threshold nearer to 1 than three of these \
    fits on noise.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [metric, against, threshold, patience, cooldown] + Window.parameters
  static let metric = Parameter.text("metric", default: "served_loss", about: "the column of the scenario's metrics that is watched")
  static let against = Parameter<Yardstick>.choice(
    "against", default: .deployment,
    about: "what the metric is compared with: its value in the model's first cycle, the model's own test, or nothing but the threshold")
  static let threshold = Parameter.optionalNumber(
    "threshold", in: .above(0),
    about:
      "the limit, in multiples of what the metric is compared with: 1.2 unless given; with `against: absolute` in the metric's own unit, and required"
  )
  static let patience = Parameter.integer(
    "patience", default: 1, in: 1...1_000_000, about: "how many cycles in a row have to be above the limit")
  static let cooldown = Parameter.integer(
    "cooldown", default: 0, in: 0...1_000_000, about: "how many cycles after a fit have none, whatever the loss")

  /// The part of the log that a fit uses.
  public let window: Window
  private let metric: String
  private let offline: String
  private let against: Yardstick
  private let threshold: Double
  private let patience: Int
  private let cooldown: Int

  /// The last cycle at whose end it fitted.
  private var lastFit = 0
  /// Cycles in a row above the limit, served by one model.
  private var above = 0
  /// That model, by the cycle of its fit, and what its first cycle measured.
  private var model = 0, deployment: Double?

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    window = try Window(arguments)
    metric = arguments[Self.metric]
    against = arguments[Self.against]
    patience = arguments[Self.patience]
    cooldown = arguments[Self.cooldown]
    let given = arguments[Self.threshold]
    if against == .absolute, given == nil {
      throw ScenarioError(
        .missingKey(Self.threshold.name, type: Self.threshold.type.description), path: arguments.path, location: arguments.location)
    }
    threshold = given ?? 1.2
    let served = "served_"
    offline = "offline_" + metric.dropFirst(served.count)
    if against == .offline, !metric.hasPrefix(served) {
      throw arguments.outOfRange(
        Self.metric, allowed: "a column that begins with 'served_', which the model's own test has an 'offline_' for")
    }
  }

  /// The metric, and its counterpart of the model's own test.
  public var metricColumns: [String] { against == .offline ? [metric, offline] : [metric] }

  /// Whether the metric has been above the limit for long enough.
  public mutating func fits(after cycle: ServedCycle) -> Bool {
    if cycle.modelFittedIn != model {
      model = cycle.modelFittedIn
      deployment = nil
      above = 0
    }
    let value = cycle[metric]
    deployment = deployment ?? value
    let yardstick: Double? =
      switch against {
      case .deployment: deployment
      case .offline: cycle[offline]
      case .absolute: 1
      }
    guard let value, let yardstick, yardstick > 0, value > threshold * yardstick else {
      above = 0
      return false
    }
    above += 1
    guard above >= patience, cycle.cycle - lastFit > cooldown else { return false }
    above = 0
    lastFit = cycle.cycle
    return true
  }
}
