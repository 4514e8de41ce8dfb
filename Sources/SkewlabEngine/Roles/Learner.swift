public import SkewlabNumerics

/// A recipe for fitting a predictor.
///
/// Every learner minimises mean loss + (penalty/2)‖θ‖², weights normalised to sum to one; squared loss is ½(y − ŷ)² inside the objective. The
/// intercept is in the model by default and never penalised.
///
/// ### Contract
/// - The fit depends on the data alone; it draws no random number that is not keyed.
/// - A rank-deficient fit gives the minimum-norm solution and says so. An iterative fit gives a certificate, whether it converged or not.
/// - ``TrainingData/start`` may change how many iterations a fit takes; where it converges, the solution is the same up to its tolerance.
/// - The predictor never changes.
public protocol Learner: Component {
  /// Whether it has to see the rows; moments are not enough.
  var needsRows: Bool { get }
  /// What it minimises, where that is penalised least squares and its fit is the exact minimum; theory of the loop comes from it.
  var leastSquares: LeastSquaresForm? { get }
  /// The link of every predictor that it fits. ``Link/logistic`` asks for outcomes that are 0 or 1, and makes the scenario's loss the log loss.
  var link: Link { get }
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
  /// Something else.
  public var leastSquares: LeastSquaresForm? { nil }
  /// The prediction is the score.
  public var link: Link { .identity }
  /// Every row weighs the same.
  public var forgetting: Double { 1 }
  /// It takes any window.
  public var readsWholeLog: Bool { false }
}

/// Mean ½(y − b − θ′z)² + (penalty/2)‖θ‖², with or without the intercept b.
public struct LeastSquaresForm: Sendable, Hashable {
  /// λ, per row.
  public var penalty: Double
  /// Whether there is a b; without one it is 0.
  public var hasIntercept: Bool

  /// A form; the default is ordinary least squares.
  public init(penalty: Double = 0, hasIntercept: Bool = true) {
    self.penalty = penalty
    self.hasIntercept = hasIntercept
  }
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
  /// The model that serves now, on its own encoded features: where an iterative fit may begin. `nil` before there is one.
  public let start: LinearPredictor?

  /// Moments, and rows where they are needed.
  public init(moments: Moments, rows: Matrix? = nil, weights: [Double] = [], features: [String], start: LinearPredictor? = nil) {
    self.moments = moments
    self.rows = rows
    self.weights = weights
    self.features = features
    self.start = start
  }
}

/// Why a learner could not fit. The run ends there and says so.
public enum FitError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No rows in the window.
  case noRows
  /// A value that is missing or not finite reached the learner.
  case notFinite(feature: String)
  /// A weight read from a feature is negative or not finite, or all of them are 0.
  case badWeight(feature: String)
  /// An outcome other than 0 and 1 reached a learner of probabilities.
  case notBinary(outcome: Double)

  /// The reason in a sentence.
  public var description: String {
    switch self {
    case .noRows: "the window has no rows to fit"
    case .badWeight(let feature):
      "'\(feature)' gives some row a weight that is negative or not finite, or every row a weight of 0; choose a feature that is positive on every row, as the pipeline encodes it"
    case .notFinite(let feature):
      "a value of '\(feature)' that is missing, not finite, or too large to square reached the learner; fill what is missing with an `impute` step that names it in `features`, scale what is large"
    case .notBinary(let outcome):
      "an outcome of \(decimalText(outcome)) reached a learner that predicts the probability of 1; its outcomes have to be 0 or 1"
    }
  }
}

/// ŷ = link(intercept + w′z).
public struct LinearPredictor: Sendable, Hashable {
  /// The intercept.
  public var intercept: Double
  /// The weights, one for each feature.
  public var weights: [Double]
  /// What makes the prediction of the score.
  public var link: Link

  /// A predictor; its predictions are its scores unless it has another link.
  public init(intercept: Double, weights: [Double], link: Link = .identity) {
    self.intercept = intercept
    self.weights = weights
    self.link = link
  }

  /// Writes the predictions of the first `rows` rows; weights meet the first columns.
  public func predict(_ features: Matrix, rows: Int, into predictions: inout MutableSpan<Double>) {
    score(features, rows: rows, into: &predictions)
    if link == .identity { return }
    var part = predictions._mutatingExtracting(0..<rows)
    link.apply(to: &part)
  }

  /// Writes the scores intercept + w′z of the first `rows` rows, before the link.
  public func score(_ features: Matrix, rows: Int, into scores: inout MutableSpan<Double>) {
    for start in stride(from: 0, to: rows, by: Simulation.blockRows) {
      let block = start..<min(start + Simulation.blockRows, rows)
      var part = scores._mutatingExtracting(block)
      features.addProduct(rows: block, weights: weights, constant: intercept, into: &part)
    }
  }

  /// The same predictor on the inputs of an affine map.
  public func composed(after map: AffineMap) -> LinearPredictor {
    LinearPredictor(intercept: intercept + dot(weights, map.offset), weights: map.matrix.transposeTimes(weights), link: link)
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
  /// What an iterative fit says of itself; `nil` for one in closed form.
  public var certificate: FitCertificate?

  /// A fit.
  public init(predictor: LinearPredictor, deficientRank: Int? = nil, certificate: FitCertificate? = nil) {
    self.predictor = predictor
    self.deficientRank = deficientRank
    self.certificate = certificate
  }
}

/// What an iterative fit says of itself.
public struct FitCertificate: Sendable, Hashable {
  /// The Euclidean norm of the objective's gradient at the solution, by the intercept and the weights, the features centred on their means.
  public var gradientNorm: Double
  /// The iterations done.
  public var iterations: Int
  /// Whether the last iteration left every prediction's score where it was, up to the learner's tolerance. Otherwise the iterations ended, or there is no finite solution.
  public var converged: Bool
  /// Whether the fit had no solution because every outcome of its window was the same class: no intercept is then finite, whatever the penalty.
  public var hasOneClass: Bool

  /// A certificate.
  public init(gradientNorm: Double, iterations: Int, converged: Bool, hasOneClass: Bool = false) {
    self.hasOneClass = hasOneClass
    self.gradientNorm = gradientNorm
    self.iterations = iterations
    self.converged = converged
  }
}
