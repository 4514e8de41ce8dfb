/// When to fit, and on which window of the log.
///
/// Cycle 0 always fits, on its untouched rows; the policy is asked at the end of every cycle after it.
///
/// ### Contract
/// - A policy is a value: its whole state can be copied. ``fits(after:)`` is asked once a cycle, from cycle 1 on and in order, after the cycle was measured and
///   the monitors have looked at it; what it says is done. It draws no random number.
/// - What it remembers of a model it forgets by itself when another one serves: ``ServedCycle/modelFittedIn`` says which does.
/// - It reads no metric that ``metricColumns`` does not name; a scenario without one of them is refused.
/// - A kind of one's own reads its window with `Window(arguments)` and appends ``Window/parameters`` to its parameters.
///
/// ```swift
/// struct OnSkew: Retraining {
///   static let kind = "on-skew", summary = "fits when the skew is positive", definition = "Fits at the end of a cycle with skew > 0."
///   static let parameters = Window.parameters
///   let window: Window
///   let metricColumns = ["skew"]
///   init(_ arguments: Arguments) throws(ScenarioError) { window = try Window(arguments) }
///   mutating func fits(after cycle: ServedCycle) -> Bool { cycle["skew"].map { $0 > 0 } ?? false }
/// }
/// ```
public protocol Retraining: Component {
  /// The part of the log that a fit uses.
  var window: Window { get }
  /// The columns of metrics that it reads.
  var metricColumns: [String] { get }
  /// Takes a cycle in, and says whether to fit at its end.
  mutating func fits(after cycle: ServedCycle) -> Bool
}

extension Retraining {
  /// Every kind of retraining has this role.
  public static var role: Role { .retraining }
  /// It looks at no metric.
  public var metricColumns: [String] { [] }
}

/// What a retraining policy sees of a cycle that has been served: its metrics, and the alarms of its monitors.
public struct ServedCycle: Sendable {
  /// The cycle, 1 or later.
  public let cycle: Int
  /// The cycle at whose end the model that served was fitted.
  public let modelFittedIn: Int
  /// The metrics' columns, and one value for each; `nil` where this cycle has none.
  public let columns: [String], values: [Double?]
  /// Alarms raised in the cycle.
  public let alarms: [Alarm]

  /// A cycle.
  public init(cycle: Int, modelFittedIn: Int, columns: [String], values: [Double?], alarms: [Alarm] = []) {
    self.cycle = cycle
    self.modelFittedIn = modelFittedIn
    self.columns = columns
    self.values = values
    self.alarms = alarms
  }

  /// The value of a metric's column; `nil` where there is none.
  public subscript(column: String) -> Double? { columns.firstIndex(of: column).flatMap { $0 < values.count ? values[$0] : nil } }
}
