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
  private let scale: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, only: .serving)
    format = arguments[Self.format]
    scale = Double(sign: .plus, exponent: arguments[Self.bits], significand: 1)
  }

  /// Scores in the format, a feature at a time.
  public func score(
    _ features: Matrix, with predictor: LinearPredictor, rows: Range<Int>, at position: RandomStream.Position,
    into scores: inout MutableSpan<Double>
  ) {
    var sums = Array(repeating: predictor.intercept, count: rows.count), terms = sums
    let weights = rounded(predictor.weights)
    sums = rounded(sums)
    for j in weights.indices {
      features.withColumn(j, rows: 0..<rows.count) { x in
        for i in x.indices { terms[i] = x[i] }
      }
      terms = rounded(terms)
      for i in terms.indices { terms[i] *= weights[j] }
      terms = rounded(terms)
      for i in terms.indices { sums[i] += terms[i] }
      sums = rounded(sums)
    }
    for (i, row) in rows.enumerated() where scope.touches(row: row, at: position) {
      scores[i] = sums[i]
    }
  }

  /// Numbers in the format.
  private func rounded(_ values: [Double]) -> [Double] {
    var result = values
    var span = result.mutableSpan
    switch format {
    case .float32: Columns.round(values.span, to: .float32, into: &span)
    case .float16: Columns.round(values.span, to: .float16, into: &span)
    case .bfloat16: Columns.round(values.span, to: .bfloat16, into: &span)
    case .fixedPoint: Columns.round(values.span, scale: scale, .halfEven, low: -.infinity, high: .infinity, into: &span)
    }
    return result
  }
}
