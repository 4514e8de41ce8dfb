public import SkewlabEngine
public import SkewlabNumerics

/// Transform `cast`: values as a narrower number type holds them.
public struct Cast: Transform {
  /// A number type.
  public enum Format: String, Sendable, CaseIterable {
    /// IEEE 754 binary32.
    case float32
    /// IEEE 754 binary16.
    case float16
    /// The upper half of a binary32.
    case bfloat16
    /// Whole multiples of a power of two.
    case fixed
    /// Whole numbers.
    case integer
  }

  /// `cast`.
  public static let kind = "cast"
  /// One line.
  public static let summary = "values as a narrower number type holds them"
  /// The definition.
  public static let definition = """
    `float32`, `float16` (IEEE 754 binary16) and `bfloat16`: the nearest number of the format, ties to even, subnormal ones included; beyond its greatest number the result is ±∞, as IEEE 754 \
    has it. `fixed`: k/2^fraction with k = x·2^fraction rounded by `rounding`, kept in −2^(bits − 1) … 2^(bits − 1) − 1 (saturating). `integer`: the same without a fraction. Rounding: `half-even` (NumPy's \
    rint), `half-up` (⌊x + ½⌋ without its rounding error), `half-away` (C's round), `down` (⌊x⌋), `toward-zero` (C's conversion). Missing stays missing. Nothing is fitted.
    """
  /// The source.
  public static let source = "IEEE 754-2019"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, to, bits, fraction, rounding]
  static let features = Parameter.features(about: "the features to convert; all numeric ones unless given")
  static let to = Parameter<Format>.choice("to", default: .float32, about: "the number type")
  static let bits = Parameter.optionalInteger(
    "bits", in: 2...53, about: "bits in all, with the sign: 16 for `fixed` and 32 for `integer` unless given")
  static let fraction = Parameter.optionalInteger(
    "fraction", in: 0...52, about: "bits after the point, fewer than `bits`, with `to: fixed`: 8 unless given")
  static let rounding = Parameter<Columns.Rounding>.choice("rounding", default: .halfEven, about: "how `fixed` and `integer` round")
  /// A type that every parameter belongs to.
  public static let example: DocumentNode = ["to": "fixed"]

  var features: FeatureSelection
  var format: Format
  var bits: Int
  var fraction: Int
  var rounding: Columns.Rounding

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    features = arguments[Self.features]
    format = arguments[Self.to]
    bits = arguments[Self.bits] ?? (arguments[Self.to] == .fixed ? 16 : 32)
    fraction = arguments[Self.fraction] ?? (arguments[Self.to] == .fixed ? 8 : 0)
    rounding = arguments[Self.rounding]
    if format != .fixed, arguments[given: Self.fraction] != nil {
      throw arguments.error(
        .conflict("\(format.rawValue) has no `fraction`", advice: "leave it out, or write `to: fixed`"), at: Self.fraction)
    }
    if format != .fixed, format != .integer {
      let advice = "leave it out, or write `to: fixed` or `to: integer`"
      if arguments[given: Self.bits] != nil {
        throw arguments.error(.conflict("\(format.rawValue) has its own number of bits", advice: advice), at: Self.bits)
      }
      if arguments[given: Self.rounding] != nil {
        throw arguments.error(.conflict("\(format.rawValue) rounds to the nearest, ties to even", advice: advice), at: Self.rounding)
      }
    }
    if fraction >= bits {
      let given = arguments[given: Self.fraction] != nil
      let allowed = given ? "fewer than \(bits), the number in `bits`" : "more than \(fraction), the number of bits after the point"
      throw given ? arguments.outOfRange(Self.fraction, allowed: allowed) : arguments.outOfRange(Self.bits, allowed: allowed)
    }
  }

  /// The same columns.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    _ = try features.indices(.numeric, in: schema, at: path)
    return schema
  }

  /// Nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    features.fitted(.numeric, in: schema) { _ in CastChange(format: format, bits: bits, fraction: fraction, rounding: rounding) }
  }
}

struct CastChange: ColumnChange {
  let format: Cast.Format
  let bits: Int
  let fraction: Int
  let rounding: Columns.Rounding

  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    switch format {
    case .float32: Columns.round(x, to: .float32, into: &out)
    case .float16: Columns.round(x, to: .float16, into: &out)
    case .bfloat16: Columns.round(x, to: .bfloat16, into: &out)
    case .fixed, .integer:
      let reach = Double(1 << (bits - 1))
      Columns.round(x, scale: Double(1 << fraction), rounding, low: -reach, high: reach - 1, into: &out)
    }
  }
}
