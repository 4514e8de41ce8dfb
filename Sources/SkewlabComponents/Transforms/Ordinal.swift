public import SkewlabEngine
public import SkewlabNumerics

/// Transform `ordinal`: a number for each level of a text feature.
public struct Ordinal: Transform {
  /// `ordinal`.
  public static let kind = "ordinal"
  /// One line.
  public static let summary = "a number for each level of a text feature"
  /// The definition.
  public static let definition = """
    A text feature becomes the place of its level, 0, 1, …, in `order`, or in the alphabetical order of the levels known to the world. A level that no row of the window had (with a weight) is \
    unseen, and becomes the number `unseen`. Missing stays missing.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, LevelOrder.parameter, unseen]
  static let features = Parameter.features(about: "the text features to number; all unless given")
  static let unseen = Parameter.number("unseen", default: -1, about: "what a level that the window did not have becomes")

  var features: FeatureSelection
  var order: LevelOrder
  var unseen: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    order = LevelOrder(arguments)
    unseen = arguments[Self.unseen]
  }

  /// The same columns, now numeric.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let columns = try features.indices(.text, in: schema, at: path)
    try order.check(columns, in: schema, at: path)
    var output = schema
    for column in columns { output.columns[column].type = .numeric }
    return output
  }

  /// Which levels the window has.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.text, in: schema, output: try? bind(to: schema, at: DocumentPath())) { column in
      guard case .categorical(let levels) = schema.columns[column].type else {
        return OrdinalChange(levels: [], numbers: [], unseen: unseen)
      }
      let counts = LevelCounts(matrix, column: column, weights: weights, levels: levels.count)
      var numbers = Array(repeating: unseen, count: levels.count)
      for (place, code) in order.codes(of: levels).enumerated() where counts.has(code) { numbers[code] = Double(place) }
      return OrdinalChange(levels: levels, numbers: numbers, unseen: unseen)
    }
  }
}

struct OrdinalChange: ColumnChange {
  let levels: [String]
  let numbers: [Double]
  let unseen: Double

  var learned: [(statistic: String, value: Double)] { zip(levels, numbers).map { ("number-of-\($0)", $1) } }
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    Columns.lookUp(x, in: numbers, missing: .nan, other: unseen, into: &out)
  }
}
