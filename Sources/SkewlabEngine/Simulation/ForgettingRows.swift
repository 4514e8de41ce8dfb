internal import SkewlabNumerics

/// Scratch for rows whose weight falls by a factor λ with every row after them: a block's chosen rows, gathered, and their weights.
struct ForgettingRows: Sendable {
  /// λ⁰, λ¹, … up to the size of a block.
  let powers: [Double]
  /// The same backwards, so that the weights of k rows are its last k.
  private let weights: [Double]
  private var places: [Int] = []
  private var gathered: Matrix

  init(factor: Double, columns: Int) {
    var powers = [1.0]
    while powers.count <= Simulation.blockRows { powers.append(powers[powers.count - 1] * factor) }
    self.powers = powers
    weights = powers.dropLast().reversed()
    places.reserveCapacity(Simulation.blockRows)
    gathered = Matrix(rows: Simulation.blockRows, columns: columns)
  }

  /// Fills a block of moments with the chosen rows of a matrix and of one more column, the last row with weight 1; returns how many there are.
  mutating func fill(_ moments: inout MomentsBlock, _ range: Range<Int>, of source: Matrix, last: [Double], where isChosen: (Int) -> Bool)
    -> Int
  {
    places.removeAll(keepingCapacity: true)
    for i in range where isChosen(i) { places.append(i) }
    let count = places.count
    guard count > 0 else { return 0 }
    for j in 0..<source.columns {
      source.withColumn(j) { column in
        gathered.withMutableColumn(j) { target in for (k, i) in places.enumerated() { target[k] = column[i] } }
      }
    }
    gathered.withMutableColumn(source.columns) { target in for (k, i) in places.enumerated() { target[k] = last[i] } }
    moments.fill(gathered, rows: 0..<count, weights: weights.span.extracting(weights.count - count..<weights.count))
    return count
  }
}
