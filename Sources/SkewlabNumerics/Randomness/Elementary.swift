internal import CSkewlabKernels

/// Elementary functions on whole arrays, the same bits on every CPU.
///
/// Errors below 2 units in the last place over the whole range (tested against 60-digit arithmetic). Each call maps
/// `values[i]` to `out[i]`; the counts must be equal.
public enum Elementary {
  /// The natural logarithm; −∞ at 0, NaN below.
  public static func log(_ values: Span<Double>, into out: inout MutableSpan<Double>) {
    precondition(values.count == out.count, "input and output must have the same count")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let from = values.baseAddress, let to = out.baseAddress else { return }
        unsafe skewlab_log(from, values.count, to)
      }
    }
  }

  /// eˣ; overflows to ∞ above 709.78, underflows gradually to 0.
  public static func exp(_ values: Span<Double>, into out: inout MutableSpan<Double>) {
    precondition(values.count == out.count, "input and output must have the same count")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let from = values.baseAddress, let to = out.baseAddress else { return }
        unsafe skewlab_exp(from, values.count, to)
      }
    }
  }

  /// eˣ − 1 without cancellation near 0; overflows to ∞ above 709.78.
  public static func expm1(_ values: Span<Double>, into out: inout MutableSpan<Double>) {
    precondition(values.count == out.count, "input and output must have the same count")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let from = values.baseAddress, let to = out.baseAddress else { return }
        unsafe skewlab_expm1(from, values.count, to)
      }
    }
  }

  /// 1/(1 + e⁻ˣ) in place, from 0 to 1; NaN stays NaN.
  public static func logistic(_ values: inout MutableSpan<Double>) {
    unsafe values.withUnsafeMutableBufferPointer { values in
      guard let at = values.baseAddress else { return }
      unsafe skewlab_logistic(at, values.count, at)
    }
  }

  /// ln(1 + eˣ) without overflow or cancellation; NaN stays NaN.
  public static func softplus(_ values: Span<Double>, into out: inout MutableSpan<Double>) {
    precondition(values.count == out.count, "input and output must have the same count")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe out.withUnsafeMutableBufferPointer { out in
        guard let from = values.baseAddress, let to = out.baseAddress else { return }
        unsafe skewlab_softplus(from, values.count, to)
      }
    }
  }

  /// cos 2πv and sin 2πv for v in 0...1; other arguments give unspecified values.
  public static func cosineAndSine(
    turns values: Span<Double>, cosines: inout MutableSpan<Double>, sines: inout MutableSpan<Double>
  ) {
    precondition(values.count == cosines.count && values.count == sines.count, "inputs and outputs must have the same count")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe cosines.withUnsafeMutableBufferPointer { cosines in
        unsafe sines.withUnsafeMutableBufferPointer { sines in
          guard let from = values.baseAddress, let first = cosines.baseAddress, let second = sines.baseAddress else { return }
          unsafe skewlab_cos_sin_2pi(from, values.count, first, second)
        }
      }
    }
  }

  /// The natural logarithm of one value: the same bits as the array function.
  public static func log(_ value: Double) -> Double { skewlab_log_scalar(value) }

  /// eˣ of one value: the same bits as the array function.
  public static func exp(_ value: Double) -> Double { skewlab_exp_scalar(value) }
}
