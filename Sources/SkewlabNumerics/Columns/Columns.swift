internal import CSkewlabKernels

/// What feature handling does to whole columns, the same bits on every CPU. A missing value is NaN, and stays one unless something else is said.
///
/// Each call maps `x[i]` to `out[i]`; the counts must be equal.
public enum Columns {
  /// The values as they are.
  public static func copy(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe $1.update(from: $0, count: $2) }
  }

  /// Missing becomes a value.
  public static func fillMissing(_ x: Span<Double>, with value: Double, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_fill_missing($0, $2, value, $1) }
  }

  /// 1 where a value is missing, 0 elsewhere.
  public static func markMissing(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_mark_missing($0, $2, $1) }
  }

  /// (x − origin)·factor + offset.
  public static func rescale(
    _ x: Span<Double>, origin: Double, factor: Double, offset: Double = 0, into out: inout MutableSpan<Double>
  ) {
    unsafe lend(x, &out) { unsafe skewlab_rescale($0, $2, origin, factor, offset, $1) }
  }

  /// The value, or the nearer end of a range.
  public static func clip(_ x: Span<Double>, low: Double, high: Double, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_clip($0, $2, low, high, $1) }
  }

  /// The same in place.
  public static func clip(_ values: inout MutableSpan<Double>, low: Double, high: Double) {
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      unsafe skewlab_clip(base, values.count, low, high, base)
    }
  }

  /// log(1 + x), within 3 units in the last place; missing for x ≤ −1.
  public static func log1p(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_log1p($0, $2, $1) }
  }

  /// log(x + offset)/divisor; missing for x + offset ≤ 0.
  public static func log(_ x: Span<Double>, offset: Double, divisor: Double, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_log_shifted($0, $2, offset, divisor, $1) }
  }

  /// xᵖ; missing for x < 0 unless p is whole, and for x = 0 with p < 0. Products and a square root where 2p is whole and |p| ≤ 32.
  public static func power(_ x: Span<Double>, _ exponent: Double, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_power($0, $2, exponent, $1) }
  }

  /// (x^λ − 1)/λ, log x for λ = 0, without cancellation near it; missing for x ≤ 0.
  public static func boxCox(_ x: Span<Double>, _ lambda: Double, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { x, out, count in
      unsafe skewlab_log_shifted(x, count, 0, 1, out)
      guard lambda != 0 else { return }
      unsafe skewlab_rescale(out, count, 0, lambda, 0, out)
      unsafe skewlab_expm1(out, count, out)
      unsafe skewlab_rescale(out, count, 0, 1 / lambda, 0, out)
    }
  }

  /// Box–Cox of 1 + x for x ≥ 0, and −(Box–Cox of 1 − x with 2 − λ) for x < 0.
  public static func yeoJohnson(_ x: Span<Double>, _ lambda: Double, into out: inout MutableSpan<Double>) {
    precondition(x.count == out.count, "input and output must have the same count")
    for i in x.indices { out[i] = abs(x[i]) }
    unsafe out.withUnsafeMutableBufferPointer { out in
      guard let to = out.baseAddress else { return }
      unsafe skewlab_log1p(to, out.count, to)
    }
    for i in x.indices { out[i] *= power(at: x[i], lambda) ?? 1 }
    var grown = [Double](repeating: 0, count: out.count)
    var room = grown.mutableSpan
    Elementary.expm1(out.span, into: &room)
    for i in x.indices {
      let size = power(at: x[i], lambda).map { room[i] / $0 } ?? out[i]
      out[i] = x[i] < 0 ? -size : size
    }
  }

  /// λ or 2 − λ; `nil` where that is 0, and a logarithm takes the place of the power.
  private static func power(at x: Double, _ lambda: Double) -> Double? {
    let power = x < 0 ? 2 - lambda : lambda
    return power == 0 ? nil : power
  }

  /// How many of the edges are below the value, or not above it where `includesEqual`.
  public static func countEdges(_ x: Span<Double>, _ edges: [Double], includesEqual: Bool, into out: inout MutableSpan<Double>) {
    unsafe edges.withUnsafeBufferPointer { edges in
      unsafe lend(x, &out) { unsafe skewlab_count_edges($0, $2, edges.baseAddress, edges.count, includesEqual ? 1 : 0, $1) }
    }
  }

  /// 1 where the value is this one, 0 elsewhere, also where it is missing.
  public static func markEqual(_ x: Span<Double>, to value: Double, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_mark_equal($0, $2, value, $1) }
  }

  /// The entry of a table for each code; what is given for missing codes, and for those outside of the table.
  public static func lookUp(_ x: Span<Double>, in table: [Double], missing: Double, other: Double, into out: inout MutableSpan<Double>) {
    unsafe table.withUnsafeBufferPointer { table in
      unsafe lend(x, &out) { unsafe skewlab_look_up($0, $2, table.baseAddress, table.count, missing, other, $1) }
    }
  }

  /// x·y.
  public static func multiply(_ x: Span<Double>, by y: Span<Double>, into out: inout MutableSpan<Double>) {
    precondition(x.count == y.count, "factors must have the same count")
    unsafe y.withUnsafeBufferPointer { y in
      unsafe lend(x, &out) { x, out, count in
        guard let y = y.baseAddress else { return }
        unsafe skewlab_multiply(x, y, count, out)
      }
    }
  }

  /// cos and sin of 2π(x − start)/period.
  public static func cosineAndSine(
    _ x: Span<Double>, start: Double, period: Double, cosines: inout MutableSpan<Double>, sines: inout MutableSpan<Double>
  ) {
    var turns = [Double](repeating: 0, count: x.count)
    var room = turns.mutableSpan
    unsafe lend(x, &room) { unsafe skewlab_turns($0, $2, start, period, $1) }
    Elementary.cosineAndSine(turns: room.span, cosines: &cosines, sines: &sines)
  }

  /// A binary number format.
  public struct BinaryFormat: Sendable, Hashable {
    let precision: Int32, leastExponent: Int32
    let greatest: Double
    /// IEEE 754 binary32.
    public static let float32 = BinaryFormat(precision: 24, leastExponent: -126, greatest: 0x1.fffffep127)
    /// IEEE 754 binary16.
    public static let float16 = BinaryFormat(precision: 11, leastExponent: -14, greatest: 65504)
    /// The upper half of a binary32.
    public static let bfloat16 = BinaryFormat(precision: 8, leastExponent: -126, greatest: 0x1.fep127)
  }

  /// The nearest number of a format, ties to even; infinite where the format has none that large.
  public static func round(_ x: Span<Double>, to format: BinaryFormat, into out: inout MutableSpan<Double>) {
    unsafe lend(x, &out) { unsafe skewlab_round_binary($0, $2, format.precision, format.leastExponent, format.greatest, $1) }
  }

  /// How a number becomes whole.
  public enum Rounding: String, Sendable, CaseIterable {
    /// To the nearest, ties to the even one.
    case halfEven = "half-even"
    /// To the nearest, ties up.
    case halfUp = "half-up"
    /// To the nearest, ties away from zero.
    case halfAway = "half-away"
    /// Down.
    case down
    /// Towards zero.
    case towardZero = "toward-zero"

    var code: skewlab_rounding {
      switch self {
      case .halfEven: SKEWLAB_HALF_EVEN
      case .halfUp: SKEWLAB_HALF_UP
      case .halfAway: SKEWLAB_HALF_AWAY
      case .down: SKEWLAB_DOWN
      case .towardZero: SKEWLAB_TOWARD_ZERO
      }
    }
  }

  /// x·scale as a whole number from `low` to `high`, over `scale`.
  public static func round(
    _ x: Span<Double>, scale: Double, _ rounding: Rounding, low: Double, high: Double, into out: inout MutableSpan<Double>
  ) {
    unsafe lend(x, &out) { unsafe skewlab_round_fixed($0, $2, scale, Int32(rounding.code.rawValue), low, high, $1) }
  }

  private static func lend(
    _ x: Span<Double>, _ out: inout MutableSpan<Double>, _ kernel: (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  ) {
    precondition(x.count == out.count, "input and output must have the same count")
    unsafe x.withUnsafeBufferPointer { x in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let from = x.baseAddress, let to = out.baseAddress else { return }
        unsafe kernel(from, to, x.count)
      }
    }
  }
}
