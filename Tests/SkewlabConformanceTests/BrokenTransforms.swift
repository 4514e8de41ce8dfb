import SkewlabEngine
import SkewlabNumerics

/// A step that copies its columns: what the broken steps begin with.
protocol CopyingTransform: Transform {
  associatedtype Fitted: CopyingFitted
}

extension CopyingTransform {
  static var summary: String { "copies its columns, with one thing wrong" }
  static var definition: String { "z = x, nearly." }
  func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema { schema }
  func fit(_ features: Matrix, weights: [Double], schema: Schema) -> any FittedTransform { Fitted(output: schema) }
}

protocol CopyingFitted: FittedTransform {
  init(output: Schema)
}

extension CopyingFitted {
  var state: [FittedValue] { [] }
  var affineMap: AffineMap? { nil }
  func apply(_ input: Matrix, rows: Int, into output: inout Matrix) {
    for j in 0..<input.columns { for i in 0..<rows { output[i, j] = input[i, j] } }
  }
}

/// Gives other names than it announces.
struct RenamingTransform: CopyingTransform {
  static let kind = "renaming"
  struct Fitted: CopyingFitted {
    let output: Schema
    init(output: Schema) {
      self.output = Schema(output.columns.map { Schema.Column($0.name + "s", $0.type, mayBeMissing: $0.mayBeMissing) })
    }
  }
  init(_ arguments: Arguments) {}
}

/// Gives something else each time.
struct CountingTransform: CopyingTransform {
  static let kind = "counting"
  struct Fitted: CopyingFitted {
    let output: Schema
    func apply(_ input: Matrix, rows: Int, into output: inout Matrix) {
      let count = Ambient.next()
      for (j, column) in self.output.columns.enumerated() {
        for i in 0..<rows { output[i, j] = input[i, j] + (column.isNumeric ? count : 0) }
      }
    }
  }
  init(_ arguments: Arguments) {}
}

/// Subtracts the mean of the block at hand.
struct BlockTransform: CopyingTransform {
  static let kind = "block"
  struct Fitted: CopyingFitted {
    let output: Schema
    func apply(_ input: Matrix, rows: Int, into output: inout Matrix) {
      for (j, column) in self.output.columns.enumerated() {
        let mean = column.isNumeric ? (0..<rows).reduce(0) { $0 + input[$1, j] } / Double(max(1, rows)) : 0
        for i in 0..<rows { output[i, j] = input[i, j] - mean }
      }
    }
  }
  init(_ arguments: Arguments) {}
}

/// Learns something else from moments, and has the wrong map.
struct WrongMapTransform: CopyingTransform {
  static let kind = "wrong-map"
  struct Fitted: CopyingFitted {
    let output: Schema
    var offset = 0.0
    init(output: Schema) { self.output = output }
    var affineMap: AffineMap? {
      guard output.columns.allSatisfy({ $0.isNumeric && !$0.mayBeMissing }) else { return nil }
      return AffineMap(matrix: .identity(output.count), offset: Array(repeating: offset + 1, count: output.count))
    }
    func apply(_ input: Matrix, rows: Int, into output: inout Matrix) {
      for j in 0..<input.columns { for i in 0..<rows { output[i, j] = input[i, j] + offset } }
    }
  }
  init(_ arguments: Arguments) {}
  func fit(_ moments: Moments, schema: Schema) -> (any FittedTransform)? {
    var fitted = Fitted(output: schema)
    fitted.offset = 2
    return fitted
  }
}

/// Fills gaps without saying so.
struct SilentFill: CopyingTransform {
  static let kind = "silent-fill"
  struct Fitted: CopyingFitted {
    let output: Schema
    func apply(_ input: Matrix, rows: Int, into output: inout Matrix) {
      for j in 0..<input.columns { for i in 0..<rows { output[i, j] = input[i, j].isNaN ? 0 : input[i, j] } }
    }
  }
  init(_ arguments: Arguments) {}
}
