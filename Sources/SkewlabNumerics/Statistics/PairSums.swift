internal import CSkewlabKernels

/// Sums over pairs (x, y): means, centred squares and products, and the squares and absolute values of the differences x − y.
///
/// Two passes; every sum runs in eight parts, so that vectors of any width give the same bits.
package struct PairSums: Sendable {
  package let count, meanX, meanY, xx, yy, xy, squaredDifferences, absoluteDifferences: Double

  /// The sums over at least one pair.
  package init(_ x: Span<Double>, _ y: Span<Double>) {
    precondition(x.count == y.count && !x.isEmpty, "pairs, at least one")
    var sums = skewlab_sums_of_pairs()
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeBufferPointer { y in
        guard let first = x.baseAddress, let second = y.baseAddress else { return }
        unsafe skewlab_pair_sums(first, second, x.count, &sums)
      }
    }
    count = Double(x.count)
    (meanX, meanY, xx, yy, xy) = (sums.mean_p, sums.mean_y, sums.pp, sums.yy, sums.py)
    (squaredDifferences, absoluteDifferences) = (sums.squared, sums.absolute)
  }
}
