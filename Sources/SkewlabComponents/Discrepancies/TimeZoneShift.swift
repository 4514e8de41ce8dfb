public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `timezone`: one side reads the hour of another time zone.
public struct TimeZoneShift: SourceDiscrepancy {
  /// `timezone`.
  public static let kind = "timezone"
  /// One line.
  public static let summary = "the hour is that of another time zone"
  /// The definition.
  public static let definition = """
    On the rows it touches, each named feature x becomes x + hours modulo `period`, in [0, period); `period` 24 is for hours of the day, 168 of the week. Missing stays missing. For an hour \
    uniform on 0, …, 23 whose (cos 2πx/24, sin 2πx/24) have weights w, a shift of h hours costs |w|²(1 − cos(2πh/24)); leaving the hour out costs |w|²/2, less from four hours on.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, hours, period] + DiscrepancyScope.parameters
  static let features = Parameter<FeatureSelection>(
    "features", type: .list(.text, atLeast: 1), default: ["hour"], about: "the numeric features that hold an hour"
  ) { node in FeatureSelection(names: node?.items?.compactMap(\.text), location: node?.location) }
  static let hours = Parameter.number("hours", default: 1, about: "is added to the hour")
  static let period = Parameter.number("period", default: 24, in: .above(0), about: "what the hour starts over at")
  /// Another column for worlds without an hour.
  public static let example: DocumentNode = ["features": ["x1"]]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let columns: [Int]
  private let hours: Double
  private let period: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    columns = try arguments.sourceColumns(Self.features, requirement: "numeric") { $0.isNumeric }
    hours = arguments[Self.hours]
    period = arguments[Self.period]
  }

  /// It is.
  public var isDeterministic: Bool { true }

  /// Shifts the hour.
  public func alter(_ rows: inout Rows) {
    let mask = scope.touchedRows(rows.range, at: rows.position)
    for column in columns {
      rows.withFeature(column) { x in
        for i in x.indices where mask?[i] ?? true {
          let moved = x[i] + hours
          let rest = moved - period * (moved / period).rounded(.down)
          // A sum just below zero rounds up to the period itself.
          x[i] = rest >= period || rest < 0 ? 0 : rest
        }
      }
    }
  }
}
