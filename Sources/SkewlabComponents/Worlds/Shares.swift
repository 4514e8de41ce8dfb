internal import SkewlabEngine
internal import SkewlabNumerics

/// Shares of categories under conditions, and a draw from them that leaves as many rows as possible where they were.
enum Shares {
  /// The shares after changes to some of them, the others changed in proportion so that all add up to 1; `nil` where one would leave 0…1.
  ///
  /// - Parameters:
  ///   - base: Shares that add up to 1.
  ///   - offsets: What is added, by place.
  static func changed(_ base: [Double], by offsets: [Int: Double]) -> [Double]? {
    guard !offsets.isEmpty else { return base }
    // Rounding: sums of shares.
    let tolerance = 1e-12
    var shares = base
    var named = 0.0, before = 0.0
    for place in offsets.keys.sorted() {
      let share = base[place] + (offsets[place] ?? 0)
      guard share >= -tolerance, share <= 1 + tolerance else { return nil }
      shares[place] = min(1, max(0, share))
      named += shares[place]
      before += base[place]
    }
    let rest = 1 - before
    guard named <= 1 + tolerance, rest > tolerance || abs(named - 1) <= tolerance else { return nil }
    let factor = rest > tolerance ? max(0, 1 - named) / rest : 0
    for place in shares.indices where offsets[place] == nil { shares[place] *= factor }
    return shares
  }

  /// In words, what is wrong when ``changed(_:by:)`` gives nothing.
  static func problem(_ base: [Double], by offsets: [Int: Double], names: [String], what: String) -> String? {
    guard changed(base, by: offsets) == nil else { return nil }
    let wanted = offsets.keys.sorted().map { "'\(names[$0])' \(decimalText(base[$0] + (offsets[$0] ?? 0)))" }
    return "the shares of \(what) would be \(wanted.joined(separator: ", ")), and the others what is left of 1"
  }
}

/// A draw from changed shares that follows one from the shares as they were: row by row the category stays, with the largest probability that the new shares allow, or becomes one that has
/// grown, each with its share of the growth.
struct ShareCoupling: Sendable {
  private let kept: [Double]
  /// The growth up to each category, and with it, over the whole growth.
  private let growth: [Double]

  /// - Parameters:
  ///   - old: Shares, or weights with the same sum as the new ones.
  ///   - new: The same after the change.
  init(from old: [Double], to new: [Double]) {
    kept = zip(old, new).map { $0 > 0 ? min(1, $1 / $0) : 1 }
    var sum = 0.0
    let sums = zip(old, new).map { old, new in
      sum += max(0, new - old)
      return sum
    }
    growth = sums.map { sum > 0 ? $0 / sum : 0 }
  }

  /// The category of a row that would have been `place`, by two uniform numbers of its own.
  func place(_ place: Int, stay: Double, choice: Double) -> Int {
    guard stay >= kept[place] else { return place }
    // The first category whose sum is above the number.
    var low = 0, high = growth.count - 1
    while low < high {
      let middle = (low + high) / 2
      if choice < growth[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
