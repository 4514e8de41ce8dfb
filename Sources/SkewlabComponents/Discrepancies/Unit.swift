public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `unit`: one side reads features in another unit.
public struct Unit: SourceDiscrepancy {
  /// `unit`.
  public static let kind = "unit"
  /// One line.
  public static let summary = "features arrive in another unit: x·factor + offset"
  /// The definition.
  public static let definition = """
    On the rows it touches, x becomes x·factor + offset for each named feature, before the pipeline. Pounds to kilograms is 0.45359237; square \
    feet to square metres 0.09290304; Fahrenheit to Celsius 0.5555555555555556 and −17.77777777777778; cents to dollars 0.01. Missing stays missing.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, factor, offset] + DiscrepancyScope.parameters
  static let features = Parameter.features(about: "the features that differ; all numeric ones unless given")
  static let factor = Parameter.number("factor", default: 1, about: "multiplies the feature")
  static let offset = Parameter.number("offset", default: 0, about: "is added after")
  /// Square feet read as square metres.
  public static let example: DocumentNode = ["factor": 0.09290304]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let columns: [Int]
  private let factor: Double
  private let offset: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    columns = try arguments.sourceColumns(Self.features, requirement: "numeric") { $0.isNumeric }
    factor = arguments[Self.factor]
    offset = arguments[Self.offset]
  }

  /// x·factor + offset.
  public func affineMap(of schema: Schema) -> AffineMap? {
    var map = AffineMap.identity(schema.count)
    for j in columns {
      map.matrix[j, j] = factor
      map.offset[j] = offset
    }
    return map
  }

  /// It is.
  public var isDeterministic: Bool { true }

  /// Converts the features.
  public func alter(_ rows: inout Rows) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    for column in columns {
      rows.withFeature(column) { x in
        // Without a mask the loop is vectorised.
        if let mask {
          for i in x.indices where mask[i] { x[i] = x[i] * factor + offset }
        } else {
          for i in x.indices { x[i] = x[i] * factor + offset }
        }
      }
    }
  }
}
