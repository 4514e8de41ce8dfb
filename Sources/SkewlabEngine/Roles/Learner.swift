public import SkewlabNumerics

/// A recipe for fitting a predictor.
///
/// Every learner minimises mean loss + (penalty/2)‖θ‖², weights normalised to sum to one; squared loss is ½(y − ŷ)² inside the objective. The
/// intercept is in the model by default and never penalised.
///
/// ### Contract
/// - The fit depends on the data alone; it draws no random number that is not keyed.
/// - A rank-deficient fit gives the minimum-norm solution and says so. An iterative fit gives a certificate.
/// - The predictor never changes.
public protocol Learner: Component {
  /// Whether moments are enough.
  var needsRows: Bool { get }
  /// The factor, above 0 and at most 1, by which the weight of a row falls with every fitted row logged after it; the engine weights the data of a fit, its pipeline included, by it.
  var forgetting: Double { get }
  /// Whether it is a recursion over the whole log, so that no window but `all` means anything.
  var readsWholeLog: Bool { get }
  /// The predictor fitted on the data.
  func fit(_ data: TrainingData) throws(FitError) -> LinearFit
}

extension Learner {
  /// Every kind of learner has this role.
  public static var role: Role { .learner }
  /// Moments are enough.
  public var needsRows: Bool { false }
  /// Every row weighs the same.
  public var forgetting: Double { 1 }
  /// It takes any window.
  public var readsWholeLog: Bool { false }
}

/// What a learner gets: encoded training features and outcomes.
public struct TrainingData: Sendable {
  /// Weighted moments of (features…, outcome): the outcome is the last column.
  public let moments: Moments
  /// The rows themselves in the order in which they were logged, features then outcome, only for a learner that needs them.
  public let rows: Matrix?
  /// One weight for each of ``rows``.
  public let weights: [Double]
  /// The features' names.
  public let features: [String]

  /// Moments, and rows where they are needed.
  public init(moments: Moments, rows: Matrix? = nil, weights: [Double] = [], features: [String]) {
    self.moments = moments
    self.rows = rows
    self.weights = weights
    self.features = features
  }
}

/// Why a learner could not fit. The run ends there and says so.
public enum FitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No rows in the window.
  case noRows
  /// A value that is missing or not finite reached the learner.
  case notFinite(feature: String)
  /// A weight read from a feature is negative or not finite.
  case badWeight(feature: String)

  /// The reason in a sentence.
  public var description: String {
    switch self {
    case .noRows: "the window has no rows to fit"
    case .badWeight(let feature):
      "'\(feature)' gives some row a weight that is negative or not finite; choose a feature that is positive on every row, as the pipeline encodes it"
    case .notFinite(let feature):
      "a value of '\(feature)' that is missing, not finite, or too large to square reached the learner; fill what is missing with an `impute` step that names it in `features`, scale what is large"
    }
  }
}

/// ŷ = intercept + w′z.
public struct LinearPredictor: Sendable, Hashable {
  /// The intercept.
  public var intercept: Double
  /// The weights, one for each feature.
  public var weights: [Double]

  /// A predictor.
  public init(intercept: Double, weights: [Double]) {
    self.intercept = intercept
    self.weights = weights
  }

  /// Writes the predictions of the first `rows` rows; weights meet the first columns.
  public func predict(_ features: Matrix, rows: Int, into predictions: inout MutableSpan<Double>) {
    for start in stride(from: 0, to: rows, by: Simulation.blockRows) {
      let block = start..<min(start + Simulation.blockRows, rows)
      var part = predictions._mutatingExtracting(block)
      features.addProduct(rows: block, weights: weights, constant: intercept, into: &part)
    }
  }

  /// The same predictor on the inputs of an affine map.
  public func composed(after map: AffineMap) -> LinearPredictor {
    LinearPredictor(intercept: intercept + dot(weights, map.offset), weights: map.matrix.transposeTimes(weights))
  }

  /// Whether every number is finite.
  public var isFinite: Bool { intercept.isFinite && weights.allSatisfy(\.isFinite) }
}

/// A fitted predictor and what is to be said of the fit.
public struct LinearFit: Sendable, Hashable {
  /// The predictor, on the encoded features.
  public var predictor: LinearPredictor
  /// The rank of the design, intercept not counted, when it is lower than the number of features.
  public var deficientRank: Int?

  /// A fit.
  public init(predictor: LinearPredictor, deficientRank: Int? = nil) {
    self.predictor = predictor
    self.deficientRank = deficientRank
  }
}
