/// A positive semidefinite system scaled to unit diagonal: a = D·S·D, restricted to columns with positive diagonal.
struct ScaledSystem {
  typealias Result = (solution: [Double], rank: Int, reciprocalCondition: Double)

  let scales: [Double]
  let matrix: Matrix
  let right: [Double]

  init(_ a: Matrix, _ b: [Double], kept: [Int]) {
    scales = kept.map { a[$0, $0].squareRoot() }
    right = zip(kept, scales).map { b[$0] / $1 }
    var matrix = Matrix(rows: kept.count, columns: kept.count)
    for j in kept.indices {
      matrix[j, j] = 1
      for i in kept.indices where i > j {
        // Two divisions: the product of two tiny scales could underflow.
        let value = a[kept[i], kept[j]] / scales[i] / scales[j]
        matrix[i, j] = value
        matrix[j, i] = value
      }
    }
    self.matrix = matrix
  }

  var dimension: Int { scales.count }

  /// By Cholesky; `nil` unless the smallest eigenvalue is clearly above the cutoff.
  func solveDefinite() -> Result? {
    guard let factor = Cholesky(matrix) else { return nil }
    let norm = (0..<dimension).map { j in matrix.withColumn(j) { $0.absoluteSum } }.max() ?? 0
    let condition = factor.reciprocalCondition(norm: norm)
    // 1/‖S⁻¹‖₁ bounds the smallest eigenvalue from below; its estimate may be a small factor too large, hence 10.
    guard condition * norm > 10 * SymmetricSystem.cutoff(dimension: dimension) else { return nil }
    var y = factor.solve(right)
    let correction = factor.solve(residual(y))
    for i in y.indices { y[i] += correction[i] }
    return (zip(y, scales).map { $0 / $1 }, dimension, condition)
  }

  /// By eigenvectors; `nil` only if LAPACK does not converge.
  func solveSemidefinite() -> Result? {
    guard let eigen = try? SymmetricEigen(matrix) else { return nil }
    let cutoff = SymmetricSystem.cutoff(dimension: dimension)
    let nullity = eigen.values.count { $0 <= cutoff }
    let largest = eigen.values.last ?? 1
    guard nullity < dimension else { return ([Double](repeating: 0, count: dimension), 0, 0) }
    var y = pseudoinverse(eigen, nullity, right)
    let correction = pseudoinverse(eigen, nullity, residual(y))
    for i in y.indices { y[i] += correction[i] }
    var x = zip(y, scales).map { $0 / $1 }
    if nullity > 0 {
      let basis = NullSpace(eigen.vectors, nullity: nullity, scales: scales)
      // The second projection removes what rounding of the first leaves where scales differ widely.
      x = basis.projectedOut(of: basis.projectedOut(of: x))
    }
    return (x, dimension - nullity, eigen.values[nullity] / largest)
  }

  private func residual(_ y: [Double]) -> [Double] {
    let product = matrix.times(y)
    return right.indices.map { right[$0] - product[$0] }
  }

  private func pseudoinverse(_ eigen: SymmetricEigen, _ nullity: Int, _ b: [Double]) -> [Double] {
    var coordinates = eigen.vectors.transposeTimes(b)
    for j in coordinates.indices { coordinates[j] = j < nullity ? 0 : coordinates[j] / eigen.values[j] }
    return eigen.vectors.times(coordinates)
  }
}

/// An orthonormal basis of the null space D⁻¹·V₀ in the original coordinates.
struct NullSpace {
  private var basis: [[Double]] = []

  /// Takes the first `nullity` columns of `vectors` as V₀.
  ///
  /// LAPACK's V₀ mixes unrelated dependences, and D⁻¹ would then drown those of large columns in the rounding of small ones. Gauss–Jordan elimination
  /// with complete pivoting separates them first (each vector then has one pivot of its own and entries at most of order 1, rounding
  /// residue set to zero); Gram–Schmidt, twice, comes after the scaling.
  init(_ vectors: Matrix, nullity: Int, scales: [Double]) {
    var rows = (0..<nullity).map { vectors.column($0) }
    var isFree = Array(repeating: true, count: scales.count)
    for k in rows.indices {
      var (best, pivotRow, pivotColumn) = (-1.0, k, 0)
      for r in k..<rows.count {
        let row = rows[r]
        for c in row.indices where isFree[c] && abs(row[c]) > best { (best, pivotRow, pivotColumn) = (abs(row[c]), r, c) }
      }
      rows.swapAt(k, pivotRow)
      isFree[pivotColumn] = false
      let pivot = rows[k][pivotColumn]
      for c in scales.indices { rows[k][c] /= pivot }
      let chosen = rows[k]
      for r in rows.indices where r != k { Self.eliminate(pivotColumn, of: chosen, in: &rows[r]) }
    }
    let residue = SymmetricSystem.cutoff(dimension: scales.count)
    for row in rows {
      let largest = row.reduce(0) { max($0, abs($1)) }
      let scaled = scales.indices.map { abs(row[$0]) <= residue * largest ? 0 : row[$0] / scales[$0] }
      append(scaled)
    }
  }

  /// Takes away from a row so much of another one, whose pivot is 1, that nothing is left in the pivot's column.
  private static func eliminate(_ pivotColumn: Int, of chosen: [Double], in row: inout [Double]) {
    let factor = row[pivotColumn]
    for c in row.indices { row[c] -= factor * chosen[c] }
    row[pivotColumn] = 0
  }

  /// x − N·Nᵀ·x.
  func projectedOut(of x: [Double]) -> [Double] {
    var x = x
    for vector in basis {
      let share = zip(vector, x).reduce(0) { $0 + $1.0 * $1.1 }
      for i in x.indices { x[i] -= share * vector[i] }
    }
    return x
  }

  private mutating func append(_ vector: [Double]) {
    guard let unit = Self.normalized(vector) else { return }
    let once = projectedOut(of: unit)
    guard let again = Self.normalized(once), let final = Self.normalized(projectedOut(of: again)) else { return }
    basis.append(final)
  }

  private static func normalized(_ vector: [Double]) -> [Double]? {
    let largest = vector.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    let norm = vector.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
    return vector.map { $0 / largest / norm }
  }
}

extension Span where Element == Double {
  /// Σ|xᵢ| in order.
  var absoluteSum: Double {
    var sum = 0.0
    for i in indices { sum += abs(self[i]) }
    return sum
  }
}
