public import SkewlabEngine
public import SkewlabNumerics

/// World `nonlinear`: a known curved truth, of which every linear model is only an approximation.
public struct Nonlinear: World {
  /// The truth's shape.
  public enum Form: String, Sendable, CaseIterable {
    /// A square for each feature.
    case quadratic
    /// A product of the first two.
    case interaction
    /// Friedman's first example.
    case friedman
  }

  /// `nonlinear`.
  public static let kind = "nonlinear"
  /// One line.
  public static let summary = "a known curved truth: a linear model is misspecified"
  /// The definition.
  public static let definition = """
    y = f(x) + noise. quadratic: independent x_j ~ N(mean_j, sd_j²), f = intercept + Σ b_j x_j + Σ c_j x_j², b the `coefficients` and c the `curvature`. interaction: the same x, f = intercept + Σ b_j x_j + c₁x₁x₂. friedman: \
    independent x_j uniform on [0, 1], five or more, f = intercept + 10·sin(πx₁x₂) + 20(x₃ − ½)² + Σ b_j x_j with b = (0, 0, 0, 10, 5, 0, …) unless given. The best linear predictor with intercept has slopes b_j + 2c_jm_j \
    (quadratic), b₁ + c₁m₂ and b₂ + c₁m₁ (interaction), at the features' means m; for friedman 10·Cov(sin(πx₁x₂), x_j)/Var(x_j), 40(E x₃ − ½), b₄, b₅. So it moves with the features: a shift of means or scales \
    alone makes a model wrong that was the best. Shifted by h, the best line of y = b₁x + b₂x² + noise with unit variance loses b₂²(4h² + h⁴) against the new best. A shift of coefficients is one of b.
    """
  /// The source.
  public static let source =
    "J. H. Friedman, Multivariate adaptive regression splines, Annals of Statistics 19(1), 1991, section 4.3 (friedman); H. White, Using least squares to approximate unknown regression functions, International Economic Review 21(1), 1980"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [form, features, mean, sd, coefficients, curvature, intercept, noise]
  static let form = Parameter<Form>.choice("form", default: .quadratic, about: "the truth's shape")
  static let features = Gaussian.features
  static let mean = Parameter<[Double]>(
    "mean", type: .either([.number(.finite), .list(.number(.finite), atLeast: 1)]), default: 0.0,
    about: "the features' means, one for all or one each; not for friedman"
  ) { $0?.numberOrNumbers }
  static let sd = Parameter<[Double]>(
    "sd", type: .either([.number(.above(0)), .list(.number(.above(0)), atLeast: 1)]), default: 1.0,
    about: "the features' standard deviations, one for all or one each; not for friedman"
  ) { $0?.numberOrNumbers }
  static let coefficients = Parameter<[Double]?>(
    "coefficients", type: .either([.number(.finite), .list(.number(.finite), atLeast: 1)]),
    about: "b: one for all features, or one each; 1, or those of Friedman's example, unless given"
  ) { .some($0?.numberOrNumbers) }
  static let curvature = Parameter<[Double]>(
    "curvature", type: .either([.number(.finite), .list(.number(.finite), atLeast: 1)]), default: 0.5,
    about: "c: of the squares, one for all features or one each; of the product x₁x₂, the first number; not for friedman"
  ) { $0?.numberOrNumbers }
  static let intercept = Parameter.number("intercept", default: 0, about: "the intercept")
  static let noise = Noise.parameter

  /// The features.
  public let schema: Schema
  /// `y`.
  public let outcomeName = "y"
  /// Rows come from a known law.
  public let isSynthetic = true
  /// Means, scales, the linear coefficients, intercept and noise.
  public let supportedChanges: Set<WorldConditions.Change> = [.mean, .scale, .coefficient, .intercept, .noise]

  /// Friedman's wave has so many turns as its features reach far.
  public var limitedChanges: Set<WorldConditions.Change> { form == .friedman ? [.mean, .scale] : [] }

  private let form: Form
  private let mean: [Double]
  private let sd: [Double]
  private let coefficients: [Double]
  private let curvature: [Double]
  private let intercept: Double
  private let noise: Noise
  private let featureStreams: [RandomStream]
  private let noiseStream: RandomStream

  /// Reads the parameters, and checks them against the form.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let names = try arguments.featureNames(Self.features), count = names.count
    let form = arguments[Self.form]
    self.form = form
    let least = form == .friedman ? 5 : form == .interaction ? 2 : 1
    guard count >= least else { throw arguments.outOfRange(Self.features, allowed: "\(least) or more features for form: \(form.rawValue)") }
    schema = Schema(names.map { Schema.Column($0) })
    if form == .friedman {
      for parameter in [Self.mean, Self.sd, Self.curvature] where arguments[given: parameter] != nil {
        throw arguments.error(
          .conflict("form: friedman has no '\(parameter.name)' to choose", advice: "leave it out, or choose another form"), at: parameter)
      }
      mean = Array(repeating: 0.5, count: count)
      sd = Array(repeating: (1.0 / 12).squareRoot(), count: count)
      curvature = Array(repeating: 0, count: count)
    } else {
      mean = try arguments.oneOrEach(Self.mean, count: count)
      sd = try arguments.oneOrEach(Self.sd, count: count)
      curvature = try arguments.oneOrEach(Self.curvature, count: count)
    }
    let usual = (0..<count).map { form != .friedman ? 1.0 : $0 == 3 ? 10 : $0 == 4 ? 5 : 0 }
    let given = arguments[Self.coefficients] ?? usual
    guard given.count == 1 || given.count == count else {
      throw arguments.outOfRange(Self.coefficients, allowed: "one number, or \(count) of them")
    }
    coefficients = given.count == count ? given : Array(repeating: given[0], count: count)
    intercept = arguments[Self.intercept]
    noise = arguments[Self.noise]
    featureStreams = names.map { arguments.stream("features", feature: $0) }
    noiseStream = arguments.stream("noise")
  }

  /// How far the features of Friedman's wave may reach: its best line takes 20 numbers for each of up to 7,500 turns there.
  private static let reach = 100.0

  /// Features of Friedman's wave far from where they were, or as wide.
  public func problem(under conditions: WorldConditions) -> String? {
    guard form == .friedman else { return nil }
    for j in 0..<2 {
      let center = mean[j] + conditions.featureOffsets[j], width = conditions.featureScales[j]
      if !(abs(center) <= Self.reach) {
        return "the mean of '\(schema.names[j])' would be \(decimalText(center)), and in Friedman's wave it has to be from -100 to 100"
      }
      if !(width <= Self.reach) {
        return "the range of '\(schema.names[j])' would be \(decimalText(width)) wide, and in Friedman's wave it has to be at most 100"
      }
    }
    return nil
  }

  /// As given; √(1/12) for friedman.
  public var featureDeviations: [Double]? { sd }

  /// Draws rows.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let count = range.count
    for j in 0..<schema.count {
      let center = mean[j] + conditions.featureOffsets[j], scale = conditions.featureScales[j]
      rows.withFeature(j) { x in
        if form == .friedman {
          featureStreams[j].uniforms(at: position, rows: range, into: &x)
          for i in x.indices { x[i] = center + scale * (x[i] - 0.5) }
        } else {
          featureStreams[j].normals(at: position, rows: range, into: &x)
          for i in x.indices { x[i] = center + scale * sd[j] * x[i] }
        }
      }
    }
    let line = LinearPredictor(intercept: intercept + conditions.interceptOffset, weights: conditions.coefficients(coefficients))
    var outcomes = rows.outcomes.taken()
    var span = outcomes.mutableSpan
    line.predict(rows.features, rows: count, into: &span)
    rows.outcomes = outcomes
    addCurves(to: &rows)
    noise.add(
      to: &rows, stream: noiseStream, scale: conditions.noiseScale,
      first: (mean[0] + conditions.featureOffsets[0], sd[0] * conditions.featureScales[0]))
  }

  private func addCurves(to rows: inout Rows) {
    let count = rows.count
    switch form {
    case .quadratic:
      for j in 0..<schema.count where curvature[j] != 0 {
        for i in 0..<count { rows.outcomes[i] += curvature[j] * rows.features[i, j] * rows.features[i, j] }
      }
    case .interaction:
      for i in 0..<count { rows.outcomes[i] += curvature[0] * rows.features[i, 0] * rows.features[i, 1] }
    case .friedman:
      let turns = (0..<count).map { i in
        let half = rows.features[i, 0] * rows.features[i, 1] / 2
        return half - half.rounded(.down)
      }
      var cosines = turns, sines = turns
      var first = cosines.mutableSpan, second = sines.mutableSpan
      Elementary.cosineAndSine(turns: turns.span, cosines: &first, sines: &second)
      for i in 0..<count {
        let third = rows.features[i, 2] - 0.5
        rows.outcomes[i] += 10 * sines[i] + 20 * third * third
      }
    }
  }

  /// None: rows are independent.
  public func covariance(withRowBefore rows: Int, replicate: Int, conditions: WorldConditions) -> Matrix? {
    Matrix(rows: schema.count, columns: schema.count)
  }

  /// Moments about the best line: its loss above the noise is Σ 2c_j²s_j⁴ (quadratic), c₁²s₁²s₂² (interaction) with s the features' standard deviations, and for friedman 100·(Var sin(πx₁x₂) − what the line explains of it) +
  /// 400w⁴/180 with w the width of x₃.
  public func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? {
    guard let line = bestPredictor(replicate: replicate, conditions: conditions) else { return nil }
    let (center, spread) = located(conditions)
    let variances = spread.map { $0 * $0 }
    var covariance = Matrix(rows: schema.count, columns: schema.count)
    for j in 0..<schema.count { covariance[j, j] = variances[j] }
    let sd = noise.sd * conditions.noiseScale
    return PopulationLaw(
      mean: center, covariance: covariance, truth: line, noiseVariance: sd * sd + curveVariance(variances, conditions), isNormal: false)
  }

  /// The variance of the curve about the best line.
  private func curveVariance(_ variances: [Double], _ conditions: WorldConditions) -> Double {
    switch form {
    case .quadratic: zip(curvature, variances).reduce(0) { $0 + 2 * $1.0 * $1.0 * $1.1 * $1.1 }
    case .interaction: curvature[0] * curvature[0] * variances[0] * variances[1]
    case .friedman:
      {
        let wave = wave(conditions), width = conditions.featureScales[2]
        let explained = wave.slopes.0 * wave.slopes.0 * variances[0] + wave.slopes.1 * wave.slopes.1 * variances[1]
        return 100 * max(0, wave.variance - explained) + 400 * width * width * width * width / 180
      }()
    }
  }

  /// The features' means and standard deviations.
  private func located(_ conditions: WorldConditions) -> (mean: [Double], sd: [Double]) {
    (zip(mean, conditions.featureOffsets).map { $0 + $1 }, zip(sd, conditions.featureScales).map { $0 * $1 })
  }

  private func wave(_ conditions: WorldConditions) -> ProductWave {
    let center = located(conditions).mean, widths = conditions.featureScales
    return ProductWave(centers: (center[0], center[1]), widths: (widths[0], widths[1]))
  }

  /// The best linear predictor of the curve, from the features' moments.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    let (center, spread) = located(conditions)
    var weights = conditions.coefficients(coefficients)
    var constant = intercept + conditions.interceptOffset
    switch form {
    case .quadratic:
      for j in 0..<schema.count {
        weights[j] += 2 * curvature[j] * center[j]
        constant += curvature[j] * (spread[j] * spread[j] - center[j] * center[j])
      }
    case .interaction:
      weights[0] += curvature[0] * center[1]
      weights[1] += curvature[0] * center[0]
      constant -= curvature[0] * center[0] * center[1]
    case .friedman:
      let wave = wave(conditions)
      let slopes = [10 * wave.slopes.0, 10 * wave.slopes.1, 40 * (center[2] - 0.5)]
      let off = center[2] - 0.5
      constant += 10 * wave.mean + 20 * (off * off + spread[2] * spread[2])
      for (j, slope) in slopes.enumerated() {
        weights[j] += slope
        constant -= slope * center[j]
      }
    }
    return LinearPredictor(intercept: constant, weights: weights)
  }
}
