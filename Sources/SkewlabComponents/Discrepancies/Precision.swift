public import SkewlabEngine
public import SkewlabNumerics

/// Discrepancy `precision`: one side computes with fewer digits.
public struct Precision: ScorerDiscrepancy {
  /// The numbers it computes with.
  public enum Format: String, Sendable, CaseIterable {
    /// IEEE 754 binary32: 24 significant bits.
    case float32
    /// IEEE 754 binary16: 11 significant bits, at most 65,504.
    case float16
    /// The upper half of a binary32: 8 significant bits.
    case bfloat16
    /// Multiples of 2^(−bits).
    case fixedPoint = "fixed-point"
  }

  /// `precision`.
  public static let kind = "precision"
  /// One line.
  public static let summary = "features and arithmetic in float32, float16, bfloat16 or fixed point"
  /// The definition.
  public static let definition = """
    On the rows it touches, the encoded features, the weights, the intercept, every product and every partial sum are rounded to the format, to nearest with ties to even; the sum runs over the features in order and the intercept comes \
    first. fixed-point is multiples of 2^(−bits) without a limit to their size. A score beyond the format's range is infinite, and ends the run.
    """
  /// Other code.
  public static let defaultCause: Cause? = .reimplementation
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [format, bits] + DiscrepancyScope.parameters
  static let format = Parameter<Format>.choice("format", default: .float32, about: "the numbers it computes with")
  static let bits = Parameter.integer("bits", default: 8, in: 0...52, about: "binary places of fixed-point")
  /// Half precision.
  public static let example: DocumentNode = ["format": "float16"]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let format: Format
  private let unit: Double
  private let touched: RandomStream

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, only: .serving)
    format = arguments[Self.format]
    unit = Double(sign: .plus, exponent: -arguments[Self.bits], significand: 1)
    touched = arguments.stream("rows")
  }

  /// A number in the format.
  func rounded(_ x: Double) -> Double {
    switch format {
    case .float32: Double(Float(x))
    case .float16: Double(HalfPrecision.rounded(x))
    case .bfloat16: HalfPrecision.roundedToBFloat16(x)
    case .fixedPoint: (x / unit).rounded(.toNearestOrEven) * unit
    }
  }

  /// Scores in the format.
  public func score(
    _ features: Matrix, with predictor: LinearPredictor, rows: Range<Int>, at position: RandomStream.Position,
    into scores: inout MutableSpan<Double>
  ) {
    let weights = predictor.weights.map(rounded), intercept = rounded(predictor.intercept)
    for (i, row) in rows.enumerated() {
      if scope.share < 1, touched.uniform(at: position, row: row) >= scope.share { continue }
      var sum = intercept
      for j in weights.indices { sum = rounded(sum + rounded(rounded(features[i, j]) * weights[j])) }
      scores[i] = sum
    }
  }
}

/// Rounding to 16-bit numbers, in integer arithmetic: the same on every CPU.
enum HalfPrecision {
  /// To the nearest binary16, ties to even; infinite from 65,520 on.
  static func rounded(_ x: Double) -> Double {
    guard x.isFinite else { return x }
    let magnitude = abs(x)
    if magnitude >= 65_520 { return x < 0 ? -.infinity : .infinity }
    // Multiples of 2^(e − 10), e the exponent, but at least −14: below, numbers are subnormal.
    let exponent = magnitude == 0 ? -14 : max(magnitude.exponent, -14)
    let unit = Double(sign: .plus, exponent: exponent - 10, significand: 1)
    return (x / unit).rounded(.toNearestOrEven) * unit
  }

  /// To the nearest bfloat16, ties to even.
  static func roundedToBFloat16(_ x: Double) -> Double {
    guard x.isFinite else { return x }
    let magnitude = abs(x)
    let exponent = magnitude == 0 ? -126 : max(magnitude.exponent, -126)
    let unit = Double(sign: .plus, exponent: exponent - 7, significand: 1)
    let value = (x / unit).rounded(.toNearestOrEven) * unit
    return abs(value) > 3.3895313892515355e38 ? (x < 0 ? -.infinity : .infinity) : value
  }
}
