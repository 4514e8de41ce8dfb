public import SkewlabEngine
internal import SkewlabNumerics

/// Response `label-follows-prediction`: the outcome moves by the served value.
public struct LabelFollowsPrediction: Response {
  /// How the outcome moves.
  public enum Form: String, Sendable, CaseIterable {
    /// y = y₀ + ρŷ.
    case additive
    /// y = y₀ + ρ(ŷ − y₀).
    case pull
  }

  /// `label-follows-prediction`.
  public static let kind = "label-follows-prediction"
  /// One line.
  public static let summary = "the outcome moves by, or toward, the served value"
  /// The definition.
  public static let definition = """
    additive: y = y₀ + ρŷ. With OLS refitted on fresh rows the weights tend to β/(1−ρ) at rate |ρ|; |ρ| > 1 diverges, ρ = −1 has period 2. pull: y = y₀ + ρ(ŷ − y₀). \
    The weights tend to β itself at rate |ρ|: the loop is slow, not wrong, and the log's noise is (1−ρ) of what it was. y₀ is the outcome as it \
    comes in, ŷ the served value, ρ the strength; negative is self-defeating. A share `exposed` of the rows responds, each by a random number \
    of its own; trained on the mix the additive fixed point is β/(1−ρ·exposed).
    """
  /// The source.
  public static let source = "J. Perdomo, T. Zrnic, C. Mendler-Dünner, M. Hardt, Performative prediction, ICML 2020"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [strength, form, exposed]
  static let strength = Parameter.number(
    "strength", default: 0.5, about: "ρ: how far the outcome moves, in units of ŷ (additive) or of the gap (pull)")
  static let form = Parameter<Form?>(
    "form", type: .choice(Form.allCases.map(\.rawValue)), about: "additive or pull; tables default to pull, synthetic worlds to additive"
  ) { .some($0?.text.flatMap(Form.init(rawValue:))) }
  static let exposed = Parameter.number("exposed", default: 1, in: .share, about: "the share of rows that respond")

  private let strength: Double
  private let form: Form
  private let exposed: Double
  private let exposure: RandomStream

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    strength = arguments[Self.strength]
    form = arguments[Self.form] ?? (arguments.context.world?.isSynthetic == false ? .pull : .additive)
    exposed = arguments[Self.exposed]
    exposure = arguments.stream("exposed")
  }

  /// E[y] = y₀ + hρŷ, or (1 − hρ)y₀ + hρŷ, with h the exposed share.
  public var affineForm: AffineResponse? {
    let effect = strength * exposed
    return AffineResponse(outcome: form == .pull ? 1 - effect : 1, served: effect)
  }

  /// The others stay as they are.
  public var affineCases: [AffineCase]? {
    let moved = AffineResponse(outcome: form == .pull ? 1 - strength : 1, served: strength)
    return [AffineCase(AffineResponse(), probability: 1 - exposed), AffineCase(moved, probability: exposed)]
  }

  /// Moves the outcomes of the exposed rows.
  public func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    let start = rows.range.lowerBound
    for i in outcomes.indices where exposed == 1 || exposure.uniform(at: rows.position, row: start + i) < exposed {
      switch form {
      case .additive: outcomes[i] += strength * served[i]
      case .pull: outcomes[i] += strength * (served[i] - outcomes[i])
      }
    }
  }
}
