internal import SkewlabEngine
internal import SkewlabNumerics

/// The permutation in use by each replicate that is running, so that a shuffled table is not shuffled anew for every chunk.
final class PermutationCache: Sendable {
  private let kept = Guarded<[Int: [Int]]>([:])
  /// More than any machine runs at once; beyond it the cache starts over.
  private let capacity = 64

  func permutation(of count: Int, stream: RandomStream, replicate: Int) -> [Int] {
    if let known = kept.withLock({ $0[replicate] }) { return known }
    let made = stream.permutation(of: count, at: RandomStream.Position(replicate: replicate, cycle: 0))
    kept.withLock { cache in
      if cache.count >= capacity { cache.removeAll() }
      cache[replicate] = made
    }
    return made
  }
}
