internal import COpenBLAS
internal import CSkewlabKernels

/// Scratch for ``Moments``: one block's weight, mean and centred cross-products.
struct MomentsBlock {
  static let size = 1024

  let dimension: Int
  private(set) var weight = 0.0
  private(set) var mean: [Double]
  /// What rounding the mean to a double leaves out.
  private(set) var meanRest: [Double]
  /// The upper triangle of the p × p cross-products; the lower is not meaningful.
  private(set) var cross: [Double]
  private var centred: [Double]
  private var roots: [Double] = []

  init(dimension: Int, rows: Int) {
    self.dimension = dimension
    mean = [Double](repeating: 0, count: dimension)
    meanRest = mean
    cross = [Double](repeating: 0, count: dimension * dimension)
    centred = [Double](repeating: 0, count: dimension * rows)
  }

  /// Takes in rows with weight 1 each.
  ///
  /// Everything is relative to the block's first row, so a mean far from zero costs no digits and a constant column has its exact
  /// mean and exactly zero deviations.
  mutating func fill(_ block: Matrix, rows: Range<Int>) {
    weight = Double(rows.count)
    for j in 0..<dimension {
      let place = j * rows.count
      setMean(j, block[rows.lowerBound, j], block.withColumn(j, rows: rows) { Self.centre($0, into: &centred, at: place) })
    }
    Self.multiply(centred, rows: rows.count, dimension: dimension, into: &cross)
  }

  /// As above with weights; rows enter the products times the square roots of their weights.
  mutating func fill(_ block: Matrix, rows: Range<Int>, weights: Span<Double>) {
    weight = 0
    for i in weights.indices { weight += weights[i] }
    guard weight > 0 else { return }
    roots.removeAll(keepingCapacity: true)
    for i in weights.indices { roots.append(weights[i].squareRoot()) }
    for j in 0..<dimension {
      let (place, total, roots) = (j * rows.count, weight, roots)
      let shift = block.withColumn(j, rows: rows) { column in
        Self.centre(column, weights, total: total, roots: roots, into: &centred, at: place)
      }
      setMean(j, block[rows.lowerBound, j], shift)
    }
    Self.multiply(centred, rows: rows.count, dimension: dimension, into: &cross)
  }

  private mutating func setMean(_ j: Int, _ first: Double, _ shift: Double) {
    let exact = exactSum(first, shift)
    mean[j] = exact.sum
    meanRest[j] = exact.rest
  }

  /// Writes the deviations from the mean; returns the mean minus the first element.
  private static func centre(_ column: Span<Double>, into centred: inout [Double], at place: Int) -> Double {
    var shift = 0.0
    var whole = centred.mutableSpan
    var target = whole._mutatingExtracting(place..<place + column.count)
    unsafe column.withUnsafeBufferPointer { column in
      unsafe target.withUnsafeMutableBufferPointer { target in
        guard let from = column.baseAddress, let to = target.baseAddress else { return }
        unsafe skewlab_centre(from, column.count, to, &shift)
      }
    }
    return shift
  }

  private static func centre(
    _ column: Span<Double>, _ weights: Span<Double>, total: Double, roots: [Double], into centred: inout [Double], at place: Int
  ) -> Double {
    let first = column[0]
    var sum = 0.0
    for i in column.indices { sum += weights[i] * (column[i] - first) }
    let shift = sum / total
    var target = centred.mutableSpan
    for i in column.indices { target[place + i] = ((column[i] - first) - shift) * roots[i] }
    return shift
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

/// x + y as the rounded sum and what rounding leaves out, exactly (Knuth's two-sum; Møller 1965).
func exactSum(_ x: Double, _ y: Double) -> (sum: Double, rest: Double) {
  let sum = x + y
  let other = sum - x
  return (sum, (x - (sum - other)) + (y - other))
}
