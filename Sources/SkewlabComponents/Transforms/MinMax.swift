public import SkewlabEngine
public import SkewlabNumerics

/// Transform `min-max`: the window's range to a given one.
public struct MinMax: Transform {
  /// `min-max`.
  public static let kind = "min-max"
  /// One line.
  public static let summary = "moves and scales the window's range to a given one"
  /// The definition.
  public static let definition = """
    z = low + (x − a)·(high − low)/(b − a), a and b the least and greatest value present in the window (rows of weight 0 left out; other weights change nothing). In \
    serving, values outside of [a, b] leave [low, high], unless `clip: true` sets them to its nearer end. A constant feature, or one without values, gives low. Missing stays missing.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, low, high, clip]
  static let features = Parameter.features(about: "the features to scale; all numeric ones unless given")
  static let low = Parameter.number("low", default: 0, about: "what the least value becomes")
  static let high = Parameter.number("high", default: 1, about: "what the greatest value becomes; above `low`")
  static let clip = Parameter.flag("clip", default: false, about: "whether values outside of the window's range become its ends")

  var features: FeatureSelection
  var low: Double
  var high: Double
  var clips: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    features = arguments[Self.features]
    low = arguments[Self.low]
    high = arguments[Self.high]
    clips = arguments[Self.clip]
    guard low < high else { throw arguments.outOfRange(Self.high, allowed: "more than \(decimalText(low)), the value of `low`") }
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// The range of each feature.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { column in
      let range = PresentRange(matrix, column: column, weights: weights)
      let least = range?.least ?? 0, greatest = range?.greatest ?? 0
      let scale = Rescaling(
        origin: least, factor: greatest > least ? (high - low) / (greatest - least) : 0, offset: low,
        learned: [("min", least), ("max", greatest)])
      return MinMaxChange(scale: scale, clip: clips ? (low, high) : nil)
    }
  }
}

struct MinMaxChange: ColumnChange {
  let scale: Rescaling
  let clip: (low: Double, high: Double)?

  var learned: [(statistic: String, value: Double)] { scale.learned }
  var line: (factor: Double, offset: Double)? { clip == nil ? scale.line : nil }

  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    scale.apply(x, into: &out)
    if let clip { Columns.clip(&out, low: clip.low, high: clip.high) }
  }
}
