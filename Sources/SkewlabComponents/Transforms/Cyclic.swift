public import SkewlabEngine
public import SkewlabNumerics

/// Transform `cyclic`: sine and cosine of a feature with a period.
public struct Cyclic: Transform {
  /// `cyclic`.
  public static let kind = "cyclic"
  /// One line.
  public static let summary = "sine and cosine of a feature with a period, such as the hour of the day"
  /// The definition.
  public static let definition = """
    A feature x becomes two, where it stood: `name=sin` is sin 2πu and `name=cos` is cos 2πu, u = (x − start)/period, of which only the fraction counts. Missing stays missing in \
    both. Nothing is fitted.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, period, start]
  static let features = Parameter.features(about: "the features with this period; all numeric ones unless given")
  static let period = Parameter.number(
    "period", in: .above(0), about: "after how much of the feature it begins again: 24 for hours, 7 for days of the week")
  static let start = Parameter.number("start", default: 0, about: "the value at which the sine is 0 and the cosine 1")
  /// The required parameter.
  public static let example: DocumentNode = ["period": 24]

  var features: FeatureSelection
  var period: Double
  var start: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    period = arguments[Self.period]
    start = arguments[Self.start]
  }

  /// Two columns for each of the features, where it stood.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let chosen = Set(try features.indices(.numeric, in: schema, at: path))
    return Schema(
      schema.columns.enumerated().flatMap { index, column in
        chosen.contains(index)
          ? ["sin", "cos"].map { Schema.Column("\(column.name)=\($0)", mayBeMissing: column.mayBeMissing) } : [column]
      })
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedCyclic(
      input: schema, output: (try? bind(to: schema, at: DocumentPath())) ?? schema, columns: Set(features.bound(.numeric, in: schema)),
      start: start, period: period)
  }
}

struct FittedCyclic: FittedTransform {
  let input: Schema
  let output: Schema
  let columns: Set<Int>
  let start: Double
  let period: Double
  let state: [FittedValue] = []
  var affineMap: AffineMap? { columns.isEmpty && input.isNumericWithoutGaps ? .identity(input.count) : nil }

  func apply(_ matrix: Matrix, rows: Int, into result: inout Matrix) {
    var next = 0
    for j in 0..<input.count {
      guard columns.contains(j) else {
        result.copy(column: next, from: matrix, column: j, rows: rows)
        next += 1
        continue
      }
      var cosines = [Double](repeating: 0, count: rows)
      result.change(column: next, from: matrix, column: j, rows: rows) { x, sines in
        var room = cosines.mutableSpan
        Columns.cosineAndSine(x, start: start, period: period, cosines: &room, sines: &sines)
      }
      result.withMutableColumn(next + 1, rows: 0..<rows) { out in Columns.copy(cosines.span, into: &out) }
      next += 2
    }
  }
}
