internal import SkewlabEngine
internal import SkewlabNumerics

/// What a step needs its columns to be.
enum ColumnNeed {
  case numeric, text

  func holds(_ column: Schema.Column) -> Bool { column.isNumeric == (self == .numeric) }
  /// In words, for messages.
  var words: String { self == .numeric ? "numeric" : "a text feature" }
}

extension FeatureSelection {
  /// The columns selected, checked.
  func indices(_ need: ColumnNeed, in schema: Schema, at path: DocumentPath) throws(ScenarioError) -> [Int] {
    try indices(in: schema, at: path, requirement: need.words, where: need.holds)
  }

  /// The columns selected of a schema that the step is bound to.
  func bound(_ need: ColumnNeed, in schema: Schema) -> [Int] {
    (try? indices(need, in: schema, at: DocumentPath())) ?? []
  }

  /// A step that changes each of the selected columns on its own.
  func fitted<Change: ColumnChange>(
    _ need: ColumnNeed, in schema: Schema, output: Schema? = nil, _ change: (Int) -> Change
  ) -> FittedColumns<Change> {
    var changes: [Change?] = Array(repeating: nil, count: schema.count)
    for column in bound(need, in: schema) { changes[column] = change(column) }
    return FittedColumns(input: schema, output: output ?? schema, changes: changes)
  }
}

/// What a fitted step does to one column, on its own.
protocol ColumnChange: Sendable {
  /// The outputs of some rows.
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>)
  /// What was learned, in a fixed order.
  var learned: [(statistic: String, value: Double)] { get }
  /// The change as factor·x + offset, where it is that.
  var line: (factor: Double, offset: Double)? { get }
}

extension ColumnChange {
  var learned: [(statistic: String, value: Double)] { [] }
  var line: (factor: Double, offset: Double)? { nil }
}

/// A fitted step that keeps the columns in their places and changes some of them.
struct FittedColumns<Change: ColumnChange>: FittedTransform {
  let input: Schema
  let output: Schema
  let changes: [Change?]

  var state: [FittedValue] {
    zip(input.names, changes).flatMap { name, change in change?.learned.map { FittedValue(name, $0.statistic, $0.value) } ?? [] }
  }

  var affineMap: AffineMap? {
    guard input.isNumericWithoutGaps else { return nil }
    var factors: [Double] = [], offsets: [Double] = []
    for change in changes {
      var line: (factor: Double, offset: Double) = (1, 0)
      if let change {
        guard let own = change.line else { return nil }
        line = own
      }
      factors.append(line.factor)
      offsets.append(line.offset)
    }
    return AffineMap(matrix: .diagonal(factors), offset: offsets)
  }

  func apply(_ input: Matrix, rows: Int, into result: inout Matrix) {
    for (j, change) in changes.enumerated() {
      guard let change else {
        result.copy(column: j, from: input, rows: rows)
        continue
      }
      result.change(column: j, from: input, column: j, rows: rows) { x, out in change.apply(x, into: &out) }
    }
  }
}

/// (x − origin)·factor + offset, with what was learned for it.
struct Rescaling: ColumnChange {
  let origin: Double
  let factor: Double
  var offset = 0.0
  let learned: [(statistic: String, value: Double)]

  var line: (factor: Double, offset: Double)? { (factor, offset - origin * factor) }
  func apply(_ x: Span<Double>, into out: inout MutableSpan<Double>) {
    Columns.rescale(x, origin: origin, factor: factor, offset: offset, into: &out)
  }
}

extension Schema {
  /// Whether every column is one that a linear map can take.
  var isNumericWithoutGaps: Bool { columns.allSatisfy { $0.isNumeric && !$0.mayBeMissing } }
}

extension Matrix {
  /// Writes a change of the first rows of a column into one of ours: one call a column.
  mutating func change(
    column target: Int, from input: Matrix, column source: Int, rows: Int, _ change: (Span<Double>, inout MutableSpan<Double>) -> Void
  ) {
    input.withColumn(source, rows: 0..<rows) { x in
      withMutableColumn(target, rows: 0..<rows) { out in change(x, &out) }
    }
  }

  /// Copies the first rows of a column.
  mutating func copy(column: Int, from input: Matrix, rows: Int) { copy(column: column, from: input, column: column, rows: rows) }

  /// Copies the first rows of a column to another place.
  mutating func copy(column target: Int, from input: Matrix, column source: Int, rows: Int) {
    change(column: target, from: input, column: source, rows: rows) { x, out in Columns.copy(x, into: &out) }
  }
}
