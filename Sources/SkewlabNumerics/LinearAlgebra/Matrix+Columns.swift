internal import CSkewlabKernels

extension Matrix {
  /// Column `target` += factor · column `source`, on the first rows.
  public mutating func addMultiple(_ factor: Double, ofColumn source: Int, toColumn target: Int, rows count: Int) {
    precondition(source != target && count <= rows, "two columns, and rows that are there")
    let from = source * rows, to = target * rows
    var span = elements.mutableSpan
    for i in 0..<count {
      let value = span[from + i]
      span[to + i] += factor * value
    }
  }

  /// Copies rows of another matrix to the top of the first columns, and the same rows of one more column after them.
  ///
  /// - Parameters:
  ///   - places: Which rows, in which order.
  ///   - count: How many of the places count.
  ///   - source: The matrix; all its columns are taken.
  ///   - last: The column after them.
  package mutating func gather(_ places: [UInt32], count: Int, of source: Matrix, last: [Double]) {
    precondition(columns > source.columns && rows >= count, "room for the rows and one column more")
    let places = places.span.extracting(0..<count)
    var largest: UInt32 = 0
    for i in places.indices { largest = max(largest, places[i]) }
    precondition(count == 0 || largest < min(source.rows, last.count), "no such rows")
    for j in 0..<source.columns {
      source.withColumn(j) { from in withMutableColumn(j) { Self.gather(places, of: from, into: &$0) } }
    }
    withMutableColumn(source.columns) { Self.gather(places, of: last.span, into: &$0) }
  }

  private static func gather(_ places: Span<UInt32>, of source: Span<Double>, into target: inout MutableSpan<Double>) {
    unsafe source.withUnsafeBufferPointer { source in
      unsafe places.withUnsafeBufferPointer { places in
        unsafe target.withUnsafeMutableBufferPointer { target in
          guard let from = source.baseAddress, let place = places.baseAddress, let to = target.baseAddress else { return }
          unsafe skewlab_gather(from, place, places.count, to)
        }
      }
    }
  }
}

extension Array {
  /// Takes the storage out, leaving nothing, so that it can be changed while its former owner is read.
  package mutating func taken() -> [Element] {
    let storage = self
    self = []
    return storage
  }
}
