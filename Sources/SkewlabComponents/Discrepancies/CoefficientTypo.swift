public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `coefficient-typo`: one weight is copied wrongly.
public struct CoefficientTypo: ScorerDiscrepancy {
  /// What happened to the weight.
  public enum Mistake: String, Sendable, CaseIterable {
    /// w is −w.
    case signFlipped = "sign-flipped"
    /// w is 0.
    case dropped
    /// w has so many decimals.
    case rounded
  }

  /// `coefficient-typo`.
  public static let kind = "coefficient-typo"
  /// One line.
  public static let summary = "one weight with the wrong sign, left out, or rounded"
  /// The definition.
  public static let definition = """
    In serving the weight of one encoded feature is −w, 0, or w rounded to `decimals` decimals (ties away from zero). A feature of mean m and deviation σ then costs 4w²(σ² + m²), w²(σ² + m²) or δ²(σ² + m²), δ what rounding leaves out.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [feature, mistake, decimals] + DiscrepancyScope.parameters
  static let feature = Parameter<String?>("feature", type: .text, about: "the encoded feature; the first unless given") { .some($0?.text) }
  static let mistake = Parameter<Mistake>.choice("mistake", default: .dropped, about: "what happened to its weight")
  static let decimals = Parameter.integer("decimals", default: 1, in: 0...15, about: "the decimals that rounding leaves")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let feature: String?
  private let mistake: Mistake
  private let scale: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, only: .serving, isWhole: true)
    feature = arguments[Self.feature]
    mistake = arguments[Self.mistake]
    try arguments.refuseGiven(
      Self.decimals, unless: mistake == .rounded, because: "a weight that is not rounded has no decimals to keep",
      write: "mistake: rounded")
    var scale = 1.0
    for _ in 0..<arguments[Self.decimals] { scale *= 10 }
    self.scale = scale
    if let feature, !arguments.context.encodedFeatures.contains(feature) {
      throw arguments.error(.unknownName(feature, what: "encoded feature", known: arguments.context.encodedFeatures), at: Self.feature)
    }
  }

  /// The predictor with the mistake.
  public func alter(_ predictor: LinearPredictor, features: [String]) -> LinearPredictor {
    guard let place = feature.map({ features.firstIndex(of: $0) }) ?? features.indices.first else { return predictor }
    var predictor = predictor
    let weight = predictor.weights[place]
    switch mistake {
    case .signFlipped: predictor.weights[place] = -weight
    case .dropped: predictor.weights[place] = 0
    case .rounded: predictor.weights[place] = (weight * scale).rounded() / scale
    }
    return predictor
  }
}
