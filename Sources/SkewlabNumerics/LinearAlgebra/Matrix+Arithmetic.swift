internal import COpenBLAS
internal import CSkewlabKernels

extension Matrix {
  /// The transpose.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for j in 0..<columns {
      for i in 0..<rows { result.elements[j + i * columns] = elements[i + j * rows] }
    }
    return result
  }

  /// The matrix product, by dgemm.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows, "the inner sizes of a product must agree")
    var result = Matrix(rows: left.rows, columns: right.columns)
    guard left.rows > 0, right.columns > 0, left.columns > 0 else { return result }
    let (m, n, k) = (Int32(left.rows), Int32(right.columns), Int32(left.columns))
    unsafe left.elements.withUnsafeBufferPointer { a in
      unsafe right.elements.withUnsafeBufferPointer { b in
        unsafe result.elements.withUnsafeMutableBufferPointer { c in
          unsafe cblas_dgemm(
            CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.baseAddress, m, b.baseAddress, k, 0, c.baseAddress, m)
        }
      }
    }
    return result
  }

  /// The matrix times a vector, by dgemv.
  public func times(_ vector: [Double]) -> [Double] {
    precondition(vector.count == columns, "the vector must have one element a column")
    return product(vector, CblasNoTrans, count: rows)
  }

  /// The transpose times a vector, by dgemv.
  public func transposeTimes(_ vector: [Double]) -> [Double] {
    precondition(vector.count == rows, "the vector must have one element a row")
    return product(vector, CblasTrans, count: columns)
  }

  /// out[i] = constant + Σⱼ self[rows.lowerBound + i, j]·weights[j], without allocation.
  ///
  /// Each row is summed on its own in the order of the columns, so its bits depend neither on the chunk it is part of nor on the
  /// CPU. That is why this is a kernel and not dgemv.
  ///
  /// - Parameters:
  ///   - range: Which rows.
  ///   - weights: One for each of the first `weights.count` columns; at most as many as there are columns.
  ///   - constant: The constant term.
  ///   - out: One element for each of the rows; what it held is overwritten.
  public func addProduct(rows range: Range<Int>, weights: [Double], constant: Double, into out: inout MutableSpan<Double>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "no such rows")
    precondition(weights.count <= columns, "at most one weight a column")
    precondition(out.count == range.count, "the output must have one element a row")
    guard !range.isEmpty else { return }
    guard !weights.isEmpty else { return out.update(repeating: constant) }
    let part = elements.span.extracting(range.lowerBound..<elements.count)
    unsafe part.withUnsafeBufferPointer { a in
      unsafe weights.withUnsafeBufferPointer { w in
        unsafe out.withUnsafeMutableBufferPointer { out in
          guard let first = a.baseAddress, let weight = w.baseAddress, let result = out.baseAddress else { return }
          unsafe skewlab_weighted_columns(first, rows, range.count, weight, weights.count, constant, result)
        }
      }
    }
  }

  /// Adds the first columns, times the elements of a map's product with weights, to what is in `out`: one after another, in the order of the columns,
  /// without allocation. A column whose factor is zero is left out, not added zero times: it may be infinite.
  ///
  /// - Parameters:
  ///   - range: Which rows.
  ///   - weights: One for each column of `map`.
  ///   - map: A row for each column that is added.
  ///   - out: One element for each of the rows.
  public func add(rows range: Range<Int>, weights: [Double], through map: Matrix, to out: inout MutableSpan<Double>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "no such rows")
    precondition(map.rows <= columns && map.columns == weights.count, "the map must fit the columns and the weights")
    precondition(out.count == range.count, "the output must have one element a row")
    guard !range.isEmpty, map.rows > 0, !weights.isEmpty else { return }
    let part = elements.span.extracting(range.lowerBound..<elements.count)
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: map.rows) { factors in
      unsafe factors.initialize(repeating: 0)
      unsafe map.multiply(weights, CblasNoTrans, into: factors)
      unsafe part.withUnsafeBufferPointer { a in
        unsafe out.withUnsafeMutableBufferPointer { out in
          guard let from = a.baseAddress, let factor = factors.baseAddress, let result = out.baseAddress else { return }
          var first = 0
          while first < map.rows {
            var end = first
            while end < map.rows, unsafe factor[end] != 0 { end += 1 }
            if end > first {
              unsafe skewlab_add_columns(from + first * rows, rows, range.count, factor + first, end - first, result)
            }
            first = end + 1
          }
        }
      }
    }
  }

  /// The elementwise sum.
  public static func + (left: Matrix, right: Matrix) -> Matrix { left.combined(right) { $0 + $1 } }

  /// The elementwise difference.
  public static func - (left: Matrix, right: Matrix) -> Matrix { left.combined(right) { $0 - $1 } }

  /// Every element times a number.
  public static func * (factor: Double, matrix: Matrix) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { factor * $0 })
  }

  /// Every element times a number.
  public static func * (matrix: Matrix, factor: Double) -> Matrix { factor * matrix }

  private func combined(_ other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "both matrices must have the same shape")
    var result = self
    for i in result.elements.indices { result.elements[i] = operation(elements[i], other.elements[i]) }
    return result
  }

  private func product(_ vector: [Double], _ transpose: CBLAS_TRANSPOSE, count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    guard rows > 0, columns > 0 else { return result }
    unsafe result.withUnsafeMutableBufferPointer { unsafe multiply(vector, transpose, into: $0) }
    return result
  }

  /// Not for an empty matrix. The sizes are the caller's care.
  private func multiply(_ vector: [Double], _ transpose: CBLAS_TRANSPOSE, into result: UnsafeMutableBufferPointer<Double>) {
    let (m, n) = (Int32(rows), Int32(columns))
    unsafe elements.withUnsafeBufferPointer { a in
      unsafe vector.withUnsafeBufferPointer { x in
        unsafe cblas_dgemv(CblasColMajor, transpose, m, n, 1, a.baseAddress, m, x.baseAddress, 1, 0, result.baseAddress, 1)
      }
    }
  }
}
