internal import COpenBLAS
internal import CSkewlabKernels

/// Scratch for ``Moments``: the weight, mean and centred cross-products of a block of up to ``size`` rows. Filling it again allocates nothing.
package struct MomentsBlock: Sendable {
  /// Rows of a full block.
  package static let size = 1024
  /// From this dimension on the BLAS library forms the products; below, where it spends most of its time rearranging columns, a kernel does.
  static let libraryDimension = 160

  package let dimension: Int
  private(set) var count = 0
  private(set) var weight = 0.0
  private(set) var mean: [Double]
  /// What rounding the mean to a double leaves out.
  private(set) var meanRest: [Double]
  /// The upper triangle of the p × p cross-products; the lower is not meaningful.
  private(set) var cross: [Double]
  /// Columns of deviations, each filled up with zeros to the stride.
  private var centred: [Double]
  /// The length of a column in `centred`: whole groups of eight.
  private var stride = 0
  private var roots: [Double] = []

  /// Room for blocks of so many rows.
  package init(dimension: Int, rows: Int = MomentsBlock.size) {
    self.dimension = dimension
    mean = [Double](repeating: 0, count: dimension)
    meanRest = mean
    cross = [Double](repeating: 0, count: dimension * dimension)
    centred = [Double](repeating: 0, count: dimension * ((min(rows, Self.size) + 7) / 8 * 8))
  }

  /// Takes in rows with weight 1 each.
  ///
  /// Everything is relative to the block's first row, so a mean far from zero costs no digits and a constant column has its exact
  /// mean and exactly zero deviations.
  mutating func fill(_ block: Matrix, rows: Range<Int>) {
    begin(rows.count)
    weight = Double(rows.count)
    for j in 0..<dimension {
      let place = j * stride
      setMean(j, block[rows.lowerBound, j], block.withColumn(j, rows: rows) { Self.centre($0, into: &centred, at: place) })
    }
    multiply()
  }

  /// Takes in chosen rows of a matrix and of one more column after it, with weight 1 each.
  ///
  /// - Parameters:
  ///   - chosen: Which rows; at least one.
  ///   - source: The matrix; all its columns are taken.
  ///   - last: The column after them.
  package mutating func fill(_ chosen: ChosenRows, of source: Matrix, last: [Double]) {
    precondition(dimension == source.columns + 1 && chosen.count > 0, "a matrix, one column more, and rows")
    precondition(chosen.range.upperBound <= min(source.rows, last.count), "no such rows")
    begin(chosen.isDense ? chosen.range.count : chosen.count)
    count = chosen.count
    weight = Double(count)
    let first = Int(chosen.places[0])
    for j in 0..<source.columns {
      let place = j * stride
      let shift = source.withColumn(j) { Self.centre($0, chosen, into: &centred, at: place) }
      setMean(j, source[first, j], shift)
    }
    let shift = Self.centre(last.span, chosen, into: &centred, at: source.columns * stride)
    setMean(source.columns, last[first], shift)
    multiply()
  }

  /// Takes in rows with weights; they enter the products times the square roots of their weights.
  package mutating func fill(_ block: Matrix, rows: Range<Int>, weights: Span<Double>) {
    begin(rows.count)
    weight = 0
    for i in weights.indices { weight += weights[i] }
    guard weight > 0 else { return }
    roots.removeAll(keepingCapacity: true)
    for i in weights.indices { roots.append(weights[i].squareRoot()) }
    for j in 0..<dimension {
      let (place, total, roots) = (j * stride, weight, roots)
      let shift = block.withColumn(j, rows: rows) { Self.centre($0, weights, total: total, roots: roots, into: &centred, at: place) }
      setMean(j, block[rows.lowerBound, j], shift)
    }
    multiply()
  }

  private mutating func begin(_ rows: Int) {
    stride = (rows + 7) / 8 * 8
    precondition(dimension * stride <= centred.count, "more rows than there is room for")
    count = rows
    for j in 0..<dimension {
      for i in (j * stride + rows)..<((j + 1) * stride) { centred[i] = 0 }
    }
  }

  private mutating func setMean(_ j: Int, _ first: Double, _ shift: Double) {
    let exact = exactSum(first, shift)
    mean[j] = exact.sum
    meanRest[j] = exact.rest
  }

  // What writes deviations is static: the optimiser of Swift 6.3 loses other changes of self around a span of one of its arrays.

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

  /// The same for chosen rows; the caller has checked that they are there.
  private static func centre(
    _ column: Span<Double>, _ chosen: ChosenRows, into centred: inout [Double], at place: Int
  ) -> Double {
    let first = column[Int(chosen.places[0])]
    var shift = 0.0
    var whole = centred.mutableSpan
    var target = whole._mutatingExtracting(place..<place + (chosen.isDense ? chosen.range.count : chosen.count))
    unsafe target.withUnsafeMutableBufferPointer { target in
      guard let to = target.baseAddress else { return }
      if chosen.isDense {
        unsafe column.extracting(chosen.range).withUnsafeBufferPointer { column in
          unsafe chosen.mask.withUnsafeBufferPointer { mask in
            guard let from = column.baseAddress, let mask = mask.baseAddress else { return }
            unsafe skewlab_centre_masked(from, mask, column.count, first, Double(chosen.count), to, &shift)
          }
        }
      } else {
        unsafe column.withUnsafeBufferPointer { column in
          unsafe chosen.places.withUnsafeBufferPointer { places in
            guard let from = column.baseAddress, let place = places.baseAddress else { return }
            unsafe skewlab_centre_chosen(from, place, chosen.count, to, &shift)
          }
        }
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
  private mutating func multiply() {
    guard dimension > 0 else { return }
    let rows = stride, dimension = dimension
    unsafe centred.withUnsafeBufferPointer { a in
      unsafe cross.withUnsafeMutableBufferPointer { c in
        guard let from = a.baseAddress, let to = c.baseAddress else { return }
        if dimension < Self.libraryDimension {
          unsafe skewlab_products(from, rows, dimension, to)
        } else {
          let (n, k) = (Int32(dimension), Int32(rows))
          unsafe cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, n, k, 1, from, k, 0, to, n)
        }
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
