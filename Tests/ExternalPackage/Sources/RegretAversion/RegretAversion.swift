import Skewlab

/// Response `regret-aversion`: who was offered too little holds out for the offer, who was offered enough takes it.
struct RegretAversion: Response {
  static let kind = "regret-aversion"
  static let summary = "outcomes below the served value are drawn up toward it, more than others down"
  static let definition = """
    With y₀ the outcome as it comes in, ŷ the served value and g = ŷ − y₀ the gap: y = y₀ + regret·g + u where g > 0, and \
    y = y₀ + relief·g + u otherwise, with u ~ N(0, hesitation²) of its own for every row. A share `aware` of the rows responds, each by a \
    random number of its own. For regret = relief and hesitation = 0 it is `label-follows-prediction` with `form: pull`.
    """
  static let source = "G. Loomes, R. Sugden, Regret theory, The Economic Journal 92, 1982: the idea, not the form"
  static let parameters: [any ParameterDeclaration] = [regret, relief, hesitation, aware]
  static let regret = Parameter.number(
    "regret", default: 0.6, in: .share, about: "how far outcomes below the served value are drawn up, as a share of the gap")
  static let relief = Parameter.number(
    "relief", default: 0.2, in: .share, about: "how far outcomes above it are drawn down, as a share of the gap")
  static let hesitation = Parameter.number(
    "hesitation", default: 0, in: .atLeast(0), about: "standard deviation of u, in the outcome's unit")
  static let aware = Parameter.number("aware", default: 1, in: .share, about: "the share of rows that respond")

  private let regret: Double
  private let relief: Double
  private let hesitation: Double
  private let aware: Double
  private let awareness: RandomStream
  private let doubt: RandomStream

  init(_ arguments: Arguments) throws(ScenarioError) {
    regret = arguments[Self.regret]
    relief = arguments[Self.relief]
    hesitation = arguments[Self.hesitation]
    aware = arguments[Self.aware]
    awareness = arguments.stream("aware")
    doubt = arguments.stream("hesitation")
    guard relief <= regret else { throw arguments.outOfRange(Self.relief, allowed: "at most `regret`, \(decimalText(regret))") }
  }

  /// Affine where regret and relief agree.
  var affineForm: AffineResponse? {
    guard regret == relief else { return nil }
    return AffineResponse(outcome: 1 - aware * regret, served: aware * regret)
  }

  /// Those who respond, with their own doubt, and those who do not.
  var affineCases: [AffineCase]? {
    guard regret == relief else { return nil }
    let drawn = AffineResponse(outcome: 1 - regret, served: regret)
    return [
      AffineCase(drawn, probability: aware, deviation: hesitation), AffineCase(AffineResponse(), probability: 1 - aware),
    ]
  }

  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    let start = rows.range.lowerBound
    for i in outcomes.indices where aware == 1 || awareness.uniform(at: rows.position, row: start + i) < aware {
      let gap = served[i] - outcomes[i]
      outcomes[i] += (gap > 0 ? regret : relief) * gap
      if hesitation > 0 { outcomes[i] += hesitation * doubt.normal(at: rows.position, row: start + i) }
    }
  }
}
