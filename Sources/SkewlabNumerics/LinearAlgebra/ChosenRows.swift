/// Some rows of a range, such as those of a block that are kept for evaluation.
package struct ChosenRows: Sendable {
  /// Where they were chosen from.
  package private(set) var range = 0..<0
  /// How many there are.
  package private(set) var count = 0
  /// The rows, in order; elements from ``count`` on mean nothing.
  private(set) var places: [UInt32]
  /// One element a row of the range: all bits where it is chosen, none where it is not.
  private(set) var mask: [UInt64]

  /// Room for ranges of so many rows.
  package init(capacity: Int) {
    places = [UInt32](repeating: 0, count: capacity)
    mask = [UInt64](repeating: 0, count: capacity)
  }

  /// Chooses anew, without branches: chance cannot be predicted.
  ///
  /// - Parameters:
  ///   - range: Where from.
  ///   - isEvaluation: The rows for which `flags` is this are chosen…
  ///   - flags: One element a row, counted from row 0.
  ///   - seen: …unless this is 0; one element a row, counted from row 0.
  package mutating func choose(_ range: Range<Int>, where flags: Span<Bool>, are isEvaluation: Bool, seen: Span<Double>) {
    precondition(range.count <= places.count, "more rows than there is room for")
    self.range = range
    count = Self.choose(range, where: flags, are: isEvaluation, seen: seen, into: &places, &mask)
  }

  private static func choose(
    _ range: Range<Int>, where flags: Span<Bool>, are isEvaluation: Bool, seen: Span<Double>, into places: inout [UInt32],
    _ mask: inout [UInt64]
  ) -> Int {
    var places = places.mutableSpan, mask = mask.mutableSpan
    var count = 0
    for i in range {
      let isChosen = (flags[i] == isEvaluation ? 1 : 0) & (seen[i] != 0 ? 1 : 0)
      places[count] = UInt32(i)
      mask[i - range.lowerBound] = 0 &- UInt64(isChosen)
      count += isChosen
    }
    return count
  }
}
