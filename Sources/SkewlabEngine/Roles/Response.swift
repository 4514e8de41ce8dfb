public import SkewlabNumerics

/// How the world reacts to the deployed predictor (features) or to what was served (outcomes).
///
/// ### Contract
/// - Responses compose in the order written: each gets what the one before made.
/// - Membership and features respond to the model before it serves: rows are drawn with the groups' shares as they respond, then their features move. Outcomes respond to the served value after. The twin responds to nothing.
/// - A block is answered by itself: a row's answer depends on that row, its served value, the deployed model, and streams read at the row's position.
/// - A response may remember the run: each `Simulation` has its own copy, as the scenario made it, and calls ``beginCycle(deployed:)`` before the rows of a cycle are
///   drawn, and ``endCycle(groups:)`` after they were served. Only there may it change itself.
/// - A response whose effect on the outcome is affine says so with ``affineForm``, one whose effect on the features is, with ``affineFeatureForm``; theory and
///   `served_excess` come from these. They say what the response makes of the present model; one that remembers has neither, and says how it remembers with ``memory``.
public protocol Response: Component {
  /// Whether features move.
  var movesFeatures: Bool { get }
  /// Whether the shares of the world's groups move.
  var movesMembership: Bool { get }
  /// Whether it reads the deployed model's weights on the raw features, which only an affine pipeline has.
  var readsRawWeights: Bool { get }
  /// Whether outcomes that are 0 or 1 stay so; a learner of probabilities needs it.
  var keepsOutcomesBinary: Bool { get }
  /// The effect on the outcome, averaged over its own randomness, when it is affine.
  var affineForm: AffineResponse? { get }
  /// The ways in which it treats an outcome, each row by itself with these probabilities, when each is affine: what ``affineForm`` is the mean of.
  var affineCases: [AffineCase]? { get }
  /// The effect on the features, when every row moves by the same linear function of the deployed weights on the raw features.
  var affineFeatureForm: AffineFeatureResponse? { get }
  /// The ways in which it moves features, each row by itself with these probabilities, when each moves them by a linear function of the deployed weights on the raw features, give or take noise.
  var affineFeatureCases: [AffineFeatureCase]? { get }
  /// How it remembers earlier models, and the response inside it that each of them would have had; `nil` for one that answers the present model alone.
  var memory: ResponseMemory? { get }
  /// Takes in the model that serves in the cycle to come; called once a cycle, from 1 on.
  mutating func beginCycle(deployed: DeployedModel)
  /// Moves the groups' shares of the cycle to come. What comes out is divided by its sum; a sum of 0 ends the run, for nobody is left.
  func respond(shares: inout [Double])
  /// Takes in what each group was served in a cycle, from 1 on; called where some response moves membership.
  mutating func endCycle(groups: [PredictionSums])
  /// All that it remembers of the groups, as a size for each group of the world; empty for one that remembers none. Theory moves these numbers a little to see whether the loop
  /// comes back, and calls ``endCycle(groups:)`` on a copy.
  var groupSizes: [Double] { get set }
  /// Moves the features of a block.
  func respond(features rows: inout Rows, deployed: DeployedModel)
  /// Moves the outcomes of a block. `rows` has the features as they are after every response of features.
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel)
}

extension Response {
  /// Every kind of response has this role.
  public static var role: Role { .response }
  /// The feedback loop.
  public static var defaultCause: Cause? { .feedback }
  /// Features stay.
  public var movesFeatures: Bool { false }
  /// Groups stay what they are.
  public var movesMembership: Bool { false }
  /// It does not.
  public var readsRawWeights: Bool { false }
  /// A response of features is taken to leave outcomes alone, and one of a probability to toss it again; any other to make numbers of them.
  public var keepsOutcomesBinary: Bool { movesFeatures || affineForm?.isOfProbability == true }
  /// No affine form.
  public var affineForm: AffineResponse? { nil }
  /// Every row alike.
  public var affineCases: [AffineCase]? { affineForm.map { [AffineCase($0)] } }
  /// No affine form.
  public var affineFeatureForm: AffineFeatureResponse? { nil }
  /// Every row alike.
  public var affineFeatureCases: [AffineFeatureCase]? { affineFeatureForm.map { [AffineFeatureCase(gain: $0.gain)] } }
  /// It remembers nothing.
  public var memory: ResponseMemory? { nil }
  /// Nothing to remember.
  public mutating func beginCycle(deployed: DeployedModel) {}
  /// Shares stay.
  public func respond(shares: inout [Double]) {}
  /// Nothing to learn from.
  public mutating func endCycle(groups: [PredictionSums]) {}
  /// None.
  public var groupSizes: [Double] {
    get { [] }
    set {}
  }
  /// Features stay.
  public func respond(features rows: inout Rows, deployed: DeployedModel) {}
  /// Outcomes stay.
  public func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {}
}

/// E[y′ | y, ŷ, x] = outcome·y + served·ŷ + x′Aθ + μ′θ, with θ the deployed weights on the raw features.
public struct AffineResponse: Sendable, Hashable {
  /// The coefficient of the outcome that comes in.
  public var outcome: Double
  /// The coefficient of the served value.
  public var served: Double
  /// A, features × features; `nil` is zero.
  public var weightsThroughFeatures: Matrix?
  /// μ, one for each feature; `nil` is zero.
  public var weightsOffset: [Double]?
  /// Whether what moves is the probability of an outcome that is tossed: the form then gives E[y′ | ŷ, x] from the probability of y, as long as that stays within [0, 1], and not the mean given y itself.
  public var isOfProbability = false

  /// An affine effect; the default is none.
  public init(
    outcome: Double = 1, served: Double = 0, weightsThroughFeatures: Matrix? = nil, weightsOffset: [Double]? = nil,
    isOfProbability: Bool = false
  ) {
    self.outcome = outcome
    self.served = served
    self.weightsThroughFeatures = weightsThroughFeatures
    self.weightsOffset = weightsOffset
    self.isOfProbability = isOfProbability
  }

  /// The mean effect on a block: `outcomes` holds y (or its best prediction) and is replaced by E[y′ | …].
  public func apply(to outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    var constant = 0.0
    if let weightsOffset, let weights = deployed.rawPredictor?.weights { constant = dot(weightsOffset, weights) }
    for i in outcomes.indices { outcomes[i] = outcome * outcomes[i] + self.served * served[i] + constant }
    guard let weightsThroughFeatures, let weights = deployed.rawPredictor?.weights else { return }
    rows.features.add(rows: 0..<rows.count, weights: weights, through: weightsThroughFeatures, to: &outcomes)
  }
}

/// Σ aⱼbⱼ, summed in order.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for (x, y) in zip(a, b) { sum += x * y }
  return sum
}
