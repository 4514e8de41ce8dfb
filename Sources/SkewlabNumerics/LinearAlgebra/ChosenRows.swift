internal import CSkewlabKernels

/// Some rows of a range, such as those of a block that are kept for evaluation.
package struct ChosenRows: Sendable {
  /// Where they were chosen from.
  package private(set) var range = 0..<0
  /// How many there are.
  package private(set) var count = 0
  /// Whether the rows left out may as well stay, as zeros: most are chosen, and with few columns products cost less than picking rows out.
  var isDense: Bool { isNarrow && 2 * count > range.count }
  private let isNarrow: Bool
  /// One element a row of the range: all bits where it is chosen, none where it is not.
  private(set) var mask: [UInt64]
  /// The rows in order, unless ``isDense``: then only the first of them.
  private(set) var places: [UInt32]

  /// Room for ranges of so many rows, of so many columns.
  package init(capacity: Int, columns: Int) {
    isNarrow = columns < 48
    places = [UInt32](repeating: 0, count: capacity)
    mask = [UInt64](repeating: 0, count: capacity)
  }

  /// Chooses anew.
  ///
  /// - Parameters:
  ///   - range: Where from.
  ///   - isEvaluation: The rows for which `flags` is this are chosen…
  ///   - flags: One element a row, counted from row 0.
  ///   - seen: …unless this is 0; one element a row, counted from row 0.
  package mutating func choose(_ range: Range<Int>, where flags: Span<Bool>, are isEvaluation: Bool, seen: Span<Double>) {
    precondition(range.count <= places.count, "more rows than there is room for")
    self.range = range
    count = Self.choose(range, where: flags, are: isEvaluation, seen: seen, into: &mask)
    Self.find(isDense ? min(1, count) : count, in: range, mask, into: &places)
  }

  private static func choose(
    _ range: Range<Int>, where flags: Span<Bool>, are isEvaluation: Bool, seen: Span<Double>, into mask: inout [UInt64]
  ) -> Int {
    var count = 0
    unsafe flags.extracting(range).withUnsafeBytes { flags in
      unsafe seen.extracting(range).withUnsafeBufferPointer { seen in
        unsafe mask.withUnsafeMutableBufferPointer { mask in
          guard let flags = flags.baseAddress, let seen = seen.baseAddress, let mask = mask.baseAddress else { return }
          unsafe skewlab_choose(flags.assumingMemoryBound(to: UInt8.self), isEvaluation ? 1 : 0, seen, range.count, mask, &count)
        }
      }
    }
    return count
  }

  /// The first rows that are chosen. Without branches on chance, which cannot be predicted.
  private static func find(_ count: Int, in range: Range<Int>, _ mask: [UInt64], into places: inout [UInt32]) {
    var places = places.mutableSpan
    var found = 0
    for i in range where found < count {
      places[found] = UInt32(i)
      found += Int(mask[i - range.lowerBound] & 1)
    }
  }
}
