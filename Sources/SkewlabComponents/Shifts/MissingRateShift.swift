public import SkewlabEngine
public import SkewlabNumerics

/// Shift `missing-rate`: values of features go missing.
public struct MissingRateShift: Shift {
  /// `missing-rate`.
  public static let kind = "missing-rate"
  /// One line.
  public static let summary = "values of features go missing, completely at random"
  /// The definition.
  public static let definition = """
    In cycle t each value of the named features that is there goes missing with probability change·v(t), cut to [0, 1], by a number of its own for row and feature: a higher rate leaves the same gaps and makes more. Outcomes are those \
    of the complete rows, and best_loss is that of a predictor that sees them. Several such shifts: p becomes 1 − (1 − p)(1 − q). The pipeline needs a step that fills gaps, from cycle 0 on. Text features too can go missing.
    """
  /// The source.
  public static let source = "D. B. Rubin, Inference and missing data, Biometrika 63(3), 1976"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    FeatureShift.feature, FeatureShift.features, change, Profile.parameter,
  ]
  static let change = Parameter.number("change", in: .share, about: "the share of values that go missing where the profile is 1")
  /// A fifth.
  public static let example: DocumentNode = ["change": 0.2]

  /// The rates of missing values.
  public let changes: Set<WorldConditions.Change> = [.missingRate]
  private let shift: FeatureShift

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    shift = try FeatureShift(arguments, change: Self.change, requirement: "there") { _ in true }
  }

  /// The features it names.
  public var gaps: [Int] { shift.indices }

  /// Raises the rates.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    for (j, amount) in shift.amounts(at: position) {
      conditions.missingRates[j] = 1 - (1 - conditions.missingRates[j]) * (1 - min(1, max(0, amount)))
    }
  }
}
