public import SkewlabNumerics

/// Where rows come from: a population that may evolve.
///
/// ### Contract
/// - ``draw(_:at:conditions:into:)`` gives rows `range` of a cycle as they are with nothing predicted: features and untouched outcome. Row i of a cycle
///   depends only on (seed, replicate, cycle, i) and the conditions, so that any chunk of a cycle can be drawn alone, and more rows extend the old ones.
/// - Each feature has a stream of its own: adding a feature changes no draw of the others.
/// - Outcomes are on the model's scale. When ``outcomeIsLogged`` that is the logarithm of the outcome's own unit.
/// - Shifts reach a world as ``WorldConditions``; a world lists in ``supportedChanges`` what it honours, and a scenario that asks for more is refused.
public protocol World: Component {
  /// The features.
  var schema: Schema { get }
  /// The outcome's name, for tables and messages.
  var outcomeName: String { get }
  /// Whether the model's scale is the logarithm of the outcome.
  var outcomeIsLogged: Bool { get }
  /// Whether rows are drawn from a known law, rather than from a table. Decides defaults such as the form of a response.
  var isSynthetic: Bool { get }
  /// The changes it can make.
  var supportedChanges: Set<WorldConditions.Change> { get }
  /// The whole population as described, for a world that has one of finite size; row i has identity i.
  var everyRow: Rows? { get }
  /// Whether every draw gives ``Rows/bestPredictions``, for a world whose best predictor is not linear in the raw features (categories are codes there) but in an encoding that it names.
  var drawsBestPredictions: Bool { get }
  /// The standard deviation of each feature in the population as described, NaN for text; `nil` where it is not known. Shifts are measured in it.
  var featureDeviations: [Double]? { get }
  /// Whether outcomes are tosses, 0 or 1, and every draw gives their ``Rows/probabilities``: a response may then move the probability.
  var tossesOutcomes: Bool { get }
  /// The names of the groups that ``Rows/groups`` counts, for a world that has groups.
  var groups: [String] { get }
  /// The groups' shares of the population under these conditions, adding up to 1.
  func groupShares(_ conditions: WorldConditions) -> [Double]

  /// How many cycles, counting cycle 0, can be drawn with so many rows each; `nil` is no limit.
  func cyclesAvailable(rows: Int) -> Int?
  /// Fills `rows` with rows `range` of a cycle.
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows)
  /// What a population of finite size has become under these conditions; its features stay.
  func population(under conditions: WorldConditions) -> PopulationState
  /// The best linear predictor with intercept in the population under these conditions, on the raw features; `nil` where the population is a table.
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor?
}

extension World {
  /// Every kind of world has this role.
  public static var role: Role { .world }
  /// The model's scale is the outcome's own.
  public var outcomeIsLogged: Bool { false }
  /// Nothing can be changed.
  public var supportedChanges: Set<WorldConditions.Change> { [] }
  /// The population is not finite.
  public var everyRow: Rows? { nil }
  /// As described.
  public func population(under conditions: WorldConditions) -> PopulationState { PopulationState() }
  /// A predictor on the raw features says it all.
  public var drawsBestPredictions: Bool { false }
  /// Not known.
  public var featureDeviations: [Double]? { nil }
  /// They are not.
  public var tossesOutcomes: Bool { false }
  /// No groups.
  public var groups: [String] { [] }
  /// No groups.
  public func groupShares(_ conditions: WorldConditions) -> [Double] { [] }
  /// Rows never run out.
  public func cyclesAvailable(rows: Int) -> Int? { nil }
}

/// What has become of a finite population: what outcomes its rows have, and how often each is drawn.
public struct PopulationState: Sendable {
  /// Each row's mean outcome; `nil` is as described.
  public var outcomes: [Double]?
  /// Each row's chance to be drawn, in any unit, 0 for one that never is; `nil` is the same for all.
  public var weights: [Double]?

  /// A state; without arguments, as described.
  public init(outcomes: [Double]? = nil, weights: [Double]? = nil) {
    self.outcomes = outcomes
    self.weights = weights
  }
}

extension World {
  /// Why the world cannot make these changes; `nil` when it can.
  public func refusal(of changes: Set<WorldConditions.Change>) -> Problem.Reason? {
    guard let change = changes.subtracting(supportedChanges).map(\.rawValue).min() else { return nil }
    let can = supportedChanges.isEmpty ? "nothing" : supportedChanges.map(\.rawValue).sorted().joined(separator: ", ")
    return .conflict(
      "a world of kind '\(Self.kind)' has no \(change) to change, as it is given here; it can change: \(can)",
      advice: "remove the shift, or choose another world")
  }
}

/// The state that shifts have brought the world to in one cycle, relative to how the scenario describes it.
public struct WorldConditions: Sendable, Hashable {
  /// One thing that a shift can change.
  public enum Change: String, Sendable, Hashable, CaseIterable {
    /// Means of features.
    case mean
    /// Scales of features.
    case scale
    /// Coefficients.
    case coefficient
    /// The intercept.
    case intercept
    /// The noise of the outcome.
    case noise
  }

  /// Added to each feature.
  public var featureOffsets: [Double]
  /// Multiplies each feature's deviation from its mean.
  public var featureScales: [Double]
  /// Multiplies each coefficient as described.
  public var coefficientScales: [Double]
  /// Added to each coefficient then.
  public var coefficientOffsets: [Double]
  /// Added to the intercept.
  public var interceptOffset: Double
  /// Multiplies the noise of the outcome.
  public var noiseScale: Double

  /// A coefficient under these conditions.
  public func coefficient(_ described: Double, of feature: Int) -> Double {
    coefficientScales[feature] * described + coefficientOffsets[feature]
  }

  /// The coefficients under these conditions.
  public func coefficients(_ described: [Double]) -> [Double] { described.indices.map { coefficient(described[$0], of: $0) } }

  /// What differs from other conditions.
  public func differences(from other: WorldConditions) -> Set<Change> {
    let differs: [Change: Bool] = [
      .mean: featureOffsets != other.featureOffsets, .scale: featureScales != other.featureScales,
      .coefficient: coefficientScales != other.coefficientScales || coefficientOffsets != other.coefficientOffsets,
      .intercept: interceptOffset != other.interceptOffset, .noise: noiseScale != other.noiseScale,
    ]
    return Set(differs.filter(\.value).keys)
  }

  /// The world as described, for so many features.
  public init(features: Int) {
    featureOffsets = Array(repeating: 0, count: features)
    featureScales = Array(repeating: 1, count: features)
    coefficientScales = featureScales
    coefficientOffsets = Array(repeating: 0, count: features)
    interceptOffset = 0
    noiseScale = 1
  }
}

/// A change of the world: what changes, and when.
///
/// ### Contract
/// ``apply(to:at:)`` depends on nothing but the cycle and the shift's own streams. Shifts compose in the order written.
public protocol Shift: Component {
  /// What it changes; the world has to support all of it.
  var changes: Set<WorldConditions.Change> { get }
  /// Adds its part to the conditions of a cycle.
  func apply(to conditions: inout WorldConditions, at position: RandomStream.Position)
}

extension Shift {
  /// Every kind of shift has this role.
  public static var role: Role { .shift }
  /// Data that changes.
  public static var defaultCause: Cause? { .dataShift }
}
