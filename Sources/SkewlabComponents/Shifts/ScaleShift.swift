public import SkewlabEngine
public import SkewlabNumerics

/// Shift `scale`: features spread more, or less.
public struct ScaleShift: Shift {
  /// `scale`.
  public static let kind = "scale"
  /// One line.
  public static let summary = "features spread more, or less, about their means"
  /// The definition.
  public static let definition = """
    In cycle t the deviation of each named feature from its mean is multiplied by 1 + change·v(t), or by 0 where that is negative: standard deviations by the same factor, correlations as they are. The outcome \
    follows from the features as ever. Several such shifts multiply.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [FeatureShift.feature, FeatureShift.features, change, Profile.parameter]
  static let change = Parameter.number(
    "change", in: .atLeast(-1), about: "by what share the spread grows where the profile is 1; 0.5 is half as much again")
  /// Half as much again.
  public static let example: DocumentNode = ["change": 0.5]

  /// The scales.
  public let changes: Set<WorldConditions.Change> = [.scale]
  private let shift: FeatureShift

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    shift = try FeatureShift(arguments, change: Self.change, requirement: "numeric") { $0.isNumeric }
  }

  /// Stretches the features.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    for (j, amount) in shift.amounts(at: position) { conditions.featureScales[j] *= max(0, 1 + amount) }
  }
}
