public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `swap-features`: one side has two columns exchanged.
public struct SwapFeatures: SourceDiscrepancy {
  /// `swap-features`.
  public static let kind = "swap-features"
  /// One line.
  public static let summary = "two columns are exchanged"
  /// The definition.
  public static let definition = """
    On the rows it touches, the two named features have each other's values. Both are numeric, or text with the same levels. Two independent features with mean 0 and \
    variance 1 cost 2(w_i − w_j)²; in general w′[DSD′ + hh′]w with D = A − I and h = Dm, A the exchange, m and S the features' mean and covariance.
    """
  /// Another implementation.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features] + DiscrepancyScope.parameters
  static let features = Parameter<FeatureSelection>(
    "features", type: .list(.text, atLeast: 1), required: true, about: "the two features that are exchanged"
  ) { node in FeatureSelection(names: node?.items?.compactMap(\.text), location: node?.location) }
  /// Two numeric columns.
  public static let example: DocumentNode = ["features": ["x1", "x2"]]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let first: Int, second: Int

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    let columns = try arguments.sourceColumns(Self.features, requirement: "there") { _ in true }
    guard columns.count == 2, arguments[Self.features].names?.count == 2 else {
      throw arguments.outOfRange(Self.features, allowed: "two features that differ")
    }
    (first, second) = (columns[0], columns[1])
    let schema = arguments.context.world?.schema ?? Schema([])
    let (a, b) = (schema.columns[first], schema.columns[second])
    guard a.type == b.type else {
      throw arguments.error(
        .conflict(
          a.isNumeric != b.isNumeric
            ? "'\(a.name)' and '\(b.name)' cannot be exchanged: one is numeric and the other is text"
            : "'\(a.name)' and '\(b.name)' cannot be exchanged: their levels differ", advice: "name two features of one type"),
        at: Self.features)
    }
  }

  /// The exchange.
  public func affineMap(of schema: Schema) -> AffineMap? {
    var map = AffineMap.identity(schema.count)
    for (target, source) in [(first, second), (second, first)] {
      map.matrix[target, target] = 0
      map.matrix[target, source] = 1
    }
    return map
  }

  /// It is.
  public var isDeterministic: Bool { true }

  /// Exchanges the columns.
  public func alter(_ rows: inout Rows) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    let before = rows
    for (target, source) in [(first, second), (second, first)] {
      before.features.withColumn(source, rows: 0..<rows.count) { values in
        rows.withFeature(target) { x in
          for i in x.indices where mask?[i] ?? true { x[i] = values[i] }
        }
      }
    }
  }
}
