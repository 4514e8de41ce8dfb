public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `link-approximation`: the serving side makes probabilities of scores by another function.
public struct LinkApproximation: ScorerDiscrepancy {
  /// What it does instead of the logistic function.
  public enum Form: String, Sendable, CaseIterable {
    /// A line, cut to [0, 1].
    case hardSigmoid = "hard-sigmoid"
    /// Lines between the function's values in a table.
    case table
    /// The function of a score that is cut.
    case clipped
    /// Nothing.
    case none
  }

  /// `link-approximation`.
  public static let kind = "link-approximation"
  /// One line.
  public static let summary = "a hard sigmoid, a table, a clipped score or nothing for the logistic function"
  /// The definition.
  public static let definition = """
    In serving the probability of a score s is not σ(s) = 1/(1 + e^(−s)). hard-sigmoid: ½ + slope·s, cut to [0, 1]; a slope of ¼ is the tangent at 0, Keras took 0.2 and PyTorch takes ⅙. table: σ at `knots` equally spaced knots from −range to range, straight \
    lines between them, and the first and last value beyond; with h the distance of two knots it is off by at most 0.0963h²/8 inside and by σ(−range) outside. clipped: σ(s) of s cut to [−range, range], as code does that fears overflow. none: the score itself is served, as \
    by a service that left the last step out. Probabilities of 0 and 1, and numbers beyond, have a log loss as if they were 2⁻⁵² and 1 − 2⁻⁵². The rows' order stays, so that `auc` changes by ties only, and `parity` sees nearly every row differ. \
    Needs a learner with a link, such as `logistic`.
    """
  /// The source.
  public static let source =
    "Hard sigmoid: M. Courbariaux, Y. Bengio, J.-P. David, BinaryConnect, NeurIPS 2015; table: the exponentials of T. Mikolov's word2vec.c, 2013, 1,000 knots up to 6"
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [form, slope, knots, range] + DiscrepancyScope.parameters
  static let form = Parameter<Form>.choice("form", default: .hardSigmoid, about: "what serving does instead")
  static let slope = Parameter.number("slope", default: 0.25, in: .between(1e-6, 1e6), about: "the slope of `hard-sigmoid`")
  static let knots = Parameter.integer("knots", default: 9, in: 2...1_000_000, about: "the knots of `table`, both ends included")
  static let range = Parameter.number(
    "range", default: 8, in: .above(0, upTo: 1e6), about: "the score at which `table` and `clipped` end, on both sides of 0")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let link: Link

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, only: .serving, isWhole: true)
    if let learner = arguments.context.learner, learner.link == .identity {
      throw ScenarioError(
        .conflict(
          "a learner of kind '\(type(of: learner).kind)' serves its scores: it has no link to approximate",
          advice: "use it with a learner such as `logistic`"),
        path: arguments.path, location: arguments.location)
    }
    let range = arguments[Self.range], form = arguments[Self.form]
    try arguments.refuseGiven(
      Self.slope, unless: form == .hardSigmoid, because: "`\(form.rawValue)` has no slope", write: "form: hard-sigmoid")
    try arguments.refuseGiven(Self.knots, unless: form == .table, because: "`\(form.rawValue)` has no knots", write: "form: table")
    try arguments.refuseGiven(
      Self.range, unless: form == .table || form == .clipped, because: "`\(form.rawValue)` does not end anywhere", write: "form: clipped")
    switch form {
    case .hardSigmoid:
      let half = 0.5 / arguments[Self.slope]
      link = .piecewise(PiecewiseLinear(from: -half, to: half, values: [0, 1]))
    case .table:
      let last = Double(arguments[Self.knots] - 1)
      var values = (0..<arguments[Self.knots]).map { range * (2 * Double($0) / last - 1) }
      var span = values.mutableSpan
      Link.logistic.apply(to: &span)
      link = .piecewise(PiecewiseLinear(from: -range, to: range, values: values))
    case .clipped: link = .clippedLogistic(limit: range)
    case .none: link = .identity
    }
  }

  /// The predictor with the other link.
  public func alter(_ predictor: LinearPredictor, features: [String]) -> LinearPredictor {
    LinearPredictor(intercept: predictor.intercept, weights: predictor.weights, link: link)
  }
}
