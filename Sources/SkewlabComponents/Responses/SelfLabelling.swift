public import SkewlabEngine
internal import SkewlabNumerics

/// Response `self-labelling`: the log's labels are the deployed model's own predictions.
public struct SelfLabelling: Response {
  /// `self-labelling`.
  public static let kind = "self-labelling"
  /// One line.
  public static let summary = "labels are the deployed model's predictions plus noise; a share stays real"
  /// The definition.
  public static let definition = """
    y = ŷ + noise·z, z ~ N(0, 1), with ŷ the served value; a share `real` of the rows, each by a random number of its own, keeps the outcome that it had. Cycle 0 is real: the first model learns from the world, every later one from the models before it. \
    What becomes of the generations is up to the window of the retraining: `{cycles: 1}` replaces, each model learns from its predecessor alone; `all` accumulates, the real rows of cycle 0 included; `all` with a `sample` of n rows accumulates and learns from as many as one generation has; `{cycles: k}` is between. \
    Features are drawn anew in each generation, or are those of cycle 0 again in a gaussian world with `fixed-design`. With least squares, d features, n rows a generation, noise σ like the world's and v the excess of one fit, the excess after k fits is k·v where \
    generations replace each other, and stays below v·π²/6 where they accumulate: v·Σ i⁻² on the same rows, σ²d·Σ 1/(i(in−d−1)) on fresh ones; a share α of real labels holds it at about v/(1−(1−α)²).
    """
  /// The source.
  public static let source =
    """
    M. Gerstgrasser, R. Schaeffer and others, Is model collapse inevitable? Breaking the curse of recursion by accumulating real and synthetic data, COLM 2024, section 3; I. Shumailov and others, AI models collapse when \
    trained on recursively generated data, Nature 631, 2024
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [noise, real]
  static let noise = Parameter.number(
    "noise", default: 1, in: .atLeast(0), about: "the standard deviation of the noise about the prediction, on the model's scale")
  static let real = Parameter.number("real", default: 0, in: .share, about: "α: the share of rows that keep their real outcome")

  private let noise: Double
  private let real: Double
  private let errors: RandomStream
  private let choice: RandomStream

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    noise = arguments[Self.noise]
    real = arguments[Self.real]
    errors = arguments.stream("noise")
    choice = arguments.stream("real")
  }

  /// E[y] = αy₀ + (1 − α)ŷ.
  public var affineForm: AffineResponse? { AffineResponse(outcome: real, served: 1 - real) }

  /// The share that is real stays as it is.
  public var affineCases: [AffineCase]? {
    [
      AffineCase(AffineResponse(), probability: real),
      AffineCase(AffineResponse(outcome: 0, served: 1), probability: 1 - real, deviation: noise),
    ]
  }

  /// Replaces the labels that are not real.
  public func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    guard real < 1 else { return }
    let isReal = real > 0 ? rows.numbers { choice.bernoulli(probability: real, at: rows.position, rows: rows.range, into: &$0) } : []
    let draws = noise > 0 ? rows.numbers { errors.normals(at: rows.position, rows: rows.range, into: &$0) } : []
    for i in outcomes.indices where isReal.isEmpty || isReal[i] == 0 { outcomes[i] = served[i] + (draws.isEmpty ? 0 : noise * draws[i]) }
  }
}
