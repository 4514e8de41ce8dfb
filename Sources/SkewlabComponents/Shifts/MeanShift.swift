public import SkewlabEngine
public import SkewlabNumerics

/// Shift `mean`: the means of features move.
public struct MeanShift: Shift {
  /// What `change` is measured in.
  public enum Measure: String, Sendable, CaseIterable {
    /// Standard deviations of the feature.
    case sd
    /// The feature's own units.
    case raw
  }

  /// `mean`.
  public static let kind = "mean"
  /// One line.
  public static let summary = "the means of features move: covariate shift"
  /// The definition.
  public static let definition = """
    In cycle t the mean of each named feature is higher by change·v(t), in standard deviations that the feature has in the world as described (unit: sd) or in its own units (raw). Every row moves by the \
    same amount, and the outcome follows from the features as ever: what is predicted well stays so if the model is right, and not if it is a line through a curve.
    """
  /// The source.
  public static let source =
    "H. Shimodaira, Improving predictive inference under covariate shift, Journal of Statistical Planning and Inference 90(2), 2000"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    FeatureShift.feature, FeatureShift.features, change, unit, Profile.parameter,
  ]
  static let change = Parameter.number("change", about: "how far the mean moves where the profile is 1")
  static let unit = Parameter<Measure>.choice("unit", default: .sd, about: "what `change` is measured in")
  /// Half a standard deviation.
  public static let example: DocumentNode = ["change": 0.5]

  /// The means.
  public let changes: Set<WorldConditions.Change> = [.mean]
  private let shift: FeatureShift
  private let units: [Double]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    shift = try FeatureShift(arguments, change: Self.change, requirement: "numeric") { $0.isNumeric }
    units =
      arguments[Self.unit] == .sd
      ? try arguments.featureDeviations(of: shift.indices, for: Self.unit, change: .mean)
      : Array(repeating: 1, count: arguments.context.world?.schema.count ?? 0)
  }

  /// Moves the means.
  public func apply(to conditions: inout WorldConditions, at position: RandomStream.Position) {
    for (j, amount) in shift.amounts(at: position) { conditions.featureOffsets[j] += amount * units[j] }
  }
}
