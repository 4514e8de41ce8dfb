public import SkewlabEngine
public import SkewlabNumerics

/// Shift `coefficient`: what features do to the outcome changes.
public struct CoefficientShift: Shift {
  /// What `change` is measured in.
  public enum Measure: String, Sendable, CaseIterable {
    /// Shares of the coefficient.
    case relative
    /// The outcome's units for one standard deviation of the feature.
    case perDeviation = "per-sd"
    /// The outcome's units for one unit of the feature.
    case raw
  }

  /// `coefficient`.
  public static let kind = "coefficient"
  /// One line.
  public static let summary = "the effect of features on the outcome changes: concept drift"
  /// The definition.
  public static let definition = """
    With a = change·v(t) in cycle t, the coefficient of each named feature is multiplied by 1 + a (unit: relative), or a is added to it (raw), or a over the standard deviation that the feature has in \
    the world as described (per-sd). A relative change is of the coefficient as the shifts written before have left it, in a mixture of every group's own. A model that is a cycles old under a drift of δ per cycle \
    loses a²·δ′Mδ, M the features' second moment (a ramp); under a random walk a·tr(QM), Q the covariance of a step: change² for each feature, each with a walk of its own.
    """
  /// The source.
  public static let source =
    "J. Gama, I. Žliobaitė, A. Bifet, M. Pechenizkiy, A. Bouchachia, A survey on concept drift adaptation, ACM Computing Surveys 46(4), 2014"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    FeatureShift.feature, FeatureShift.features, change, unit, Profile.parameter,
  ]
  static let change = Parameter.number("change", about: "how much the coefficient changes where the profile is 1")
  static let unit = Parameter<Measure>.choice("unit", default: .relative, about: "what `change` is measured in")
  /// Half as large.
  public static let example: DocumentNode = ["change": -0.5]

  /// The coefficients.
  public let changes: Set<WorldConditions.Change> = [.coefficient]
  private let shift: FeatureShift
  private let unit: Measure
  private let deviations: [Double]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let unit = arguments[Self.unit]
    self.unit = unit
    shift = try FeatureShift(
      arguments, change: Self.change, requirement: unit == .relative ? "there" : "numeric"
    ) { unit == .relative || $0.isNumeric }
    deviations = unit == .perDeviation ? try arguments.featureDeviations(of: shift.indices, for: Self.unit, change: .coefficient) : []
  }

  /// Changes the coefficients.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    for (j, amount) in shift.amounts(at: position) {
      switch unit {
      case .relative:
        conditions.coefficientScales[j] *= 1 + amount
        conditions.coefficientOffsets[j] *= 1 + amount
      case .raw: conditions.coefficientOffsets[j] += amount
      case .perDeviation: conditions.coefficientOffsets[j] += amount / deviations[j]
      }
    }
  }
}
