internal import COpenBLAS

/// Scratch for ``Moments``: one block's weight, mean and centred cross-products.
struct MomentsBlock {
  static let size = 1024

  let dimension: Int
  private(set) var weight = 0.0
  private(set) var mean: [Double]
  /// The upper triangle of the p × p cross-products; the lower is not meaningful.
  private(set) var cross: [Double]
  private var centred: [Double]
  private var roots: [Double] = []

  init(dimension: Int, rows: Int) {
    self.dimension = dimension
    mean = [Double](repeating: 0, count: dimension)
    cross = [Double](repeating: 0, count: dimension * dimension)
    centred = [Double](repeating: 0, count: dimension * rows)
  }

  /// Sums begin at the block's first row, so a constant column has its exact mean and exactly zero deviations.
  mutating func fill(_ block: Matrix, rows: Range<Int>) {
    let n = rows.count
    weight = Double(n)
    for j in 0..<dimension {
      let first = block[rows.lowerBound, j]
      var target = centred.mutableSpan
      mean[j] = block.withColumn(j, rows: rows) { column in
        var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
        let quads = n & ~3
        for i in stride(from: 0, to: quads, by: 4) {
          s0 += column[i] - first
          s1 += column[i + 1] - first
          s2 += column[i + 2] - first
          s3 += column[i + 3] - first
        }
        for i in quads..<n { s0 += column[i] - first }
        let mean = first + ((s0 + s1) + (s2 + s3)) / Double(n)
        for i in 0..<n { target[j * n + i] = column[i] - mean }
        return mean
      }
    }
    Self.multiply(centred, rows: n, dimension: dimension, into: &cross)
  }

  /// As above with weights; rows enter the products times the square roots of their weights.
  mutating func fill(_ block: Matrix, rows: Range<Int>, weights: Span<Double>) {
    let n = rows.count
    weight = 0
    for i in 0..<n { weight += weights[i] }
    guard weight > 0 else { return }
    roots.removeAll(keepingCapacity: true)
    for i in 0..<n { roots.append(weights[i].squareRoot()) }
    let (total, roots) = (weight, roots)
    for j in 0..<dimension {
      let first = block[rows.lowerBound, j]
      var target = centred.mutableSpan
      mean[j] = block.withColumn(j, rows: rows) { column in
        var sum = 0.0
        for i in 0..<n { sum += weights[i] * (column[i] - first) }
        let mean = first + sum / total
        for i in 0..<n { target[j * n + i] = (column[i] - mean) * roots[i] }
        return mean
      }
    }
    Self.multiply(centred, rows: n, dimension: dimension, into: &cross)
  }

  /// The upper triangle of centredᵀ·centred.
  private static func multiply(_ centred: [Double], rows: Int, dimension: Int, into cross: inout [Double]) {
    guard dimension > 0 else { return }
    let (n, k) = (Int32(dimension), Int32(rows))
    unsafe centred.withUnsafeBufferPointer { a in
      unsafe cross.withUnsafeMutableBufferPointer { c in
        unsafe cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, n, k, 1, a.baseAddress, k, 0, c.baseAddress, n)
      }
    }
  }
}
