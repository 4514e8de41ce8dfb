/// A dense matrix of doubles in column-major order: element (i, j) is `elements[i + j * rows]`.
///
/// A value: copies are independent. Shapes are checked at every operation; a mismatch is a caller's bug.
public struct Matrix: Sendable, Hashable {
  /// The number of rows, also the distance between columns in ``elements``.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// All elements, column after column. Its count never changes.
  public var elements: [Double] {
    didSet { precondition(elements.count == rows * columns, "a matrix keeps its number of elements") }
  }

  /// A matrix with every element the same.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: value, count: rows * columns)
  }

  /// A matrix of elements given column after column; their count must be rows × columns.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "a matrix needs rows × columns elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix written row by row; the rows must have equal lengths.
  public init(_ rows: [[Double]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "the rows of a matrix have equal lengths")
    self.rows = rows.count
    self.columns = columns
    elements = (0..<columns).flatMap { j in rows.map { $0[j] } }
  }

  /// The n × n identity.
  public static func identity(_ n: Int) -> Matrix { diagonal([Double](repeating: 1, count: n)) }

  /// The square matrix with the given diagonal and zeros elsewhere.
  public static func diagonal(_ d: [Double]) -> Matrix {
    var result = Matrix(rows: d.count, columns: d.count)
    for i in d.indices { result[i, i] = d[i] }
    return result
  }

  /// Element (row, column).
  public subscript(row: Int, column: Int) -> Double {
    get {
      checkPlace(row, column)
      return elements[row + column * rows]
    }
    set {
      checkPlace(row, column)
      elements[row + column * rows] = newValue
    }
  }

  /// A copy of column j.
  public func column(_ j: Int) -> [Double] {
    checkColumn(j)
    return Array(elements[j * rows..<(j + 1) * rows])
  }

  /// Lends column j, or the given rows of it, without copying.
  public func withColumn<R>(_ j: Int, rows range: Range<Int>? = nil, _ body: (Span<Double>) throws -> R) rethrows -> R {
    let place = checkedPlaces(j, range)
    return try body(elements.span.extracting(place))
  }

  /// Lends column j, or the given rows of it, for writing in place: no copy unless the matrix shares its storage with another.
  public mutating func withMutableColumn<R>(
    _ j: Int, rows range: Range<Int>? = nil, _ body: (inout MutableSpan<Double>) throws -> R
  ) rethrows -> R {
    let place = checkedPlaces(j, range)
    var whole = elements.mutableSpan
    var part = whole._mutatingExtracting(place)
    return try body(&part)
  }

  /// Whether every element is finite.
  public var isFinite: Bool { elements.allSatisfy { $0.isFinite } }

  /// Whether rows and columns are equal in number.
  public var isSquare: Bool { rows == columns }

  private func checkPlace(_ row: Int, _ column: Int) {
    precondition(0 <= row && row < rows && 0 <= column && column < columns, "no such element")
  }

  private func checkColumn(_ j: Int) {
    precondition(0 <= j && j < columns, "no such column")
  }

  private func checkedPlaces(_ j: Int, _ range: Range<Int>?) -> Range<Int> {
    checkColumn(j)
    let range = range ?? 0..<rows
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "no such rows")
    return range.lowerBound + j * rows..<range.upperBound + j * rows
  }
}
