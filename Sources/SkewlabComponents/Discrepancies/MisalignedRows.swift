public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `misaligned-rows`: one side joins features to the wrong row.
public struct MisalignedRows: OtherRowDiscrepancy {
  /// `misaligned-rows`.
  public static let kind = "misaligned-rows"
  /// One line.
  public static let summary = "features are joined to the row some places away"
  /// The definition.
  public static let definition = """
    On the rows it touches, each named feature has the value of the row `by` places after (before, when negative), in the order of serving over all cycles; beyond the first row, and \
    beyond the last of a table that ends, that row's. Discrepancies written before this one have changed the other row too. Of independent rows, a feature with variance σ², weight w and no \
    correlation with others costs 2w²σ².
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, by] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the features joined to the wrong row; all unless given")
  static let by = Parameter.integer("by", default: 1, in: -1_000_000...1_000_000, about: "how many rows after; before when negative")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  /// How many rows before each row the other stands.
  public let rowsBack: Int
  /// The features that it takes.
  public var takenFeatures: [Int]? { columns }
  private let columns: [Int]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    columns = try arguments.sourceColumns(Self.features, requirement: "there") { _ in true }
    rowsBack = -arguments[Self.by]
  }

  /// Takes the features of the other rows.
  public func alter(_ rows: inout Rows, others: Rows) {
    rows.take(columns, of: others, where: scope.touchedRows(rows.range, at: rows.position))
  }
}
