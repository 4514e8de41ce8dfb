internal import SkewlabEngine
internal import SkewlabNumerics

/// A fitted step that gives several columns for some text features: each column is a table of what the levels become. A missing value gives 0.
struct FittedLevels: FittedTransform {
  enum Block: Sendable {
    /// The column as it is.
    case copy
    /// For each column it gives, the value of each code; what codes outside of the table become in it.
    case tables([[Double]], other: Double)
    /// For each column it gives, the code that is 1 in it; the column, if any, that is 1 for all codes not in `known` too.
    case marks([Int?], unseen: Int?, known: [Bool])
  }

  let input: Schema
  let output: Schema
  let blocks: [Block]
  let state: [FittedValue]

  var affineMap: AffineMap? {
    let copies = blocks.allSatisfy { if case .copy = $0 { true } else { false } }
    return copies && input.isNumericWithoutGaps ? .identity(input.count) : nil
  }

  func apply(_ matrix: Matrix, rows: Int, into result: inout Matrix) {
    var next = 0
    for (source, block) in blocks.enumerated() {
      switch block {
      case .copy:
        result.copy(column: next, from: matrix, column: source, rows: rows)
        next += 1
      case .tables(let tables, let other):
        for table in tables {
          result.change(column: next, from: matrix, column: source, rows: rows) { x, out in
            Columns.lookUp(x, in: table, missing: 0, other: other, into: &out)
          }
          next += 1
        }
      case .marks(let codes, let unseen, let known):
        for (place, code) in codes.enumerated() {
          result.change(column: next, from: matrix, column: source, rows: rows) { x, out in
            if place == unseen {
              Columns.lookUp(x, in: known.indices.map { $0 == code || !known[$0] ? 1 : 0 }, missing: 0, other: 1, into: &out)
            } else {
              // No code is −1: the column of a level that the window did not have is 0.
              Columns.markEqual(x, to: Double(code ?? -1), into: &out)
            }
          }
          next += 1
        }
      }
    }
  }
}
