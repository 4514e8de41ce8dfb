public import SkewlabEngine
public import SkewlabNumerics

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
    lemma, slope E[g′(η)]·β. The best predictor of probabilities is the truth where the link is logistic, and not known for `link: linear`. A shift of the labels' share weighs rows with y = 1 by π′/π and the others by (1 − π′)/(1 − π), π being P(y = 1): features given the label stay as they are. Noise and, for binary and count, the draw of the outcome are redrawn per replicate; coefficients are drawn once per seed.
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
  private let labelStream: RandomStream
  private let redraws: Bool
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
    labelStream = arguments.stream("label")
    redraws = arguments[Self.redraw]
    fixedDesign = arguments[Self.fixedDesign]
  }

  /// Means, scales, covariances, coefficients, intercept, the noise of a numeric outcome, and the labels of a binary one, unless coefficients are drawn anew for each replicate or the design is fixed.
  public var supportedChanges: Set<WorldConditions.Change> {
    let all: Set<WorldConditions.Change> = [.mean, .scale, .covariance, .coefficient, .intercept]
    return switch outcome {
    case .numeric: all.union([.noise])
    case .binary: redraws || fixedDesign ? all : all.union([.labelShare])
    case .count: all
    }
  }
  /// No label is so rare that it could not be found, and features do not cancel.
  public let limitedChanges: Set<WorldConditions.Change> = [.labelShare, .covariance]

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
    let changed = changed(conditions)
    changed.apply(toDeviations: &rows.features, rows: range.count)
    let eta = linear(conditions, replicate: Int(position.replicate))
    rows.setOutcomes(eta)
    switch outcome {
    case .numeric:
      rows.keepOutcomesAsBestPredictions()
      noise.add(
        to: &rows, stream: noiseStream, scale: conditions.noiseScale,
        first: (changed.center[0], (covariance.variance(0)).squareRoot() * conditions.featureScales[0]))
    case .binary:
      for i in 0..<range.count {
        rows.outcomes[i] = link.probability(rows.outcomes[i])
      }
      rows.tossOutcomes(outcomeStream)
      if let offset = conditions.shareOffsets[.label], offset != 0 {
        weighLabels(&rows, LabelWeights(share: law(eta, changed).share(link), offset: offset), eta: eta, changed: changed)
      }
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
    let changed = changed(conditions)
    let law = law(eta, changed)
    if let offset = conditions.shareOffsets[.label], offset != 0 {
      return law.bestPredictor(eta, link, LabelWeights(share: law.share(link), offset: offset))
    }
    let (mean, slope) = outcome == .count ? Link.poisson(law.mu, law.tau) : link.moments(law.mu, law.tau)
    let weights = eta.weights.map { slope * $0 }
    return LinearPredictor(intercept: mean - dot(weights, changed.center), weights: weights)
  }

  /// The truth, where it is a logistic function of η; weighing the labels adds the logarithm of their weights' ratio to it.
  public func bestClassifier(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    guard outcome == .binary, link == .logistic else { return nil }
    var eta = linear(conditions, replicate: replicate)
    if let offset = conditions.shareOffsets[.label], offset != 0 {
      let weights = LabelWeights(share: law(eta, changed(conditions)).share(link), offset: offset)
      eta.intercept += Elementary.log(weights.one / weights.zero)
    }
    return eta.isFinite ? LinearPredictor(intercept: eta.intercept, weights: eta.weights, link: .logistic) : nil
  }

  /// Features that cancel; or a label, before or after its share changes, so rare that rows with it could not be found.
  public func problem(under conditions: WorldConditions) -> String? {
    let changed = changed(conditions)
    if let problem = changed.problem(schema) { return problem }
    guard outcome == .binary, let offset = conditions.shareOffsets[.label], offset != 0 else { return nil }
    let share = law(linear(conditions, replicate: 0), changed).share(link), possible = Self.rarestLabel...1 - Self.rarestLabel
    if !possible.contains(share) {
      return "the share of outcomes 1 is \(decimalText(share)) before it changes, and it has to be from 0.001 to 0.999"
    }
    return possible.contains(share + offset)
      ? nil : "the share of outcomes 1 would be \(decimalText(share + offset)), and it has to be from 0.001 to 0.999"
  }

  private func changed(_ conditions: WorldConditions) -> ChangedFeatures {
    ChangedFeatures(mean: mean, covariance: { covariance.matrix(schema.count) }, conditions: conditions)
  }

  /// The law of η.
  private func law(_ eta: LinearPredictor, _ changed: ChangedFeatures) -> EtaLaw {
    let scaled = zip(eta.weights, changed.scales).map { $0 * $1 }
    let tau = max(0, covariance.quadraticForm(changed.transposeMixed(scaled))).squareRoot()
    return EtaLaw(mu: eta.intercept + dot(eta.weights, changed.center), tau: tau)
  }

  /// Below this, or above 1 less this, a share of labels is not changed.
  static let rarestLabel = 0.001

  /// Turns some rows of the label that has become rarer into rows of the other, drawn anew until they have it: their features follow the law given that label, as before.
  private func weighLabels(_ rows: inout Rows, _ weights: LabelWeights, eta: LinearPredictor, changed: ChangedFeatures) {
    let grown = weights.one > 1 ? 1.0 : 0.0, kept = min(weights.one, weights.zero)
    let loadings = schema.columns.indices.map { covariance.loadings($0) }
    for i in 0..<rows.count where rows.outcomes[i] != grown {
      let row = rows.range.lowerBound + i
      guard labelStream.uniform(at: rows.position, row: row) >= kept else { continue }
      // A label of probability 0.001 is not found in 60,000 draws once in 10²⁶ rows; the last draw then stands.
      for draw in 1...60_000 {
        let z = featureStreams.map { $0.normal(at: rows.position, row: row, draw: draw) }
        let deviations = changed.mixed(loadings.map { dot($0, Array(z[..<$0.count])) })
        let x = deviations.indices.map { changed.center[$0] + changed.scales[$0] * deviations[$0] }
        let p = link.probability(eta.intercept + dot(eta.weights, x))
        let label = outcomeStream.uniform(at: rows.position, row: row, draw: draw) < p ? 1.0 : 0
        if label != grown, draw < 60_000 { continue }
        for j in x.indices { rows.features[i, j] = x[j] }
        rows.outcomes[i] = label
        rows.probabilities[i] = p
        break
      }
    }
    for i in 0..<rows.count { rows.probabilities[i] = weights.probability(rows.probabilities[i]) }
  }

  /// None: rows are independent.
  public func covariance(withRowBefore rows: Int, replicate: Int, conditions: WorldConditions) -> Matrix? {
    fixedDesign ? nil : Matrix(rows: schema.count, columns: schema.count)
  }

  /// Moments under these conditions; of a count whose mean may overflow, none, nor where the share of labels has changed. Slopes of outcomes that are draws follow from Stein's lemma.
  public func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? {
    let eta = linear(conditions, replicate: replicate), changed = changed(conditions),
      spread = changed.covariance(covariance.matrix(schema.count))
    if outcome == .numeric {
      let sd = noise.sd * conditions.noiseScale
      var law = PopulationLaw(
        mean: changed.center, covariance: spread, truth: eta, noiseVariance: sd * sd, isNormal: noise.shape == .normal && !fixedDesign)
      law.hasSameRows = noise.shape == .normal && fixedDesign
      return law
    }
    if let offset = conditions.shareOffsets[.label], offset != 0 { return nil }
    guard let best = bestPredictor(replicate: replicate, conditions: conditions) else { return nil }
    let mean = best.intercept + dot(best.weights, changed.center), law = law(eta, changed)
    // min(e^η, 10⁹) is e^η as far as a double can tell when 10⁹ is eight standard deviations away.
    if outcome == .count, law.mu + 8 * law.tau > 20 { return nil }
    return PopulationLaw(
      mean: changed.center, covariance: spread, outcomeCovariances: spread.times(best.weights), outcomeMean: mean,
      outcomeVariance: outcome == .binary ? mean * (1 - mean) : mean + mean * mean * (Elementary.exp(law.tau * law.tau) - 1))
  }

  private func linear(_ conditions: WorldConditions, replicate: Int) -> LinearPredictor {
    let beta = coefficients.values(replicate: replicate)
    return LinearPredictor(
      intercept: intercept + conditions.interceptOffset, weights: conditions.coefficients(beta))
  }
}
