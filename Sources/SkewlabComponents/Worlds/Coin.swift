public import SkewlabEngine
public import SkewlabNumerics

/// World `coin`: one feature of two values, and a coin that leans with it.
public struct Coin: World {
  /// `coin`.
  public static let kind = "coin"
  /// One line.
  public static let summary = "x is −1 or 1, y ~ Bernoulli(½ + lean·x)"
  /// The definition.
  public static let definition = """
    x is −1 or 1, each with probability ½, and y ~ Bernoulli(½ + μx), μ the lean. The best linear predictor is ½ + μx, the probability itself. With `location-family` of sensitivity ε the coin leans by μ + εθ while a model of weight θ serves, the biased coin of \
    the source: retraining settles at μ/(1−ε), the loss is least at μ/(1−2ε).
    """
  /// The source.
  public static let source =
    "J. Perdomo, T. Zrnic, C. Mendler-Dünner, M. Hardt, Performative prediction, ICML 2020, the biased coin of section 2"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [lean]
  static let lean = Parameter.number("lean", default: 0.1, in: .between(-0.5, 0.5), about: "μ: what x adds to the probability of 1")

  /// `x`.
  public let schema = Schema([Schema.Column("x")])
  /// `y`.
  public let outcomeName = "y"
  /// Rows come from a known law.
  public let isSynthetic = true
  /// y is tossed.
  public let tossesOutcomes = true

  private let lean: Double
  private let side: RandomStream
  private let toss: RandomStream

  /// Reads the parameter.
  public init(_ arguments: Arguments) {
    lean = arguments[Self.lean]
    side = arguments.stream("features", feature: "x")
    toss = arguments.stream("outcome")
  }

  /// Draws rows.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    rows.withFeature(0) { x in
      side.bernoulli(probability: 0.5, at: position, rows: range, into: &x)
      for i in x.indices { x[i] = 2 * x[i] - 1 }
    }
    for i in 0..<range.count { rows.outcomes[i] = 0.5 + lean * rows.features[i, 0] }
    rows.keepOutcomesAsBestPredictions()
    rows.tossOutcomes(toss)
  }

  /// x has mean 0 and variance 1, y mean ½ and variance ¼, and their covariance is μ.
  public func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? {
    var law = PopulationLaw(mean: [0], covariance: .identity(1), outcomeCovariances: [lean], outcomeMean: 0.5, outcomeVariance: 0.25)
    law.probabilities = PopulationLaw.Probabilities(room: 0.5 - abs(lean), reach: [1])
    return law
  }

  /// ½ + μx.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    LinearPredictor(intercept: 0.5, weights: [lean])
  }

  /// The truth: x times the logarithm of the odds; none where x decides.
  public func bestClassifier(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    abs(lean) == 0.5 ? nil : LinearPredictor(intercept: 0, weights: [Elementary.log((0.5 + lean) / (0.5 - lean))], link: .logistic)
  }
}
