public import SkewlabEngine
public import SkewlabNumerics

/// Transform `log`: a logarithm of x + offset.
public struct Log: Transform {
  /// What the logarithm counts in.
  public enum Base: String, Sendable, CaseIterable {
    /// e.
    case natural
    /// 2.
    case binary
    /// 10.
    case decimal

    /// The natural logarithm of the base.
    var logarithm: Double {
      switch self {
      case .natural: 1
      case .binary: 0x1.62e42fefa39efp-1
      case .decimal: 0x1.26bb1bbb55516p+1
      }
    }
  }

  /// `log`.
  public static let kind = "log"
  /// One line.
  public static let summary = "a logarithm of the feature, or of the feature plus a number"
  /// The definition.
  public static let definition = """
    z = log(x + offset), divided by log 2 or log 10 with `base: binary` or `decimal`. It is not defined for x + offset ≤ 0: zero and negative values become missing, and missing stays missing; an \
    `impute` that names the feature fills both. `log1p` is more accurate than an offset of 1 for small x. Nothing is fitted.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, base, offset]
  static let features = Parameter.features(about: "the features to transform; all numeric ones unless given")
  static let base = Parameter<Base>.choice("base", default: .natural, about: "the base: e, 2 or 10")
  static let offset = Parameter.number("offset", default: 0, about: "what is added before, in the feature's unit")
  /// Columns do not say what range their numbers have.
  public static let conformanceSkips = [
    ConformanceSkip(
      "transform-missing",
      because:
        "values outside the logarithm's domain become missing; announcing gaps would ask every scenario with areas or counts to impute")
  ]

  var features: FeatureSelection
  var base: Base
  var offset: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    base = arguments[Self.base]
    offset = arguments[Self.offset]
  }

  init(features: FeatureSelection, base: Base = .natural, offset: Double = 0) {
    self.features = features
    self.base = base
    self.offset = offset
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { _ in LogChange(offset: offset, divisor: base.logarithm) }
  }
}

struct LogChange: ColumnChange {
  let offset: Double
  let divisor: Double
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) { Columns.log(x, offset: offset, divisor: divisor, into: &out) }
}
