public import SkewlabEngine
public import SkewlabNumerics

/// Shift `covariance`: features come to vary together.
public struct CovarianceShift: Shift {
  /// `covariance`.
  public static let kind = "covariance"
  /// One line.
  public static let summary = "a feature takes over some of another's variation"
  /// The definition.
  public static let definition = """
    With r = change·v(t) in cycle t, cut to [−1, 1], the deviation z of a feature from its mean, in standard units, becomes (√(1 − r²)·z + r·z₂)/c, z₂ that of the feature named by `with` and c = √(1 + 2r√(1 − r²)ρ), ρ their \
    correlation before. Means and standard deviations stay; the correlation of the two becomes (r + √(1 − r²)·ρ)/c: r itself for features that were uncorrelated. The outcome follows from the features as ever. Several such \
    shifts mix in the order written. Features that cancel, c = 0, are refused.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [feature, with, change, Profile.parameter]
  static let feature = Parameter.text("feature", about: "the feature that changes")
  static let with = Parameter.text("with", about: "the feature that it takes from")
  static let change = Parameter.number("change", in: .between(-1, 1), about: "r where the profile is 1")
  /// Half of the second feature's variation goes into the first.
  public static let example: DocumentNode = ["feature": "x1", "with": "x2", "change": 0.5]

  /// How features vary together.
  public let changes: Set<WorldConditions.Change> = [.covariance]
  private let index: Int
  private let other: Int
  private let change: ProfiledChange

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let schema = arguments.context.world?.schema ?? Schema([])
    index = try arguments.featureIndex(arguments[Self.feature], at: Self.feature, in: schema, requirement: "numeric") { $0.isNumeric }
    other = try arguments.featureIndex(arguments[Self.with], at: Self.with, in: schema, requirement: "numeric") { $0.isNumeric }
    guard index != other else { throw arguments.outOfRange(Self.with, allowed: "another feature than `feature`") }
    change = try ProfiledChange(Self.change, of: arguments)
  }

  /// Mixes the two features.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    let share = min(1, max(-1, change.value(at: position)))
    if share != 0 { conditions.mixings.append(.init(feature: index, other: other, share: share)) }
  }
}
