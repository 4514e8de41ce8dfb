internal import SkewlabNumerics

/// What a scenario can measure, fixed at load: metrics decide their columns by it.
public struct MeasurementTraits: Sendable, Hashable {
  /// Whether an evaluation share is kept, and with it the offline loss.
  public let hasEvaluation: Bool
  /// Whether the log keeps rows; from moments alone absolute errors are not known.
  public internal(set) var keepsRows: Bool
  /// Whether there is a best predictor to compare with.
  public let hasBest: Bool
  /// Whether every response is affine, so that the best predictor of the served outcomes is known.
  public let hasServedBest: Bool
  /// Whether the best predictor and the model are known on the raw features.
  public let hasRawParameters: Bool
  /// Whether the outcome was logged, so that losses in its own units differ.
  public let hasUnits: Bool
  /// What the runtime measures.
  public let runtime: RuntimeTraits
  /// Whether a metric asks what the training side would have said of the rows served.
  public let measuresParity: Bool
  /// Whether a metric asks for the performative risk, and theory has it.
  public internal(set) var hasPerformativeRisk: Bool
  /// Whether the least performative risk is known too.
  public internal(set) var hasLeastRisk: Bool
  /// Whether the model predicts probabilities of outcomes that are 0 or 1: the loss is then the log loss.
  public let isClassification: Bool
  /// Whether a metric asks for every probability of a cycle with its outcome.
  public let keepsPairs: Bool
  /// The world's groups; none where it has none.
  public let groups: [String]
  /// Whether a metric or a response asks for sums by group.
  public let measuresGroups: Bool

  /// Traits, for trying a metric by itself; a scenario has its own.
  public init(
    hasEvaluation: Bool, keepsRows: Bool, hasBest: Bool, hasServedBest: Bool, hasRawParameters: Bool, hasUnits: Bool,
    runtime: RuntimeTraits = [], measuresParity: Bool = false, hasPerformativeRisk: Bool = false, hasLeastRisk: Bool = false,
    isClassification: Bool = false,
    keepsPairs: Bool = false, groups: [String] = [], measuresGroups: Bool = false
  ) {
    self.hasEvaluation = hasEvaluation
    self.keepsRows = keepsRows
    self.hasBest = hasBest
    self.hasServedBest = hasServedBest
    self.hasRawParameters = hasRawParameters
    self.hasUnits = hasUnits
    self.runtime = runtime
    self.measuresParity = measuresParity
    self.hasPerformativeRisk = hasPerformativeRisk
    self.hasLeastRisk = hasLeastRisk
    self.isClassification = isClassification
    self.keepsPairs = keepsPairs
    self.groups = groups
    self.measuresGroups = measuresGroups
  }
}

/// What was measured in one cycle, for the metrics.
public struct Measurements: Sendable {
  /// The model that served; `nil` in cycle 0.
  public let model: DeployedModel?
  /// The model on the evaluation share of its own window, when it was fitted.
  public let offline: PredictionSums?
  /// The same in the outcome's own units, where the outcome was logged.
  public let offlineInUnits: PredictionSums?
  /// The model, as served, on this cycle's rows and outcomes as they happened.
  public let served: PredictionSums?
  /// The model, as served, on the twin.
  public let untouched: PredictionSums?
  /// The best predictor on the twin: linear, or a logistic function of a linear one.
  public let best: PredictionSums?
  /// The best predictor of the served outcomes, on the rows served.
  public let servedBest: PredictionSums?
  /// Served, untouched and best in the outcome's own units, where the outcome was logged.
  public let servedInUnits: PredictionSums?, untouchedInUnits: PredictionSums?, bestInUnits: PredictionSums?
  /// The same on the raw features, where there is one.
  public let bestPredictor: LinearPredictor?
  /// Models fitted so far, the first included.
  public internal(set) var fits: Int
  /// Σ of the excess losses, untouched − best, of the cycles served so far, this one included, and how many they are; `nil` in cycle 0, and where there is no best predictor.
  public internal(set) var excessSoFar: (sum: Double, cycles: Int)?
  /// What the runtime measured; `nil` in cycle 0, and for one that measures nothing.
  public let runtime: RuntimeMeasurements?
  /// Both sides' scores on the rows served; `nil` in cycle 0, and unless a metric asks for it.
  public let parity: SideComparison?
  /// The performative risk of the model, and the least that any model has; `nil` in cycle 0, and unless a metric asks for it.
  public let performative: PerformativeRisk?
  /// Served and untouched by group, and offline as far as the log keeps rows; empty in cycle 0, and unless a metric or a response asks for it.
  public let servedByGroup: [PredictionSums], untouchedByGroup: [PredictionSums], offlineByGroup: [PredictionSums]
}

/// The risk of a model in the world as it responds to that model, and the least of any.
public struct PerformativeRisk: Sendable, Hashable {
  /// PR(w) = E(y′ − ŷ)² + λ‖θ‖² in the population.
  public var risk: Double
  /// The least PR; `nil` where it is not known.
  public var least: Double?
}

extension Measurements {
  /// What cycle 0 measures: nothing was served.
  public static let nothing = Measurements(
    model: nil, offline: nil, offlineInUnits: nil, served: nil, untouched: nil, best: nil, servedBest: nil, servedInUnits: nil,
    untouchedInUnits: nil, bestInUnits: nil, bestPredictor: nil, fits: 0, runtime: nil, parity: nil, performative: nil, servedByGroup: [],
    untouchedByGroup: [], offlineByGroup: [])
}
