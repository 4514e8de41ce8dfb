internal import CSkewlabKernels

/// A named stream of random numbers with random access.
///
/// A stream is a function, not a state: the number at (position, row, draw) depends on nothing else, so rows can be drawn in any
/// order, in chunks of any size, on any number of threads, and more rows extend the old ones. The bits are the same on every CPU.
///
/// **Key.** The UTF-8 bytes of the name are hashed with 64-bit FNV-1a; one Philox block with the seed as its key and
/// (low hash, high hash, number of bytes, 0x736B6577) as its counter gives the stream's 64-bit key (words 0 and 1). Near seeds
/// and near names therefore have unrelated keys. Two given streams share a key with probability 2⁻⁶⁴.
///
/// **Counter.** (replicate, cycle, row word, draw word), each 32 bits. The draw word is `draw · 2¹⁶ + attempt`; only the laws with
/// rejection (Poisson, integers) use attempts after 0, so `draw` is in 0..<65,536.
///
/// **Rows.** Uniforms, normals, exponentials, Bernoulli variables and integers are *paired*: row r uses lane r mod 2 of the block
/// with row word ⌊r/2⌋, rows below 2³³. Student t and Poisson variables use one block a row, rows below 2³².
/// One (stream, draw) serves one law: different laws asked at the same place share their bits.
public struct RandomStream: Sendable, Hashable {
  /// The Philox key derived from the seed and the name.
  public let key: UInt64

  /// A stream of its own for each (seed, name).
  public init(seed: UInt64, name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var length: UInt32 = 0
    for byte in name.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      length &+= 1
    }
    let words = Philox.block(
      counter: [UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash >> 32), length, 0x736B_6577], key: seed)
    key = UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// Where in a study a draw belongs.
  public struct Position: Sendable, Hashable {
    /// The replicate's number.
    public var replicate: UInt32
    /// The cycle's number.
    public var cycle: UInt32

    /// Both numbers must be in 0..<2³²; anything else is a caller's bug.
    public init(replicate: Int, cycle: Int) {
      guard let replicate = UInt32(exactly: replicate), let cycle = UInt32(exactly: cycle) else {
        preconditionFailure("replicate \(replicate) and cycle \(cycle) must be in 0..<2^32")
      }
      self.replicate = replicate
      self.cycle = cycle
    }
  }

  func counter(_ position: Position, draw: Int, attempt: Int = 0) -> skewlab_counter {
    precondition(0 <= draw && draw < 1 << 16, "draw must be in 0..<65536")
    precondition(attempt < 1 << 16, "no acceptance in 65536 attempts")
    return skewlab_counter(key: key, replicate: position.replicate, cycle: position.cycle, draw: UInt32(draw << 16 | attempt))
  }

  static func checkPaired(_ rows: Range<Int>, _ count: Int) {
    precondition(rows.count == count, "the output must have one element a row")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= 1 << 33, "rows must be in 0..<2^33")
  }

  static func checkUnpaired(_ rows: Range<Int>, _ count: Int) {
    precondition(rows.count == count, "the output must have one element a row")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= 1 << 32, "rows must be in 0..<2^32")
  }
}
