internal import SkewlabEngine
internal import SkewlabNumerics

/// A square matrix as a scenario gives it to a response: a multiple of the identity, or its rows.
enum SquareMatrix: Sendable {
  case multiple(Double)
  case rows([[Double]])

  private init(checked node: DocumentNode) {
    if let number = node.double {
      self = .multiple(number)
    } else {
      self = .rows((node.items ?? []).map { $0.numberOrNumbers ?? [] })
    }
  }

  /// A number, or a list of lists of numbers.
  static func parameter(_ name: String, default value: Double, about: String) -> Parameter<SquareMatrix> {
    Parameter(
      name, type: .either([.number(.finite), .list(.list(.number(.finite), atLeast: 1), atLeast: 1)]), default: .number(value), about: about
    ) { $0.map(SquareMatrix.init(checked:)) }
  }

  /// The matrix for so many features; `nil` where its rows are of another size.
  func matrix(_ count: Int) -> Matrix? {
    switch self {
    case .multiple(let number): return Matrix.identity(count) * number
    case .rows(let rows):
      guard rows.count == count, rows.allSatisfy({ $0.count == count }) else { return nil }
      return Matrix(rows)
    }
  }
}
