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
}

extension Array {
  /// Takes the storage out, leaving nothing, so that it can be changed while its former owner is read.
  package mutating func taken() -> [Element] {
    let storage = self
    self = []
    return storage
  }
}
