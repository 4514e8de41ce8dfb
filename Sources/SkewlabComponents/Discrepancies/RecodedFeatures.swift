internal import SkewlabEngine
internal import SkewlabNumerics

/// A step that only discrepancies add: every value of some features goes through a function.
struct RecodedFeatures: Transform {
  /// What becomes of a value. Missing stays missing.
  enum Change: Sendable, Hashable {
    /// ⌊x/grid⌋·grid.
    case floor(grid: Double)
    /// The nearest multiple of the grid, ties away from zero.
    case round(grid: Double)
    /// Zero is missing.
    case zeroToMissing
    /// Code c is permutation[c].
    case permuted([Int])

    func callAsFunction(_ x: Double) -> Double {
      switch self {
      case .floor(let grid): Self.isOnGrid(x / grid) ? x : (x / grid).rounded(.down) * grid
      case .round(let grid): Self.isOnGrid(x / grid) ? x : (x / grid).rounded() * grid
      case .zeroToMissing: x == 0 ? .nan : x
      case .permuted(let codes): x.isNaN || !codes.indices.contains(Int(x)) ? x : Double(codes[Int(x)])
      }
    }

    /// Whether a quotient of two decimal numbers is whole but for rounding.
    ///
    /// The value, the grid and the quotient are each rounded by at most half a unit in the last
    /// place: together they move the quotient by less than two units.
    private static func isOnGrid(_ quotient: Double) -> Bool {
      abs(quotient - quotient.rounded()) <= 2 * quotient.ulp
    }
  }

  static let kind = "recoded-features"
  static let summary = "every value of some features goes through a function"
  static let definition = "Added by discrepancies; a scenario cannot name it."

  let features: FeatureSelection
  let change: Change

  init(_ features: FeatureSelection, _ change: Change) {
    self.features = features
    self.change = change
  }

  init(_ arguments: Arguments) { preconditionFailure("no catalog has this kind") }

  private func columns(_ schema: Schema, at path: DocumentPath = DocumentPath()) throws(ScenarioError) -> [Int] {
    switch change {
    case .permuted: try features.indices(in: schema, at: path, requirement: "text") { !$0.isNumeric }
    default: try features.indices(in: schema, at: path, requirement: "numeric") { $0.isNumeric }
    }
  }

  /// The same columns; zeros that are missing make gaps.
  func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    var output = schema
    for column in try columns(schema, at: path) where change == .zeroToMissing { output.columns[column].mayBeMissing = true }
    return output
  }

  func fit(_ features: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    FittedRecoding(
      output: (try? bind(to: schema, at: DocumentPath())) ?? schema, columns: Set((try? columns(schema)) ?? []), change: change)
  }
}

private struct FittedRecoding: FittedTransform {
  let output: Schema
  let columns: Set<Int>
  let change: RecodedFeatures.Change

  var state: [FittedValue] { columns.sorted().map { FittedValue(output.columns[$0].name, "recoded: \(change)", 1) } }
  var affineMap: AffineMap? { nil }

  func apply(_ input: Matrix, rows: Int, into result: inout Matrix) {
    for j in 0..<output.count {
      if columns.contains(j) {
        result.change(column: j, from: input, column: j, rows: rows) { x, out in
          for i in x.indices { out[i] = change(x[i]) }
        }
      } else {
        result.copy(column: j, from: input, rows: rows)
      }
    }
  }
}
