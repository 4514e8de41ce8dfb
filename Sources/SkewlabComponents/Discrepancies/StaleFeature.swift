public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `stale-feature`: one side reads the value of some rows or cycles ago.
public struct StaleFeature: OtherRowDiscrepancy {
  /// `stale-feature`.
  public static let kind = "stale-feature"
  /// One line.
  public static let summary = "features have the value of some rows or cycles ago: a late join, a cache"
  /// The definition.
  public static let definition = """
    On the rows it touches, each named feature has the value of the row k before, in the order of serving over all cycles (for a table: the order its rows are drawn in); `cycles: c` is \
    k = c·(rows a cycle), the same place c cycles ago. Where there is no row so long ago, the first row of cycle 0 stands in. Discrepancies written before this one have \
    changed the old row too. Of a stationary AR(1) feature with unit variance, autocorrelation φ and weight w this costs 2w²(1 − φ^k); a model that was trained on the old value \
    too loses w²(1 − φ^(2k)).
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, rows, cycles] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the features that are late; all unless given")
  static let rows = Parameter.optionalInteger("rows", in: 1...1_000_000_000, about: "how many rows ago; 1 unless `cycles` is given")
  static let cycles = Parameter.optionalInteger("cycles", in: 1...1_000_000, about: "how many cycles ago, instead of `rows`")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  /// How many rows ago.
  public let rowsBack: Int
  /// The features that it takes.
  public var takenFeatures: [Int]? { columns }
  private let columns: [Int]

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    columns = try arguments.sourceColumns(Self.features, requirement: "there") { _ in true }
    if arguments[Self.rows] != nil, arguments[Self.cycles] != nil {
      throw arguments.error(.conflict("both 'rows' and 'cycles' say how old the value is", advice: "give one of them"), at: Self.cycles)
    }
    rowsBack = arguments[Self.cycles].map { $0 * arguments.context.rows } ?? arguments[Self.rows] ?? 1
  }

  /// Takes the features of the old rows.
  public func alter(_ rows: inout Rows, others: Rows) {
    rows.take(columns, of: others, where: scope.touchedRows(rows.range, at: rows.position))
  }
}

extension Rows {
  /// Takes over columns of other rows, where a row is touched; `nil` is everywhere.
  mutating func take(_ columns: [Int], of others: Rows, where mask: [Bool]?) {
    for column in columns {
      others.features.withColumn(column, rows: 0..<count) { source in
        withFeature(column) { x in
          for i in x.indices where mask?[i] ?? true { x[i] = source[i] }
        }
      }
    }
  }
}
