/// The texts of a column, each different one kept once.
struct TextLevels {
  /// Which text each row has; `gap` where it has none.
  private var codes: [UInt32]
  /// The different texts, one after another in order of appearance, and where each ends.
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// A text's code by its hash; where two texts have the same hash, the later one is at the next free number.
  private var places: [UInt64: UInt32] = [:]
  private static let gap = UInt32.max

  /// A column whose first rows have no text.
  init(gaps: Int = 0) { codes = Array(repeating: Self.gap, count: gaps) }

  mutating func append(_ text: Span<UInt8>) {
    // FNV-1a (Fowler, Noll, Vo).
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for i in text.indices { hash = (hash ^ UInt64(text[i])) &* 0x100_0000_01b3 }
    while let code = places[hash] {
      if equals(Int(code), text) { return codes.append(code) }
      hash &+= 1
    }
    let code = UInt32(ends.count)
    places[hash] = code
    for i in text.indices { bytes.append(text[i]) }
    ends.append(bytes.count)
    codes.append(code)
  }

  /// Forgets the texts after so many rows.
  mutating func truncate(to rows: Int) { codes.removeLast(max(0, codes.count - rows)) }

  /// The levels in order of their bytes, each row's place among them (NaN where it has none), and whether any level is a number.
  ///
  /// Texts that Unicode calls canonically equivalent, such as é in one code point or in two, are one
  /// level, spelt as the first of them in the order.
  func sorted(missing: MissingTexts) -> (levels: [String], values: [Double], hasNumbers: Bool, hasGaps: Bool) {
    var levels: [(text: String, code: Int)] = []
    var hasNumbers = false
    for code in ends.indices {
      let text = String(decoding: bytes[range(code)], as: UTF8.self)
      let number = CSVText.number(text, missing: missing)
      if number?.isNaN == true { continue }
      hasNumbers = hasNumbers || number != nil
      levels.append((text, code))
    }
    levels.sort { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    var ranks = Array(repeating: Double.nan, count: ends.count)
    var rankOfText: [String: Int] = [:]
    for level in levels {
      // Texts are equal in Swift when they are canonically equivalent.
      let rank = rankOfText[level.text, default: rankOfText.count]
      rankOfText[level.text] = rank
      ranks[level.code] = Double(rank)
    }
    var texts = Array(repeating: "", count: rankOfText.count)
    for (text, rank) in rankOfText { texts[rank] = text }
    let values = codes.map { $0 == Self.gap ? .nan : ranks[Int($0)] }
    return (texts, values, hasNumbers, values.contains(where: \.isNaN))
  }

  /// How many rows have each text that is read as missing; rows without a text are not counted.
  func rowsMissing(_ missing: MissingTexts) -> [String: Int] {
    var names: [Int: String] = [:]
    for code in ends.indices where !range(code).isEmpty {
      let text = String(decoding: bytes[range(code)], as: UTF8.self)
      if CSVText.number(text, missing: missing)?.isNaN == true { names[code] = text }
    }
    if names.isEmpty { return [:] }
    var counts: [String: Int] = [:]
    for code in codes where code != Self.gap { if let name = names[Int(code)] { counts[name, default: 0] += 1 } }
    return counts
  }

  private func range(_ code: Int) -> Range<Int> { (code == 0 ? 0 : ends[code - 1])..<ends[code] }

  private func equals(_ code: Int, _ text: Span<UInt8>) -> Bool {
    let range = range(code)
    guard range.count == text.count else { return false }
    for i in text.indices where bytes[range.lowerBound + i] != text[i] { return false }
    return true
  }
}
