public import SkewlabEngine

/// Discrepancy `missing-as-zero`: one side confuses zero and missing.
public struct MissingAsZero: StepDiscrepancy {
  /// Which is taken for which.
  public enum Direction: String, Sendable, CaseIterable {
    /// Missing is read as zero.
    case missingAsZero = "missing-as-zero"
    /// Zero is read as missing.
    case zeroAsMissing = "zero-as-missing"
  }

  /// `missing-as-zero`.
  public static let kind = "missing-as-zero"
  /// One line.
  public static let summary = "missing is read as zero, or zero as missing"
  /// The definition.
  public static let definition = """
    Before the pipeline, a missing value becomes 0, or a 0 becomes missing and is then imputed. The second needs an `impute` step for features that have no gaps otherwise; name them in its `features`.
    """
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, direction] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the numeric features; all unless given, or all with gaps where missing is read as zero")
  static let direction = Parameter<Direction>.choice("direction", default: .missingAsZero, about: "which is taken for which")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let confusion: any Transform

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let schema = arguments.context.schema, isRead = arguments[Self.direction] == .missingAsZero
    let given = arguments[Self.features]
    let columns = try given.indices(in: schema, at: arguments.path, requirement: isRead ? "numeric, with gaps" : "numeric") {
      $0.isNumeric && (!isRead || $0.mayBeMissing)
    }
    guard !columns.isEmpty else {
      throw ScenarioError(
        .conflict(
          "no numeric feature has gaps that could be read as zero", advice: "remove the discrepancy, or choose `direction: zero-as-missing`"
        ),
        path: arguments.path, location: arguments.location)
    }
    let features = FeatureSelection(names: columns.map { schema.columns[$0].name })
    confusion = isRead ? Impute(features: features, rule: .constant, value: 0) : RecodedFeatures(features, .zeroToMissing)
  }

  /// The confusion first.
  public func alter(_ steps: [PipelineStep]) -> [PipelineStep] { [PipelineStep(confusion)] + steps }
}
