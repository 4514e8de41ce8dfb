internal import SkewlabEngine
internal import SkewlabNumerics

/// Independent stationary AR(1) series of unit variance, one for each stream, of which any rows can be drawn alone.
///
/// The innovation of row t is the stream's normal at (replicate, cycle 0, row t): one long stream. The state at the end of every 1,024 rows is kept once it is known, so that
/// rows in order cost one pass and earlier rows at most 1,023 more; a state that is not known is computed from the last one that is. Every state comes from the same additions
/// in the same order, whatever was asked before: rows have the same bits in any chunk.
final class AutoregressiveSeries: Sendable {
  /// Rows a stream has.
  static let limit = 1 << 33
  /// Rows from one kept state to the next.
  static let block = 1024

  private let phi: [Double]
  private let scale: [Double]
  private let streams: [RandomStream]
  /// For each replicate, the states before block 0 (zeros, never read), 1, 2, … as far as they are known.
  private let states = Guarded<[Int: [[Double]]]>([:])
  /// More replicates than any machine runs at once; beyond it the states start over.
  private let capacity = 64

  init(coefficients: [Double], streams: [RandomStream]) {
    phi = coefficients
    scale = coefficients.map { (1 - $0 * $0).squareRoot() }
    self.streams = streams
  }

  /// Writes rows `range` of a replicate's series into the first rows of a matrix, a column each.
  func values(_ range: Range<Int>, replicate: Int, into features: inout Matrix) {
    guard !range.isEmpty else { return }
    let position = RandomStream.Position(replicate: replicate, cycle: 0)
    var room = Array(repeating: 0.0, count: Self.block)
    var (index, state) = latest(replicate, upTo: range.lowerBound / Self.block)
    while index * Self.block < range.upperBound {
      let start = index * Self.block
      for j in phi.indices {
        var innovations = room.taken()
        var span = innovations.mutableSpan
        streams[j].normals(at: position, rows: start..<start + Self.block, into: &span)
        var z = state[j]
        let phi = phi[j], scale = scale[j]
        for i in 0..<Self.block {
          z = start + i == 0 ? innovations[i] : phi * z + scale * innovations[i]
          innovations[i] = z
        }
        state[j] = z
        let wanted = range.clamped(to: start..<start + Self.block)
        if !wanted.isEmpty {
          let target = wanted.lowerBound - range.lowerBound..<wanted.upperBound - range.lowerBound
          features.withMutableColumn(j, rows: target) { x in
            for i in x.indices { x[i] = innovations[wanted.lowerBound - start + i] }
          }
        }
        room = innovations
      }
      index += 1
      keep(state, before: index, replicate)
    }
  }

  /// The last state known before a block no later than this one.
  private func latest(_ replicate: Int, upTo block: Int) -> (block: Int, state: [Double]) {
    let start = Array(repeating: 0.0, count: phi.count)
    return states.withLock { states in
      guard let known = states[replicate] else { return (0, start) }
      let index = min(block, known.count - 1)
      return (index, known[index])
    }
  }

  private func keep(_ state: [Double], before block: Int, _ replicate: Int) {
    states.withLock { states in
      if states[replicate] == nil {
        if states.count >= capacity { states.removeAll() }
        states[replicate] = [Array(repeating: 0, count: phi.count)]
      }
      if states[replicate]?.count == block { states[replicate]?.append(state) }
    }
  }
}
