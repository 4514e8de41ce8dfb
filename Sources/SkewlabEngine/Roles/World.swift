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
  /// The changes it can make; a rate of missing values is not among them, since the engine takes values away from the rows of any world.
  var supportedChanges: Set<WorldConditions.Change> { get }
  /// Those of them that have limits, which ``problem(under:)`` knows.
  var limitedChanges: Set<WorldConditions.Change> { get }
  /// The whole population as described, for a world that has one of finite size; row i has identity i.
  var everyRow: Rows? { get }
  /// Whether every draw gives ``Rows/bestPredictions``, for a world whose best predictor is not linear in the raw features (categories are codes there) but in an encoding that it names.
  var drawsBestPredictions: Bool { get }
  /// Whether every outcome is 0 or 1, so that there is a probability to predict.
  var outcomeIsBinary: Bool { get }
  /// The standard deviation of each feature in the population as described, NaN for text; `nil` where it is not known. Shifts are measured in it.
  var featureDeviations: [Double]? { get }
  /// Whether outcomes are tosses, 0 or 1, and every draw gives their ``Rows/probabilities``: a response may then move the probability.
  var tossesOutcomes: Bool { get }
  /// The names of the groups that ``Rows/groups`` counts, for a world that has groups.
  var groups: [String] { get }
  /// The groups' shares of the population under these conditions, adding up to 1.
  func groupShares(_ conditions: WorldConditions) -> [Double]

  /// Remarks on what the world was made of that are no errors, such as values that were read as missing.
  var notes: [String] { get }
  /// How many cycles, counting cycle 0, can be drawn with so many rows each; `nil` is no limit.
  func cyclesAvailable(rows: Int) -> Int?
  /// Fills `rows` with rows `range` of a cycle.
  func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows)
  /// What to do where a change is not among ``supportedChanges``.
  var adviceOnChanges: String { get }
  /// Why no rows can be drawn under these conditions, such as a share above 1; `nil` when they can. A scenario whose shifts lead there is refused.
  func problem(under conditions: WorldConditions) -> String?
  /// What a population of finite size has become under these conditions; its features stay.
  func population(under conditions: WorldConditions) -> PopulationState
  /// The best linear predictor with intercept in the population under these conditions, on the raw features; `nil` where the population is a table.
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor?
  /// First and second moments of the rows under these conditions, for a world with such a law; `nil` otherwise.
  func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw?
  /// First and second moments of each group's rows under these conditions, in the order of ``groups``, for a world with such laws; none otherwise. They don't depend on the groups' shares:
  /// weighted with ``groupShares(_:)`` they make the law of all rows, and with other shares the law of rows whose membership responds.
  func groupPopulations(replicate: Int, conditions: WorldConditions) -> [PopulationLaw]
  /// The covariances of a row's features with those of the row so many before it, negative for one after it: element (i, j) is Cov(x_i, other x_j); `nil` where they are not known.
  func covariance(withRowBefore rows: Int, replicate: Int, conditions: WorldConditions) -> Matrix?
  /// The rows that a cycle's are drawn from independently, where they are finitely many; `nil` otherwise.
  func finitePopulation(at position: RandomStream.Position, conditions: WorldConditions) -> FinitePopulation?
  /// Whether ``finitePopulation(at:conditions:)`` depends on the conditions alone, and not on the cycle.
  var hasSteadyFrequencies: Bool { get }
  /// For a binary outcome: of the predictors on the raw features with a logistic link the one with the least log loss in the population; `nil` where the world does not know it.
  func bestClassifier(replicate: Int, conditions: WorldConditions) -> LinearPredictor?
}

extension World {
  /// Every kind of world has this role.
  public static var role: Role { .world }
  /// The model's scale is the outcome's own.
  public var outcomeIsLogged: Bool { false }
  /// Nothing can be changed.
  public var supportedChanges: Set<WorldConditions.Change> { [] }
  /// Another world.
  public var adviceOnChanges: String { "remove the shift, or choose another world" }
  /// Nothing has limits.
  public var limitedChanges: Set<WorldConditions.Change> { [] }
  /// Rows can be drawn.
  public func problem(under conditions: WorldConditions) -> String? { nil }
  /// The population is not finite.
  public var everyRow: Rows? { nil }
  /// Nothing to remark.
  public var notes: [String] { [] }
  /// As described.
  public func population(under conditions: WorldConditions) -> PopulationState { PopulationState() }
  /// A predictor on the raw features says it all.
  public var drawsBestPredictions: Bool { false }
  /// Tosses are; of a finite population its rows say it.
  public var outcomeIsBinary: Bool {
    tossesOutcomes || !outcomeIsLogged && everyRow.map { rows in rows.outcomes.allSatisfy { $0 == 0 || $0 == 1 } } ?? false
  }
  /// Not known.
  public func bestClassifier(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { nil }
  /// Not known.
  public var featureDeviations: [Double]? { nil }
  /// They are not.
  public var tossesOutcomes: Bool { false }
  /// No groups.
  public var groups: [String] { [] }
  /// No law in closed form.
  public func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? { nil }
  /// No laws in closed form.
  public func groupPopulations(replicate: Int, conditions: WorldConditions) -> [PopulationLaw] { [] }
  /// Not known.
  public func covariance(withRowBefore rows: Int, replicate: Int, conditions: WorldConditions) -> Matrix? { nil }
  /// Not finitely many.
  public func finitePopulation(at position: RandomStream.Position, conditions: WorldConditions) -> FinitePopulation? { nil }
  /// It does.
  public var hasSteadyFrequencies: Bool { true }
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
    let supportedChanges = supportedChanges.union([.missingRate])
    guard let change = changes.subtracting(supportedChanges).map(\.rawValue).min() else { return nil }
    let can = supportedChanges.map(\.rawValue).sorted().joined(separator: ", ")
    return .conflict(
      "a world of kind '\(Self.kind)' has no \(change) to change, as it is given here; it can change: \(can)",
      advice: adviceOnChanges)
  }
}

/// A change of the world: what changes, and when.
///
/// ### Contract
/// ``apply(to:at:)`` depends on nothing but the position and the shift's own streams. Shifts compose in the order written. Conditions stay possible: numbers finite, scales not negative, rates
/// from 0 to 1, places those of the world's features, levels and groups.
public protocol Shift: Component {
  /// What it changes; the world has to support all of it.
  var changes: Set<WorldConditions.Change> { get }
  /// The features in which it makes values missing, in any cycle; the pipeline has to be ready for that.
  var gaps: [Int] { get }
  /// Adds its part to the conditions of a cycle.
  func apply(to conditions: inout WorldConditions, at position: RandomStream.Position)
}

extension Shift {
  /// Every kind of shift has this role.
  public static var role: Role { .shift }
  /// None.
  public var gaps: [Int] { [] }
  /// Data that changes.
  public static var defaultCause: Cause? { .dataShift }
}
