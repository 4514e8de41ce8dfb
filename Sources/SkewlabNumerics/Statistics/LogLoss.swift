internal import CSkewlabKernels

/// The log loss of probabilities p of outcomes that are 0 or 1: −ln p of a 1, −ln(1 − p) of a 0.
///
/// A probability counts as at least 2⁻⁵² and at most 1 − 2⁻⁵², so that a certainty that is wrong costs 36.04 and not infinity, and a number outside of [0, 1]
/// has a loss too. The bounds are those of scikit-learn's `log_loss` in double precision.
public enum LogLoss {
  /// The sum over rows, in their order. NaN where a probability is.
  public static func sum(_ probabilities: Span<Double>, _ outcomes: Span<Double>) -> Double {
    precondition(probabilities.count == outcomes.count, "an outcome for each probability")
    let count = probabilities.count
    return unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, count)) { losses in
      unsafe probabilities.withUnsafeBufferPointer { p in
        unsafe outcomes.withUnsafeBufferPointer { y in
          guard let p = p.baseAddress, let y = y.baseAddress, let to = losses.baseAddress else { return }
          unsafe skewlab_log_losses(p, y, count, to)
        }
      }
      var sum = 0.0
      for i in 0..<count { unsafe sum += losses[i] }
      return sum
    }
  }
}
