public import SkewlabEngine
public import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// World `gaussian`: normal features, and an outcome that is a linear function of them, or a draw whose mean is a function of that.
public struct Gaussian: World {
  /// `gaussian`.
  public static let kind = "gaussian"
  /// One line.
  public static let summary = "x ~ N(mean, covariance), y = intercept + x′β + noise"
  /// The definition.
  public static let definition = """
    Features x ~ N(mean, covariance); η = intercept + x′β. Outcome numeric: y = η + noise. binary: y ~ Bernoulli(p), p = 1/(1+e^(−η)), or p = η cut to [0, 1] with \
    `link: linear`. count: y ~ Poisson(min(e^η, 10⁹)). The best linear predictor is β and the intercept for a numeric outcome; for the others it follows from Stein's \
    lemma, slope E[g′(η)]·β. Noise and, for binary and count, the draw of the outcome are redrawn per replicate; coefficients are drawn once per seed.
    """
  /// The source.
  public static let source =
    "C. Stein, Estimation of the mean of a multivariate normal distribution, Annals of Statistics 9(6), 1981, lemma 1"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    features, mean, covariance, coefficients, redraw, intercept, noise, outcome, link, fixedDesign,
  ]
  static let features = Parameter<FeatureNames>(
    "features", type: .either([.integer(1...Scenario.featureLimit), .list(.text, atLeast: 1)]), default: 5,
    about: "how many (named x1, x2, …), or their names"
  ) { $0.map(FeatureNames.init(checked:)) }
  static let mean = Parameter<[Double]>(
    "mean", type: .either([.number(.finite), .list(.number(.finite), atLeast: 1)]), default: 0.0, about: "one mean for all, or one each"
  ) { $0?.numberOrNumbers }
  static let intercept = Parameter.number("intercept", default: 0, about: "the intercept of η")
  static let noise = Noise.parameter
  static let covariance = GaussianCovariance.parameter
  static let coefficients = GaussianCoefficients.parameter
  static let redraw = Parameter.flag("redraw", default: false, about: "whether random coefficients are drawn anew for every replicate")
  static let outcome = Parameter<Outcome>.choice("outcome", default: .numeric, about: "what y is")
  static let link = Parameter<Link>.choice("link", default: .logistic, about: "how the mean of a binary outcome follows from η")

  static let fixedDesign = Parameter.flag(
    "fixed-design", default: false,
    about: "whether every cycle of a replicate has the features of its cycle 0 again; outcomes are drawn anew all the same")

  enum FeatureNames: Sendable {
    case count(Int)
    case names([String])

    init(checked node: DocumentNode) {
      if let count = node.integer {
        self = .count(count)
      } else {
        self = .names((node.items ?? []).compactMap(\.text))
      }
    }
  }
  enum Outcome: String, Sendable, CaseIterable { case numeric, binary, count }
  enum Link: String, Sendable, CaseIterable { case logistic, linear }

  /// The features.
  public let schema: Schema
  /// `y`.
  public let outcomeName = "y"
  /// Rows come from a known law.
  public let isSynthetic = true

  private let mean: [Double]
  private let covariance: GaussianCovariance
  private let coefficients: GaussianCoefficients
  private let intercept: Double
  private let noise: Noise
  private let outcome: Outcome
  private let link: Link
  private let featureStreams: [RandomStream]
  private let noiseStream: RandomStream
  private let outcomeStream: RandomStream
  private let fixedDesign: Bool

  /// Reads the parameters, and checks sizes against the number of features.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let names = try arguments.featureNames(Self.features)
    schema = Schema(names.map { Schema.Column($0) })
    mean = try arguments.oneOrEach(Self.mean, count: names.count)
    covariance = try GaussianCovariance(arguments, dimension: names.count)
    coefficients = try GaussianCoefficients(arguments, features: names, redraw: arguments[Self.redraw])
    intercept = arguments[Self.intercept]
    noise = arguments[Self.noise]
    outcome = arguments[Self.outcome]
    link = arguments[Self.link]
    featureStreams = names.map { arguments.stream("features", feature: $0) }
    noiseStream = arguments.stream("noise")
    outcomeStream = arguments.stream("outcome")
    fixedDesign = arguments[Self.fixedDesign]
  }

  /// Means, scales, coefficients, intercept, and the noise of a numeric outcome.
  public var supportedChanges: Set<WorldConditions.Change> {
    outcome == .numeric ? [.mean, .scale, .coefficient, .intercept, .noise] : [.mean, .scale, .coefficient, .intercept]
  }

  /// As the covariance has them.
  public var featureDeviations: [Double]? { (0..<schema.count).map { covariance.variance($0).squareRoot() } }

  /// Whether they are binary.
  public var tossesOutcomes: Bool { outcome == .binary }

  /// Draws rows.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let design = fixedDesign ? RandomStream.Position(replicate: Int(position.replicate), cycle: 0) : position
    for j in 0..<schema.count {
      rows.withFeature(j) { featureStreams[j].normals(at: design, rows: range, into: &$0) }
    }
    covariance.color(&rows.features, rows: range.count)
    let center = self.center(conditions)
    for j in 0..<schema.count {
      let shift = center[j], scale = conditions.featureScales[j]
      if shift == 0, scale == 1 { continue }
      rows.withFeature(j) { x in for i in x.indices { x[i] = shift + scale * x[i] } }
    }
    let eta = linear(conditions, replicate: Int(position.replicate))
    var outcomes = rows.outcomes.taken()
    var span = outcomes.mutableSpan
    eta.predict(rows.features, rows: range.count, into: &span)
    rows.outcomes = outcomes
    switch outcome {
    case .numeric:
      rows.keepOutcomesAsBestPredictions()
      noise.add(
        to: &rows, stream: noiseStream, scale: conditions.noiseScale,
        first: (center[0], (covariance.variance(0)).squareRoot() * conditions.featureScales[0]))
    case .binary:
      for i in 0..<range.count {
        rows.outcomes[i] = link == .logistic ? 1 / (1 + Elementary.exp(-rows.outcomes[i])) : min(1, max(0, rows.outcomes[i]))
      }
      rows.tossOutcomes(outcomeStream)
    case .count:
      for i in 0..<range.count {
        rows.outcomes[i] = Double(outcomeStream.poisson(mean: countMean(rows.outcomes[i]), at: position, row: range.lowerBound + i))
      }
    }
  }

  /// min(e^η, 10⁹), and 10⁹ for an η that overflowed.
  private func countMean(_ eta: Double) -> Double {
    let mean = Elementary.exp(eta)
    return mean < 1e9 ? mean : 1e9
  }

  /// The best linear predictor under these conditions.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    let eta = linear(conditions, replicate: replicate)
    if outcome == .numeric { return eta }
    let center = center(conditions)
    let mu = eta.intercept + dot(eta.weights, center)
    let scaled = zip(eta.weights, conditions.featureScales).map { $0 * $1 }
    let tau = max(0, covariance.quadraticForm(scaled)).squareRoot()
    let (mean, slope) = outcome == .count ? Link.poisson(mu, tau) : link.moments(mu, tau)
    let weights = eta.weights.map { slope * $0 }
    return LinearPredictor(intercept: mean - dot(weights, center), weights: weights)
  }

  private func center(_ conditions: WorldConditions) -> [Double] { zip(mean, conditions.featureOffsets).map { $0 + $1 } }

  private func linear(_ conditions: WorldConditions, replicate: Int) -> LinearPredictor {
    let beta = coefficients.values(replicate: replicate)
    return LinearPredictor(
      intercept: intercept + conditions.interceptOffset, weights: conditions.coefficients(beta))
  }
}

extension Gaussian.Link {
  /// E[g(η)] and E[g′(η)] for η ~ N(μ, τ²).
  func moments(_ mu: Double, _ tau: Double) -> (mean: Double, slope: Double) {
    switch self {
    case .linear:
      guard tau > 0 else { return (min(1, max(0, mu)), mu > 0 && mu < 1 ? 1 : 0) }
      func integral(_ a: Double) -> Double { a * Normal.cdf(a) + exp(-a * a / 2) / (2 * Double.pi).squareRoot() }
      return (tau * (integral(mu / tau) - integral((mu - 1) / tau)), Normal.cdf((1 - mu) / tau) - Normal.cdf(-mu / tau))
    case .logistic:
      // The trapezoidal rule on ±12 standard deviations; its error falls as exp(−2π²/(τh)), below 1e−16 for h = 1/(2τ).
      // No more than 400,000 nodes: beyond τ = 8,000 the link is a step, and the error below 1e−8.
      let step = max(min(0.1, 0.5 / max(tau, 1e-9)), 24.0 / 400_000)
      let half = Int((12 / step).rounded(.up))
      var mean = 0.0, slope = 0.0
      for k in -half...half {
        let z = Double(k) * step
        let weight = exp(-z * z / 2) * step / (2 * Double.pi).squareRoot()
        let p = 1 / (1 + exp(-(mu + tau * z)))
        mean += weight * p
        slope += weight * p * (1 - p)
      }
      return (mean, slope)
    }
  }

  /// The same for e^η: both are exp(μ + τ²/2).
  static func poisson(_ mu: Double, _ tau: Double) -> (mean: Double, slope: Double) {
    let mean = exp(mu + tau * tau / 2)
    return (mean, mean)
  }
}
