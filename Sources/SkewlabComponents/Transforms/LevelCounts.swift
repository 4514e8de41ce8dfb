internal import SkewlabNumerics

/// How much weight each level of a text feature has in a window.
struct LevelCounts {
  let weights: [Double]

  init(_ matrix: Matrix, column: Int, weights: [Double], levels: Int) {
    var counts = Array(repeating: 0.0, count: levels)
    matrix.withColumn(column) { codes in
      for i in codes.indices where codes[i] >= 0 && codes[i] < Double(levels) { counts[Int(codes[i])] += weights[i] }
    }
    self.weights = counts
  }

  /// Whether the window has the level.
  func has(_ code: Int) -> Bool { weights[code] > 0 }
  /// The level with the greatest weight, the first in a tie.
  var mode: Int { weights.indices.max { (weights[$0], -$0) < (weights[$1], -$1) } ?? 0 }
}
