public import SkewlabEngine
public import SkewlabNumerics

/// Transform `robust-scale`: (x − median)/(range between two quantiles).
public struct RobustScale: Transform {
  /// `robust-scale`.
  public static let kind = "robust-scale"
  /// One line.
  public static let summary = "subtracts the median and divides by the range between two quantiles"
  /// The definition.
  public static let definition = """
    z = (x − m)/(b − a) with m the median and a, b the quantiles of the shares `lower` and `upper` of the window; m is the quantile of ½ by the same rule. \
    Where b = a, such as for a constant feature or one without values, z is 0. Missing stays missing. \(QuantileRule.definition)
    """
  /// The source.
  public static let source = QuantileRule.source
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, lower, upper, quantile]
  static let features = Parameter.features(about: "the features to scale; all numeric ones unless given")
  static let lower = Parameter.number("lower", default: 0.25, in: .from(0, below: 1), about: "the share of the lower quantile")
  static let upper = Parameter.number("upper", default: 0.75, in: .share, about: "the share of the upper quantile; above `lower`")
  static let quantile = Parameter<QuantileRule>.choice("quantile", default: .linear, about: "how a quantile is read between the rows")

  var features: FeatureSelection
  var lower: Double
  var upper: Double
  var quantile: QuantileRule

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    features = arguments[Self.features]
    lower = arguments[Self.lower]
    upper = arguments[Self.upper]
    quantile = arguments[Self.quantile]
    guard lower < upper else { throw arguments.outOfRange(Self.upper, allowed: "more than \(decimalText(lower)), the share in `lower`") }
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// The quantiles of each feature.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { column in
      let order = PresentOrder(matrix, column: column, weights: weights)
      let median = order.quantile(0.5, quantile) ?? 0
      let low = order.quantile(lower, quantile) ?? 0, high = order.quantile(upper, quantile) ?? 0
      return Rescaling(
        origin: median, factor: high > low ? 1 / (high - low) : 0, learned: [("median", median), ("lower", low), ("upper", high)])
    }
  }
}
