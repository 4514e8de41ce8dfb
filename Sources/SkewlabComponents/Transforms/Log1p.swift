public import SkewlabEngine
public import SkewlabNumerics

/// Transform `log1p`: log(1 + x).
public struct Log1p: Transform {
  /// `log1p`.
  public static let kind = "log1p"
  /// One line.
  public static let summary = "the natural logarithm of 1 + x"
  /// The definition.
  public static let definition = """
    z = log(1 + x), accurate for small x. It is not defined for x ≤ −1: such a value becomes missing, and missing stays missing; an `impute` that names the feature \
    fills both. Nothing is fitted.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features]
  static let features = Parameter.features(about: "the features to transform; all numeric ones unless given")
  /// Columns do not say what range their numbers have.
  public static let conformanceSkips = [
    ConformanceSkip(
      "transform-missing",
      because: "values of −1 or less become missing; announcing gaps would ask every scenario with areas or counts to impute")
  ]

  var features: FeatureSelection

  /// Reads the parameters.
  public init(_ arguments: Arguments) { features = arguments[Self.features] }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { _ in Log1pChange() }
  }
}

struct Log1pChange: ColumnChange {
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) { Columns.log1p(x, into: &out) }
}
