/// What a component is for. Every kind belongs to one role; the role says under which key of a scenario it stands.
public enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Where rows come from.
  case world
  /// A change of the world over cycles.
  case shift
  /// One step of feature handling.
  case transform
  /// A deviation of one side from the other.
  case discrepancy
  /// How long a prediction takes.
  case runtime
  /// What is done with a score.
  case decision
  /// How the world reacts.
  case response
  /// Which outcomes the log gets to see.
  case observation
  /// How a predictor is fitted.
  case learner
  /// When to fit, and on which window.
  case retraining
  /// What turns numbers into an alarm.
  case detector
  /// A number per cycle.
  case metric

  /// The key of a scenario under which components of this role stand.
  public var section: String {
    switch self {
    case .shift: "shifts"
    case .transform: "pipeline"
    case .discrepancy: "discrepancies"
    case .response: "feedback"
    case .detector: "monitors"
    case .metric: "metrics"
    case .world, .runtime, .decision, .observation, .learner, .retraining: rawValue
    }
  }

  /// Whether a scenario holds a list of them, in an order that matters, or just one.
  public var isList: Bool {
    switch self {
    case .shift, .transform, .discrepancy, .response, .detector, .metric: true
    case .world, .runtime, .decision, .observation, .learner, .retraining: false
    }
  }

  /// Whether components of this role can hurt, and so carry a ``Cause``.
  public var carriesCause: Bool {
    switch self {
    case .shift, .discrepancy, .runtime, .response: true
    default: false
    }
  }

  /// One line for `skewlab list`.
  public var summary: String {
    switch self {
    case .world: "where rows come from: a population that may evolve"
    case .shift: "a change of the world: what changes, and when"
    case .transform: "one step of feature handling, with state fitted on training rows"
    case .discrepancy: "a deviation of the serving side from the training side, or the reverse"
    case .runtime: "how long a prediction takes, and what is served when it is late"
    case .decision: "what is done with a score"
    case .response: "how the world reacts to the deployed predictor or to what was served"
    case .observation: "which outcomes the log gets to see, and when"
    case .learner: "a recipe for fitting a predictor"
    case .retraining: "when to fit, and on which window of the log"
    case .detector: "an algorithm that turns a signal into an alarm"
    case .metric: "numbers per cycle"
    }
  }

  /// In the order of a cycle.
  public static func < (left: Role, right: Role) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// The six causes of training–serving skew. `attribute` switches them on and off.
public enum Cause: String, Sendable, Hashable, CaseIterable {
  /// Data is handled differently in the training and the serving pipeline.
  case dataHandling = "data-handling"
  /// The data changes between training and serving.
  case dataShift = "data-shift"
  /// The model's outputs change the data it will be trained on.
  case feedback
  /// Production runs a version that does the same, slower or with more memory.
  case slowVersion = "slow-version"
  /// Production runs a version that does something else, because of a bug.
  case buggyVersion = "buggy-version"
  /// Production runs different code that was meant to be equivalent and is not quite.
  case reimplementation
}
