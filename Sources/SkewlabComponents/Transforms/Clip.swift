public import SkewlabEngine
public import SkewlabNumerics

/// Transform `clip`: values beyond a limit become the limit.
public struct Clip: Transform {
  /// What the limits are made of.
  public enum Limits: String, Sendable, CaseIterable {
    /// Standard deviations from the mean.
    case sigmas
    /// Quantiles.
    case quantiles
    /// Given numbers.
    case values
  }

  /// `clip`.
  public static let kind = "clip"
  /// One line.
  public static let summary = "sets values beyond a limit to the limit"
  /// The definition.
  public static let definition = """
    z = min(max(x, a), b). `by: sigmas`: a, b = m ∓ threshold·s, with m and s the weighted mean and standard deviation (dividing by W) of the values present in the window. `by: quantiles`: \
    the quantiles of the shares `low` (0.01 unless given) and `high` (0.99). `by: values`: `low` and `high` themselves; without one of them that side has no limit. Missing stays \
    missing; a feature without values in the window is left as it is. \(QuantileRule.definition)
    """
  /// The source.
  public static let source = QuantileRule.source
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, by, threshold, low, high, quantile]
  static let features = Parameter.features(about: "the features to clip; all numeric ones unless given")
  static let by = Parameter<Limits>.choice("by", default: .sigmas, about: "what the limits are made of")
  static let threshold = Parameter.number(
    "threshold", default: 3, in: .above(0), about: "standard deviations from the mean, with `by: sigmas`")
  static let low = Parameter.optionalNumber("low", about: "the lower limit, or its share with `by: quantiles`")
  static let high = Parameter.optionalNumber("high", about: "the upper limit, or its share with `by: quantiles`")
  static let quantile = Parameter<QuantileRule>.choice("quantile", default: .linear, about: "how a quantile is read between the rows")

  var features: FeatureSelection
  var limits: Limits
  var threshold: Double
  var low: Double?
  var high: Double?
  var quantile: QuantileRule

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    features = arguments[Self.features]
    limits = arguments[Self.by]
    threshold = arguments[Self.threshold]
    low = arguments[Self.low]
    high = arguments[Self.high]
    quantile = arguments[Self.quantile]
    try arguments.refuseGiven(
      Self.threshold, unless: limits == .sigmas,
      because: "a threshold is in standard deviations, and the limits are by \(limits.rawValue)", write: "by: sigmas")
    try arguments.refuseGiven(
      Self.quantile, unless: limits == .quantiles, because: "limits by \(limits.rawValue) have no quantiles", write: "by: quantiles")
    switch limits {
    case .sigmas:
      if low != nil { throw Self.needless(arguments, Self.low) }
      if high != nil { throw Self.needless(arguments, Self.high) }
    case .quantiles:
      if let low, !(0...1).contains(low) { throw arguments.outOfRange(Self.low, allowed: "a share from 0 to 1, with `by: quantiles`") }
      if let high, !(0...1).contains(high) { throw arguments.outOfRange(Self.high, allowed: "a share from 0 to 1, with `by: quantiles`") }
      low = low ?? 0.01
      high = high ?? 0.99
    case .values:
      if low == nil, high == nil {
        throw arguments.error(.conflict("there is no limit to clip to", advice: "give `low`, `high` or both"), at: Self.by)
      }
    }
    if let low, let high, low > high {
      guard arguments[given: Self.high] == nil else {
        throw arguments.outOfRange(Self.high, allowed: "\(decimalText(low)) or more, the lower limit")
      }
      throw arguments.outOfRange(Self.low, allowed: "\(decimalText(high)) or less, the upper limit")
    }
  }

  /// A lower limit alone.
  init(features: FeatureSelection, low: Double) {
    self.features = features
    limits = .values
    threshold = 0
    self.low = low
    quantile = .linear
  }

  private static func needless(_ arguments: Arguments, _ parameter: Parameter<Double?>) -> ScenarioError {
    arguments.error(
      .conflict(
        "the limits are by sigmas, and '\(parameter.name)' is no part of that",
        advice: "give `threshold`, or write `by: values` or `by: quantiles`"),
      at: parameter)
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// The limits of each feature.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { column in
      switch limits {
      case .values: return ClipChange(low: low ?? -.infinity, high: high ?? .infinity)
      case .sigmas:
        let present = PresentMoments(matrix, column: column, weights: weights)
        guard present.weight > 0 else { return ClipChange(low: -.infinity, high: .infinity) }
        let reach = threshold * present.standardDeviation(ddof: 0)
        return ClipChange(low: present.mean - reach, high: present.mean + reach)
      case .quantiles:
        let order = PresentOrder(matrix, column: column, weights: weights)
        return ClipChange(low: order.quantile(low ?? 0, quantile) ?? -.infinity, high: order.quantile(high ?? 1, quantile) ?? .infinity)
      }
    }
  }
}

struct ClipChange: ColumnChange {
  let low: Double
  let high: Double

  var learned: [(statistic: String, value: Double)] { [("low", low), ("high", high)] }
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) { Columns.clip(x, low: low, high: high, into: &out) }
}
