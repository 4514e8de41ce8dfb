internal import SkewlabNumerics

extension Moments {
  /// Moments of (features…, outcome) of some rows.
  init(features: Matrix, outcomes: [Double], rows: Range<Int>, weights: [Double]? = nil) {
    self.init(dimension: features.columns + 1)
    var scratch = Matrix(rows: Simulation.blockRows, columns: features.columns + 1)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: Simulation.blockRows) {
      let block = start..<min(start + Simulation.blockRows, rows.upperBound)
      for j in 0..<features.columns { scratch.copy(column: j, from: features, column: j, rows: block) }
      scratch.withMutableColumn(features.columns) { column in
        for i in block { column[i - start] = outcomes[i] }
      }
      if let weights {
        add(scratch, rows: 0..<block.count, weights: weights.span.extracting(block))
      } else {
        add(scratch, rows: 0..<block.count)
      }
    }
  }
}

extension Matrix {
  /// Copies rows of another matrix's column to the top of one of ours.
  mutating func copy(column target: Int, from other: Matrix, column source: Int, rows: Range<Int>) {
    other.withColumn(source, rows: rows) { values in
      withMutableColumn(target, rows: 0..<rows.count) { column in
        for i in values.indices { column[i] = values[i] }
      }
    }
  }
}
