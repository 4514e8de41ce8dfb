public import SkewlabEngine
public import SkewlabNumerics

/// World `autoregressive`: features that remember the row before.
public struct Autoregressive: World {
  /// `autoregressive`.
  public static let kind = "autoregressive"
  /// One line.
  public static let summary = "features follow AR(1) from row to row, on over the cycles; y linear in them"
  /// The definition.
  public static let definition = """
    Rows are in order of time: row i of cycle c is row t = c·(rows a cycle) + i of one series, so that how it is cut into cycles changes nothing. z_t = φz_{t−1} + √(1 − φ²)e_t for each feature, e_t \
    standard normal, z_0 = e_0: stationary from the first row, variance 1, autocorrelation φ^k at k rows. x_t = mean + Lz_t with LL′ = covariance, so that \
    Cov(x_t, x_{t−k}) = L·diag(φ_j^k)·L′. y = intercept + x′β + noise, the noise independent from row to row. Shifts change x and y, not z.
    """
  /// The source.
  public static let source = "G. E. P. Box, G. M. Jenkins, G. C. Reinsel, Time Series Analysis, 3rd ed., Prentice Hall, 1994, section 3.2.3"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    features, autocorrelation, mean, covariance, coefficients, redraw, intercept, noise,
  ]
  static let features = Gaussian.features
  static let autocorrelation = Parameter<[Double]>(
    "autocorrelation", type: .either([.number(.inside(-1, 1)), .list(.number(.inside(-1, 1)), atLeast: 1)]), default: 0.9,
    about: "φ, the correlation of a feature with its own last value: one for all, or one each"
  ) { $0?.numberOrNumbers }
  static let mean = Gaussian.mean
  static let covariance = GaussianCovariance.parameter
  static let coefficients = GaussianCoefficients.parameter
  static let redraw = Gaussian.redraw
  static let intercept = Parameter.number("intercept", default: 0, about: "the intercept")
  static let noise = Noise.parameter
  /// A cycle goes on where the one before ended.
  public static let conformanceSkips = [
    ConformanceSkip("world-extends", because: "a cycle begins where the one before ends; only in cycle 0 do more rows extend the old ones")
  ]

  /// The features.
  public let schema: Schema
  /// `y`.
  public let outcomeName = "y"
  /// Rows come from a known law.
  public let isSynthetic = true
  /// Means, scales, covariances, coefficients, intercept and noise.
  public let supportedChanges: Set<WorldConditions.Change> = [.mean, .scale, .covariance, .coefficient, .intercept, .noise]
  /// Features do not cancel.
  public let limitedChanges: Set<WorldConditions.Change> = [.covariance]

  private let mean: [Double]
  private let covariance: GaussianCovariance
  private let coefficients: GaussianCoefficients
  private let intercept: Double
  private let noise: Noise
  private let noiseStream: RandomStream
  private let series: AutoregressiveSeries
  private let autocorrelations: [Double]
  private let rowsPerCycle: Int

  /// Reads the parameters, and checks sizes against the number of features.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let names = try arguments.featureNames(Self.features)
    schema = Schema(names.map { Schema.Column($0) })
    mean = try arguments.oneOrEach(Self.mean, count: names.count)
    let phi = try arguments.oneOrEach(Self.autocorrelation, count: names.count)
    covariance = try GaussianCovariance(arguments, dimension: names.count)
    coefficients = try GaussianCoefficients(arguments, features: names, redraw: arguments[Self.redraw])
    intercept = arguments[Self.intercept]
    noise = arguments[Self.noise]
    noiseStream = arguments.stream("noise")
    autocorrelations = phi
    series = AutoregressiveSeries(coefficients: phi, streams: names.map { arguments.stream("features", feature: $0) })
    rowsPerCycle = arguments.context.rows
    let (total, overflow) = rowsPerCycle.multipliedReportingOverflow(by: arguments.context.cycles + 1)
    guard !overflow, total <= AutoregressiveSeries.limit else {
      var error = arguments.error(
        .conflict(
          "an autoregressive series has at most \(AutoregressiveSeries.limit) rows over all cycles", advice: "lower `rows` or `cycles`"),
        at: Self.features)
      error.problems[0].path = arguments.path
      throw error
    }
  }

  /// As the covariance has them: the series is stationary.
  public var featureDeviations: [Double]? { (0..<schema.count).map { covariance.variance($0).squareRoot() } }

  /// Features that cancel.
  public func problem(under conditions: WorldConditions) -> String? { changed(conditions).problem(schema) }

  private func changed(_ conditions: WorldConditions) -> ChangedFeatures {
    ChangedFeatures(mean: mean, covariance: { covariance.matrix(schema.count) }, conditions: conditions)
  }

  /// Draws rows.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let start = Int(position.cycle) * rowsPerCycle + range.lowerBound
    series.values(start..<start + range.count, replicate: Int(position.replicate), into: &rows.features)
    covariance.color(&rows.features, rows: range.count)
    let changed = changed(conditions)
    changed.apply(toDeviations: &rows.features, rows: range.count)
    rows.setOutcomes(linear(conditions, replicate: Int(position.replicate)))
    rows.keepOutcomesAsBestPredictions()
    noise.add(
      to: &rows, stream: noiseStream, scale: conditions.noiseScale,
      first: (changed.center[0], covariance.variance(0).squareRoot() * conditions.featureScales[0]))
  }

  /// The truth: the noise is independent of the features.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { linear(conditions, replicate: replicate) }

  /// Moments of a row at any time; rows depend on each other.
  public func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? {
    let described = covariance.matrix(schema.count), sd = noise.sd * conditions.noiseScale
    let changed = changed(conditions)
    return PopulationLaw(
      mean: changed.center, covariance: changed.covariance(described), truth: linear(conditions, replicate: replicate),
      noiseVariance: sd * sd, isNormal: false)
  }

  /// LΦ^|k|L′ of series that are independent before L makes them correlate, Φ the autocorrelations.
  public func covariance(withRowBefore rows: Int, replicate: Int, conditions: WorldConditions) -> Matrix? {
    let d = schema.count, loadings = (0..<d).map { covariance.loadings($0) }
    var lagged = Matrix(rows: d, columns: d)
    for (k, phi) in autocorrelations.enumerated() {
      var kept = 1.0, square = phi, rest = abs(rows)
      while rest > 0 {
        if rest % 2 == 1 { kept *= square }
        square *= square
        rest /= 2
      }
      for j in k..<d { for i in k..<d { lagged[i, j] += kept * loadings[i][k] * loadings[j][k] } }
    }
    return changed(conditions).covariance(lagged)
  }

  private func linear(_ conditions: WorldConditions, replicate: Int) -> LinearPredictor {
    LinearPredictor(
      intercept: intercept + conditions.interceptOffset,
      weights: conditions.coefficients(coefficients.values(replicate: replicate)))
  }
}
