public import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Learner `weighted`: weighted least squares.
public struct WeightedLeastSquares: Learner {
  /// Where the weights come from.
  enum Basis: String, CaseIterable, Sendable {
    /// How long ago a row was logged.
    case recency
    /// A feature of the row.
    case feature
  }

  /// What a feature's value says.
  enum Meaning: String, CaseIterable, Sendable {
    /// The weight.
    case weight
    /// The variance of the outcome's noise, up to a factor.
    case variance
    /// Its standard deviation, up to a factor.
    case deviation

    func weight(_ value: Double) -> Double {
      switch self {
      case .weight: value
      case .variance: 1 / value
      case .deviation: 1 / value / value
      }
    }
  }

  /// `weighted`.
  public static let kind = "weighted"
  /// One line.
  public static let summary = "least squares with a weight for every row: by recency, or by a feature"
  /// The definition.
  public static let definition = """
    Minimises Σ v·½(y − b − w′z)²/Σv over the rows of the window, v = uω: u the weight that the window and the log give a row, ω the learner's. `by: recency`: ω = 2^(−k/half-life) for a row with k fitted rows logged after \
    it; features are encoded with the same weights, and second moments are enough. `by: feature`: ω from the row's value x of an encoded feature, which stays in the model: x itself (`as: weight`), 1/x (`as: variance`: the noise has a \
    variance proportional to x) or 1/x² (`as: deviation`). Only ratios of weights matter. A weight that is negative or not finite ends the run; one of 0 leaves the row out, and all of them 0 end it too. The model's own test counts rows as the window does, without ω.
    """
  /// The source.
  public static let source = "A. C. Aitken, On least squares and linear combination of observations, Proc. R. Soc. Edinburgh 55, 1935"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [basis, halfLife, feature, meaning, Ridge.intercept]
  static let basis = Parameter<Basis>.choice("by", default: .recency, about: "where the weights come from")
  static let halfLife = Parameter.number(
    "half-life", default: 1000, in: .above(0), about: "with `by: recency`: how many rows halve the weight")
  static let feature = Parameter<String?>(
    "feature", type: .text, about: "with `by: feature`, and required there: the encoded feature that has the weights"
  ) { .some($0?.text) }
  static let meaning = Parameter<Meaning>.choice("as", default: .weight, about: "with `by: feature`: what its values are")

  /// Whether weights come from a feature.
  public let needsRows: Bool
  /// 2^(−1/half-life), or 1.
  public let forgetting: Double
  private let column: Int?
  private let meaning: Meaning
  private let hasIntercept: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    hasIntercept = arguments[Ridge.intercept]
    meaning = arguments[Self.meaning]
    let name = arguments[Self.feature]
    let basis = arguments[Self.basis]
    try arguments.refuseGiven(
      Self.feature, Self.meaning, unless: basis == .feature, because: "weights by recency read no feature", write: "by: feature")
    try arguments.refuseGiven(
      Self.halfLife, unless: basis == .recency, because: "weights by a feature have no half-life", write: "by: recency")
    guard basis == .feature else {
      needsRows = false
      forgetting = exp2(-1 / arguments[Self.halfLife])
      column = nil
      return
    }
    guard let name else {
      throw ScenarioError(
        .missingKey(Self.feature.name, type: "the name of an encoded feature"), path: arguments.path, location: arguments.location)
    }
    let known = arguments.context.encodedFeatures
    guard let index = known.firstIndex(of: name) else {
      throw arguments.error(.unknownName(name, what: "encoded feature", known: known), at: Self.feature)
    }
    needsRows = true
    forgetting = 1
    column = index
  }

  /// The weighted fit.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    guard let column, let rows = data.rows else { return try .leastSquares(data.moments, intercept: hasIntercept, features: data.features) }
    var weights = data.weights
    rows.withColumn(column) { values in for i in weights.indices { weights[i] *= meaning.weight(values[i]) } }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
      throw .badWeight(feature: data.features[column])
    }
    var moments = Moments(dimension: rows.columns)
    moments.add(rows, rows: 0..<rows.rows, weights: weights.span)
    return try .leastSquares(moments, intercept: hasIntercept, features: data.features)
  }
}
