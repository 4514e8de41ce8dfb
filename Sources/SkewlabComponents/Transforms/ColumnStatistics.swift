internal import SkewlabNumerics

/// Weighted mean and sum of squared deviations of the values present (not NaN) in a column; two passes, each summed in blocks of 1,024 rows.
struct PresentMoments {
  private(set) var weight = 0.0
  private(set) var mean = 0.0
  private(set) var squares = 0.0

  init(_ matrix: Matrix, column: Int, weights: [Double]) {
    matrix.withColumn(column) { x in
      // From a value of the column itself, so that the mean of a constant is that constant to the last bit.
      guard let first = x.indices.first(where: { !x[$0].isNaN && weights[$0] > 0 }) else { return }
      let origin = x[first]
      let (total, sum) = Self.sums(x, weights) { $0 - origin }
      weight = total
      mean = origin + sum / total
      let center = mean
      squares = Self.sums(x, weights) { ($0 - center) * ($0 - center) }.sum
    }
  }

  private static func sums(_ x: Span<Double>, _ weights: [Double], _ value: (Double) -> Double) -> (weight: Double, sum: Double) {
    var weight = 0.0, sum = 0.0
    for start in stride(from: 0, to: x.count, by: 1024) {
      var blockWeight = 0.0, blockSum = 0.0
      for i in start..<min(start + 1024, x.count) where !x[i].isNaN {
        blockWeight += weights[i]
        blockSum += weights[i] * value(x[i])
      }
      weight += blockWeight
      sum += blockSum
    }
    return (weight, sum)
  }

  /// √(Σw(x − m)²/(W − ddof)); 0 without enough values.
  func standardDeviation(ddof: Double) -> Double { weight > ddof ? (squares / (weight - ddof)).squareRoot() : 0 }
}

/// The values present in a column, in increasing order, with their weights.
struct PresentOrder {
  private let sorted: [(value: Double, weight: Double)]

  init(_ matrix: Matrix, column: Int, weights: [Double]) {
    sorted = matrix.withColumn(column) { x in
      x.indices.compactMap { x[$0].isNaN ? nil : (x[$0], weights[$0]) }.sorted { $0.value < $1.value }
    }
  }

  /// The weighted median: the middle value, or the mean of the two middle ones; `nil` without values.
  var median: Double? {
    let half = sorted.reduce(0) { $0 + $1.weight } / 2
    var below = 0.0
    for (index, entry) in sorted.enumerated() {
      below += entry.weight
      if below == half, index + 1 < sorted.count { return (entry.value + sorted[index + 1].value) / 2 }
      if below >= half { return entry.value }
    }
    return nil
  }

  /// The value with the greatest weight, the least such value in a tie; `nil` without values.
  var mode: Double? {
    var best: (value: Double, weight: Double)?
    var index = 0
    while index < sorted.count {
      var weight = 0.0
      let value = sorted[index].value
      while index < sorted.count, sorted[index].value == value {
        weight += sorted[index].weight
        index += 1
      }
      if weight > best?.weight ?? 0 { best = (value, weight) }
    }
    return best?.value
  }
}

extension Matrix {
  /// Writes f of a column's first rows into one of ours. Inlined, so that f is: it runs once a value.
  @inline(__always)
  mutating func map(column target: Int, from input: Matrix, column source: Int, rows: Int, _ f: (Double) -> Double) {
    input.withColumn(source, rows: 0..<rows) { x in
      withMutableColumn(target, rows: 0..<rows) { out in
        for i in 0..<rows { out[i] = f(x[i]) }
      }
    }
  }

  /// Copies the first rows of a column.
  mutating func copy(column: Int, from input: Matrix, rows: Int) {
    map(column: column, from: input, column: column, rows: rows) { $0 }
  }
}
