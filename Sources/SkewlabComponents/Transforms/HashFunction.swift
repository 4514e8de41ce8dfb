/// 32-bit hashes of text, of its UTF-8 bytes.
enum HashFunction: String, Sendable, CaseIterable {
  /// MurmurHash3_x86_32.
  case murmur3
  /// The same without the bytes after the last whole four.
  case murmur3WithoutTail = "murmur3-without-tail"
  /// The same with those bytes read as signed, so that one above 127 also sets the bits above its own: a bug that several ports have had.
  case murmur3SignedTail = "murmur3-signed-tail"
  /// Fowler–Noll–Vo 1a, 32 bits.
  case fnv1a

  func callAsFunction(_ text: String, seed: UInt32) -> UInt32 {
    switch self {
    case .murmur3, .murmur3WithoutTail, .murmur3SignedTail: murmur3(Array(text.utf8), seed: seed)
    case .fnv1a: text.utf8.reduce(0x811c_9dc5 ^ seed) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
  }

  private func murmur3(_ bytes: [UInt8], seed: UInt32) -> UInt32 {
    func mixed(_ word: UInt32) -> UInt32 {
      let word = word &* 0xcc9e_2d51
      return (word << 15 | word >> 17) &* 0x1b87_3593
    }
    func word(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    var hash = seed
    let whole = bytes.count / 4 * 4
    for start in stride(from: 0, to: whole, by: 4) {
      hash ^= mixed(word(bytes[start..<start + 4]))
      hash = (hash << 13 | hash >> 19) &* 5 &+ 0xe654_6b64
    }
    if whole < bytes.count {
      switch self {
      case .murmur3WithoutTail: break
      case .murmur3SignedTail:
        let tail = bytes[whole...].enumerated().reduce(UInt32(0)) {
          $0 ^ UInt32(bitPattern: Int32(Int8(bitPattern: $1.element))) << (8 * UInt32($1.offset))
        }
        hash ^= mixed(tail)
      default: hash ^= mixed(word(bytes[whole...]))
      }
    }
    hash ^= UInt32(truncatingIfNeeded: bytes.count)
    hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
    hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
    return hash ^ hash >> 16
  }
}
