internal import CSkewlabKernels

/// The counter-based generator Philox4x32-10.
///
/// A keyed bijection of 128-bit counters: equal counters give equal words, and any counter can be asked for directly.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
public enum Philox {
  /// The four output words of one block.
  ///
  /// - Parameters:
  ///   - counter: The four counter words, first to last.
  ///   - key: The two key words; the first is the low half.
  public static func block(counter: [4 of UInt32], key: UInt64) -> [4 of UInt32] {
    let at = skewlab_counter(key: key, replicate: counter[0], cycle: counter[1], draw: counter[3])
    var lanes: [2 of UInt64] = [0, 0]
    var span = lanes.mutableSpan
    fillBlocks(at, firstBlock: counter[2], into: &span)
    return [
      UInt32(truncatingIfNeeded: lanes[0]), UInt32(truncatingIfNeeded: lanes[0] >> 32),
      UInt32(truncatingIfNeeded: lanes[1]), UInt32(truncatingIfNeeded: lanes[1] >> 32),
    ]
  }

  /// Consecutive blocks, two lanes each.
  static func fillBlocks(_ at: skewlab_counter, firstBlock: UInt32, into lanes: inout MutableSpan<UInt64>) {
    precondition(lanes.count.isMultiple(of: 2), "a block has two lanes")
    let before = Work.randomNumbers.begin()
    defer { before.begin() }
    unsafe lanes.withUnsafeMutableBufferPointer { lanes in
      guard let base = lanes.baseAddress else { return }
      unsafe skewlab_philox_blocks(at, firstBlock, lanes.count / 2, base)
    }
  }
}
