import SkewlabNumerics
import Testing

@Suite struct MatrixTests {
  @Test func `elements are stored column after column`() {
    let matrix = Matrix([[1, 2, 3], [4, 5, 6]])
    #expect(matrix.rows == 2 && matrix.columns == 3)
    #expect(matrix.elements == [1, 4, 2, 5, 3, 6])
    #expect(matrix[1, 2] == 6)
    #expect(matrix.column(1) == [2, 5])
    #expect(matrix.transposed == Matrix([[1, 4], [2, 5], [3, 6]]))
  }

  @Test func `a borrowed column is the column`() {
    let matrix = Matrix([[1, 2], [3, 4], [5, 6]])
    #expect(matrix.withColumn(1) { [$0[0], $0[1], $0[2]] } == [2, 4, 6])
    #expect(matrix.withColumn(1, rows: 1..<3) { [Double($0.count), $0[0]] } == [2, 4])
  }

  @Test func `writing a column changes nothing else and does not move the storage`() {
    var matrix = Matrix(rows: 1000, columns: 3, repeating: 1)
    let before = unsafe matrix.elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    matrix.withMutableColumn(1, rows: 10..<12) { column in
      column[0] = 7
      column[1] = 8
    }
    let after = unsafe matrix.elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    #expect(before == after)
    #expect(matrix.column(1)[9..<13] == [1, 7, 8, 1])
    #expect(matrix.column(0).allSatisfy { $0 == 1 } && matrix.column(2).allSatisfy { $0 == 1 })
  }

  @Test func `copies are independent`() {
    let original = Matrix.identity(2)
    var copy = original
    copy.withMutableColumn(0) { $0[0] = 5 }
    copy[1, 1] = 6
    #expect(original == Matrix([[1, 0], [0, 1]]) && copy == Matrix([[5, 0], [0, 6]]))
  }

  @Test func `products agree with NumPy`() {
    let product = LinearFigures.left * LinearFigures.right
    #expect(relativeError(product.elements, LinearFigures.product.elements) < Tolerance.linear)
    for j in 0..<2 {
      #expect(relativeError(LinearFigures.left.times(LinearFigures.right.column(j)), product.column(j)) < Tolerance.linear)
    }
    #expect(LinearFigures.left.transposeTimes([1, 2, 3]) == LinearFigures.left.transposed.times([1, 2, 3]))
  }

  @Test func `sums, differences and multiples`() {
    let a = Matrix([[1, 2], [3, 4]])
    #expect(a + a == 2 * a && a * 3 - a == 2 * a)
    #expect(Matrix.diagonal([2, 3]) * a == Matrix([[2, 4], [9, 12]]))
  }

  @Test func `addProduct is a constant plus weighted leading columns`() {
    let matrix = Matrix([[1, 10, 100], [2, 20, 200], [3, 30, 300]])
    var out = [Double.nan, .nan]
    var span = out.mutableSpan
    matrix.addProduct(rows: 1..<3, weights: [1, 0.5], constant: 4, into: &span)
    #expect(out == [16, 22])
    span = out.mutableSpan
    matrix.addProduct(rows: 1..<3, weights: [], constant: 4, into: &span)
    #expect(out == [4, 4])
  }

  @Test func `addProduct gives a row the same bits in chunks of any size`() {
    let stream = RandomStream(seed: 1, name: "addProduct")
    let matrix = Matrix(rows: 3001, columns: 7, elements: stream.normals(count: 3001 * 7, at: .init(replicate: 0, cycle: 0)))
    let weights = stream.normals(count: 7, at: .init(replicate: 1, cycle: 0))
    let whole = product(matrix, weights, chunk: 3001)
    for chunk in [1, 3, 250, 1024] { #expect(product(matrix, weights, chunk: chunk) == whole, "chunks of \(chunk)") }
  }

  @Test func `empty matrices have empty products`() {
    let empty = Matrix(rows: 0, columns: 0)
    #expect(empty * empty == empty)
    #expect(empty.times([]) == [] && empty.transposed == empty && Matrix([]) == empty)
    #expect(Matrix(rows: 2, columns: 0) * Matrix(rows: 0, columns: 2) == Matrix(rows: 2, columns: 2))
    #expect(Matrix(rows: 2, columns: 0).times([]) == [0, 0])
  }

  @Test func `a wrong shape is a caller's bug`() async {
    await #expect(processExitsWith: .failure) { _ = Matrix.identity(2) * Matrix.identity(3) }
    await #expect(processExitsWith: .failure) { _ = Matrix.identity(2)[2, 0] }
    await #expect(processExitsWith: .failure) {
      var matrix = Matrix.identity(2)
      matrix.elements.append(1)
    }
  }

  private func product(_ matrix: Matrix, _ weights: [Double], chunk: Int) -> [Double] {
    var result: [Double] = []
    for start in stride(from: 0, to: matrix.rows, by: chunk) {
      let rows = start..<min(start + chunk, matrix.rows)
      var part = [Double](repeating: .nan, count: rows.count)
      var span = part.mutableSpan
      matrix.addProduct(rows: rows, weights: weights, constant: 0.3, into: &span)
      result += part
    }
    return result
  }
}
