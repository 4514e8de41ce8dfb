public import SkewlabEngine
public import SkewlabNumerics

/// Shift `intercept`: every outcome moves.
public struct InterceptShift: Shift {
  /// `intercept`.
  public static let kind = "intercept"
  /// One line.
  public static let summary = "every outcome moves by the same amount"
  /// The definition.
  public static let definition = """
    In cycle t the intercept of the truth is higher by change·v(t), on the model's scale: that of the logarithm where the outcome is logged, and of η for a binary outcome or a count. A price index is such a shift.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [change, Profile.parameter]
  static let change = Parameter.number(
    "change", about: "how far outcomes move where the profile is 1, in their own units on the model's scale")
  /// One unit.
  public static let example: DocumentNode = ["change": 1]

  /// The intercept.
  public let changes: Set<WorldConditions.Change> = [.intercept]
  private let change: ProfiledChange

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) { change = try ProfiledChange(Self.change, of: arguments) }

  /// Moves the intercept.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    conditions.interceptOffset += change.value(at: position)
  }
}
