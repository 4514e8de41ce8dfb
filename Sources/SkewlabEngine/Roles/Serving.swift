public import SkewlabNumerics

/// How long a prediction takes, and what is served when it is late or lost.
///
/// ### Contract
/// A runtime sees the rows of a cycle once, in order, in blocks. It replaces the predictions of late or lost rows by its fallback; what
/// comes out is what response, log and metrics see. What happens to a row may depend on the rows after it, but not on how they are cut into blocks.
public protocol Runtime: Component {
  /// What it measures; metrics decide their columns by it.
  var measures: RuntimeTraits { get }
  /// Whether ``serve(_:previous:rows:deployed:)`` wants the predictions of the model that served before this one: they take time.
  var usesPreviousModel: Bool { get }
  /// Whether every prediction is served as it is.
  var isInstant: Bool { get }
  /// Called before the first block of a cycle.
  mutating func beginCycle(at position: RandomStream.Position)
  /// Replaces what is late in a block.
  ///
  /// - Parameters:
  ///   - predictions: What the deployed model says, one a row.
  ///   - previous: What the model before it says; empty before there is one, and unless ``usesPreviousModel``.
  ///   - rows: Which rows of the cycle.
  ///   - deployed: The model.
  mutating func serve(_ predictions: inout MutableSpan<Double>, previous: Span<Double>, rows: Range<Int>, deployed: DeployedModel)
  /// Called after the last block of a cycle that served: what was measured in it; `nil` for a runtime that measures nothing.
  mutating func endCycle() -> RuntimeMeasurements?
}

extension Runtime {
  /// Every kind of runtime has this role.
  public static var role: Role { .runtime }
  /// A slower version.
  public static var defaultCause: Cause? { .slowVersion }
  /// Nothing.
  public var measures: RuntimeTraits { [] }
  /// Some may be late.
  public var isInstant: Bool { false }
  /// Not wanted.
  public var usesPreviousModel: Bool { false }
  /// Nothing to prepare.
  public mutating func beginCycle(at position: RandomStream.Position) {}
  /// Nothing measured.
  public mutating func endCycle() -> RuntimeMeasurements? { nil }
}

/// What is done with a score. What it gives is the served value, the one that outcomes respond to.
public protocol Decision: Component {
  /// Whether the score itself is served, whatever it is.
  var servesScores: Bool { get }
  /// Writes the served value of each row, and the probability with which a row with this score gets it.
  func decide(
    _ scores: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, served: inout MutableSpan<Double>,
    propensities: inout MutableSpan<Double>)
}

extension Decision {
  /// Every kind of decision has this role.
  public static var role: Role { .decision }
  /// Something is made of it.
  public var servesScores: Bool { false }
}

/// Which outcomes the log gets to see.
public protocol Observation: Component {
  /// Whether every outcome is seen, so that nobody need ask.
  var seesEverything: Bool { get }
  /// Writes 1 for each row whose outcome the log gets to see, and 0 for the others.
  func observe(
    served: Span<Double>, outcomes: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, into seen: inout MutableSpan<Double>
  )
}

extension Observation {
  /// Every kind of observation has this role.
  public static var role: Role { .observation }
}
