public import SkewlabEngine
public import SkewlabNumerics

/// Transform `power`: a power, or one of the families that end in a logarithm.
public struct Power: Transform {
  /// Which power.
  public enum Form: String, Sendable, CaseIterable {
    /// xᵖ.
    case plain
    /// (xᵖ − 1)/p.
    case boxCox = "box-cox"
    /// Box–Cox on both sides of zero.
    case yeoJohnson = "yeo-johnson"
  }

  /// `power`.
  public static let kind = "power"
  /// One line.
  public static let summary = "a power of the feature: plain, Box–Cox or Yeo–Johnson"
  /// The definition.
  public static let definition = """
    With p the exponent: `plain` is xᵖ, missing for x < 0 unless p is whole, and for x = 0 with p < 0 (p = 0 gives 1). `box-cox` is (xᵖ − 1)/p, log x for p = 0, missing for \
    x ≤ 0. `yeo-johnson` is ((1 + x)ᵖ − 1)/p for x ≥ 0 and −((1 − x)²⁻ᵖ − 1)/(2 − p) for x < 0, with log(1 + x) for p = 0 and −log(1 − x) for p = 2. Missing stays \
    missing, and an `impute` that names the feature fills what became so. The exponent is given, never fitted.
    """
  /// The source.
  public static let source = "Box & Cox 1964, J. R. Stat. Soc. B 26(2); Yeo & Johnson 2000, Biometrika 87(4)"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, exponent, form]
  static let features = Parameter.features(about: "the features to transform; all numeric ones unless given")
  static let exponent = Parameter.number("exponent", default: 0.5, in: .between(-64, 64), about: "p; 0.5 is the square root")
  static let form = Parameter<Form>.choice("form", default: .plain, about: "which power")
  /// Columns do not say what range their numbers have.
  public static let conformanceSkips = [
    ConformanceSkip(
      "transform-missing",
      because: "values outside the power's domain become missing; announcing gaps would ask every scenario with areas or counts to impute")
  ]

  var features: FeatureSelection
  var exponent: Double
  var form: Form

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    exponent = arguments[Self.exponent]
    form = arguments[Self.form]
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { _ in PowerChange(exponent: exponent, form: form) }
  }
}

struct PowerChange: ColumnChange {
  let exponent: Double
  let form: Power.Form

  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    switch form {
    case .plain: Columns.power(x, exponent, into: &out)
    case .boxCox: Columns.boxCox(x, exponent, into: &out)
    case .yeoJohnson: Columns.yeoJohnson(x, exponent, into: &out)
    }
  }
}
