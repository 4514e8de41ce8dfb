/// An algorithm that turns numbers into an alarm. A monitor of a scenario is a detector attached to a signal.
///
/// ### Contract
/// A detector is a value: its whole state can be copied and compared. It sees the signal's values once a cycle, in order; what it
/// does after an alarm (start over, go on) is part of its definition.
public protocol Detector: Component {
  /// Takes the signal's values of a cycle; the position of the update that raised an alarm, if one did.
  mutating func update(_ values: Span<Double>) -> Int?
}

extension Detector {
  /// Every kind of detector has this role.
  public static var role: Role { .detector }
}

/// What a detector watches: one number a cycle.
public enum Signal: String, Sendable, Hashable, CaseIterable {
  /// The loss served in the cycle.
  case servedLoss = "served-loss"
  /// The mean of the values served in the cycle.
  case meanPrediction = "mean-prediction"

  /// The parameter that every detector has.
  static let parameter = Parameter<Signal>.choice("signal", default: .servedLoss, about: "what the detector watches, one number a cycle")
}

/// An alarm of a monitor.
public struct Alarm: Sendable, Hashable {
  /// The cycle.
  public var cycle: Int
  /// The monitor's id.
  public var monitor: String
  /// What it watched.
  public var signal: Signal
}

/// Numbers per cycle: the columns of `cycles.csv`.
///
/// ### Contract
/// - ``columns(for:)`` says which columns the scenario defines; a column it cannot define is absent.
/// - ``values(_:for:)`` gives one value for each, `nil` where this cycle has none (no model yet, no evaluation rows). It depends on the cycle's
///   measurements alone: no metric sees another.
public protocol Metric: Component {
  /// Whether it reads ``Measurements/parity``, which takes a second scoring of every row.
  var needsParity: Bool { get }
  /// Whether it reads sums by group.
  var needsGroups: Bool { get }
  /// Whether it reads ``ClassificationSums/pairs``, which keep every probability of a cycle with its outcome.
  var needsPairs: Bool { get }
  /// The columns, for this scenario.
  func columns(for traits: MeasurementTraits) -> [String]
  /// The values, in the order of the columns.
  func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?]
}

extension Metric {
  /// Every kind of metric has this role.
  public static var role: Role { .metric }
  /// It does not.
  public var needsParity: Bool { false }
  /// It does not.
  public var needsGroups: Bool { false }
  /// It does not.
  public var needsPairs: Bool { false }
}
