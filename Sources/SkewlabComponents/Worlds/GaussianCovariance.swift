internal import OrderedCollections
internal import SkewlabEngine
internal import SkewlabNumerics

/// The covariance of a gaussian world, with the factor that gives it to independent normals.
struct GaussianCovariance: Sendable {
  /// How a scenario gives it.
  enum Form: Sendable {
    case identity
    case scaled([Double])
    case equicorrelated(Double)
    case autoregressive(Double)
    case explicit([[Double]])

    init(checked node: DocumentNode) {
      let entry = node.entries?.elements.first
      switch entry?.key {
      case "equicorrelated": self = .equicorrelated(entry?.value.double ?? 0)
      case "autoregressive": self = .autoregressive(entry?.value.double ?? 0)
      case "scaled": self = .scaled(entry?.value.numberOrNumbers ?? [])
      case "explicit": self = .explicit((entry?.value.items ?? []).map { $0.numberOrNumbers ?? [] })
      default: self = .identity
      }
    }
  }

  static let type = ParameterType.either([
    .choice(["identity"]),
    .map([
      "scaled": .either([.number(.above(0)), .list(.number(.above(0)), atLeast: 1)]),
      "equicorrelated": .number(.inside(-1, 1)), "autoregressive": .number(.inside(-1, 1)),
      "explicit": .list(.list(.number(.finite), atLeast: 1), atLeast: 1),
    ]),
  ])
  static let parameter = Parameter<Form>(
    "covariance", type: type, default: "identity",
    about: """
      `identity`; `{scaled: v}`, variances, one or one each; `{equicorrelated: r}`, unit variances and correlation r between all pairs; \
      `{autoregressive: r}`, unit variances and correlation r^|j−k|; `{explicit: [[…], …]}`, the matrix
      """
  ) { $0.map(Form.init(checked:)) }

  /// L with LL′ = S; `nil` for the identity.
  private let factor: Matrix?
  private let isDiagonal: Bool

  init(_ arguments: Arguments, dimension: Int) throws(ScenarioError) {
    try self.init(arguments[given: Self.parameter], dimension: dimension) { arguments.outOfRange(Self.parameter, allowed: $0) }
  }

  /// The covariance that a node of ``type`` says; the identity without one. `invalid` makes the error.
  init(_ node: DocumentNode?, dimension: Int, invalid: (String) -> ScenarioError) throws(ScenarioError) {
    if let given = node?.entries, given.count != 1 {
      throw invalid("identity, or exactly one of scaled, equicorrelated, autoregressive, explicit")
    }
    let symmetric: Matrix
    switch node.map(Form.init(checked:)) ?? .identity {
    case .identity:
      factor = nil
      isDiagonal = true
      return
    case .scaled(let variances):
      guard variances.count == 1 || variances.count == dimension else { throw invalid("one variance, or \(dimension) of them") }
      factor = .diagonal((0..<dimension).map { variances[variances.count == 1 ? 0 : $0].squareRoot() })
      isDiagonal = true
      return
    case .equicorrelated(let r):
      guard dimension == 1 || r > -1 / Double(dimension - 1) else {
        throw invalid(
          "a correlation above \(decimalText(-1 / Double(dimension - 1))) for \(dimension) features, so that the matrix is positive definite"
        )
      }
      symmetric = Self.matrix(dimension) { $0 == $1 ? 1 : r }
    case .autoregressive(let r):
      var powers = [1.0]
      for _ in 1..<max(2, dimension) { powers.append(powers[powers.count - 1] * r) }
      symmetric = Self.matrix(dimension) { powers[abs($0 - $1)] }
    case .explicit(let rows):
      guard rows.count == dimension, rows.allSatisfy({ $0.count == dimension }) else {
        throw invalid("\(dimension) rows of \(dimension) numbers, for the \(dimension) features")
      }
      symmetric = Matrix(rows)
      guard symmetric == symmetric.transposed else { throw invalid("a symmetric matrix") }
    }
    guard let cholesky = Cholesky(symmetric) else { throw invalid("a positive definite matrix") }
    factor = cholesky.lower
    isDiagonal = false
  }

  private static func matrix(_ n: Int, _ entry: (Int, Int) -> Double) -> Matrix {
    var matrix = Matrix(rows: n, columns: n)
    for j in 0..<n { for i in 0..<n { matrix[i, j] = entry(i, j) } }
    return matrix
  }

  /// Turns independent standard normals into normals of this covariance, row by row, in place: x = Lz. Feature j depends on z₁…z_j only, so that a
  /// feature added at the end leaves the others as they were.
  func color(_ features: inout Matrix, rows: Int) {
    guard let factor else { return }
    for j in (0..<factor.columns).reversed() {
      let scale = factor[j, j]
      features.withMutableColumn(j, rows: 0..<rows) { x in for i in x.indices { x[i] *= scale } }
      if isDiagonal { continue }
      for k in 0..<j where factor[j, k] != 0 { features.addMultiple(factor[j, k], ofColumn: k, toColumn: j, rows: rows) }
    }
  }

  /// S.
  func matrix(_ dimension: Int) -> Matrix {
    guard let factor else { return .identity(dimension) }
    return factor * factor.transposed
  }

  /// Row j of L, up to the diagonal: what feature j takes of each of the independent normals.
  func loadings(_ j: Int) -> [Double] {
    guard let factor else { return Array(repeating: 0, count: j) + [1] }
    return (0...j).map { factor[j, $0] }
  }

  /// The variance of a feature.
  func variance(_ j: Int) -> Double {
    guard let factor else { return 1 }
    return (0...j).reduce(0) { $0 + factor[j, $1] * factor[j, $1] }
  }

  /// w′Sw.
  func quadraticForm(_ w: [Double]) -> Double {
    let moved = factor?.transposeTimes(w) ?? w
    return dot(moved, moved)
  }
}
