public import SkewlabEngine
internal import SkewlabNumerics

/// Response `location-family`: the outcome moves with the deployed weights.
public struct LocationFamily: Response {
  /// `location-family`.
  public static let kind = "location-family"
  /// One line.
  public static let summary = "the outcome moves with the deployed weights: y = y₀ + x′Aθ + μ′θ"
  /// The definition.
  public static let definition = """
    y = y₀ + x′Aθ + μ′θ, with θ the deployed weights on the raw features (intercept not counted), A the sensitivity and μ the offset. Where y₀ = x′b + noise that is \
    y = x′(b + Aθ) + noise. With second moment M and penalty λ, retraining maps θ to (M+λI)⁻¹M(b+Aθ); it settles where the spectral radius of (M+λI)⁻¹MA \
    is below one, at [M(I−A)+λI]⁻¹Mb. Where outcomes are tosses (a coin, or a gaussian world with a binary outcome) it is the probability that moves, y ~ Bernoulli(p + x′Aθ + μ′θ), cut to [0, 1], and no outcome changes that need not; only one response of a scenario can do that, the first that \
    changes outcomes. Needs numeric features without gaps and an affine pipeline.
    """
  /// The source.
  public static let source = "J. Miller, J. Perdomo, T. Zrnic, Outside the echo chamber: optimizing the performative risk, ICML 2021"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [sensitivity, offset]
  static let sensitivity = SquareMatrix.parameter(
    "sensitivity", default: 0, about: "A: a number a for aI, or a matrix as a list of rows, features × features")
  static let offset = Parameter<[Double]?>(
    "offset", type: .either([.number(.finite), .list(.number(.finite), atLeast: 1)]),
    about: "μ: one number for every feature, or a list with one for each; zero unless given"
  ) { .some($0?.numberOrNumbers) }
  /// A = 0.5·I.
  public static let example: DocumentNode = ["sensitivity": 0.5]

  private let form: AffineResponse
  private let toss: RandomStream

  /// Reads the parameters, and checks their sizes against the features.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let count = arguments.context.world?.schema.count ?? 0
    guard let matrix = arguments[Self.sensitivity].matrix(count) else {
      throw arguments.outOfRange(Self.sensitivity, allowed: "\(count) rows of \(count) numbers, for the \(count) features")
    }
    var offset = arguments[Self.offset]
    if let given = offset, given.count == 1 { offset = Array(repeating: given[0], count: count) }
    if let offset, offset.count != count {
      throw arguments.outOfRange(Self.offset, allowed: "one number, or \(count) of them, for the \(count) features")
    }
    form = AffineResponse(
      weightsThroughFeatures: matrix, weightsOffset: offset, isOfProbability: arguments.context.world?.tossesOutcomes == true)
    toss = arguments.stream("toss")
  }

  /// It does.
  public var readsRawWeights: Bool { true }
  /// The response itself is affine.
  public var affineForm: AffineResponse? { form }

  /// Moves every outcome, or its probability.
  public func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    guard form.isOfProbability else { return form.apply(to: &outcomes, served: served, rows: rows, deployed: deployed) }
    var moved = Array(rows.probabilities[0..<rows.count])
    var span = moved.mutableSpan
    form.apply(to: &span, served: served, rows: rows, deployed: deployed)
    let draws = rows.numbers { toss.uniforms(at: rows.position, rows: rows.range, into: &$0) }
    for i in outcomes.indices {
      let before = rows.probabilities[i], after = min(1, max(0, moved[i]))
      if after > before, outcomes[i] == 0, draws[i] * (1 - before) < after - before { outcomes[i] = 1 }
      if after < before, outcomes[i] == 1, draws[i] * before < before - after { outcomes[i] = 0 }
    }
  }
}
