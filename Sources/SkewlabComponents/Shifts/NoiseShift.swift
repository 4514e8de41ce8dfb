public import SkewlabEngine
public import SkewlabNumerics

/// Shift `noise`: outcomes scatter more, or less.
public struct NoiseShift: Shift {
  /// `noise`.
  public static let kind = "noise"
  /// One line.
  public static let summary = "what cannot be predicted grows, or shrinks"
  /// The definition.
  public static let definition = """
    In cycle t the noise of the outcome is multiplied by 1 + change·v(t), or by 0 where that is negative; its variance by the square. No model gets worse against the best one, though every loss grows. Several such \
    shifts multiply.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [change, Profile.parameter]
  static let change = Parameter.number(
    "change", in: .atLeast(-1), about: "by what share the noise's standard deviation grows where the profile is 1")
  /// Half as much again.
  public static let example: DocumentNode = ["change": 0.5]

  /// The noise.
  public let changes: Set<WorldConditions.Change> = [.noise]
  private let change: ProfiledChange

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) { change = try ProfiledChange(Self.change, of: arguments) }

  /// Multiplies the noise.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    conditions.noiseScale *= max(0, 1 + change.value(at: position))
  }
}
