import SkewlabNumerics
import Testing

@Suite struct SymmetricSystemTests {
  typealias Figure = (a: Matrix, b: [Double], solution: [Double], rank: Int)

  @Test func `a system of full rank`() { check(LinearFigures.fullRank) }

  @Test func `units from 1e-6 to 1e6 cost no digits`() { check(LinearFigures.scaled, elementwise: true) }

  @Test func `a constant column gets zero weight`() {
    check(LinearFigures.constant)
    #expect(SymmetricSystem.solve(LinearFigures.constant.a, LinearFigures.constant.b).solution[1] == 0)
  }

  @Test func `duplicated columns share their weight equally`() {
    check(LinearFigures.duplicated)
    check(LinearFigures.duplicatedTwice)
  }

  @Test func `a full set of indicators gets the solution of least norm`() {
    check(LinearFigures.oneHot)
    check(LinearFigures.oneHotIntercept)
  }

  @Test func `a copy in other units gets weight in proportion to its size`() {
    check(LinearFigures.copyInOtherUnits, elementwise: true)
  }

  @Test func `duplicated pairs of very different size do not disturb each other`() { check(LinearFigures.twoScales, elementwise: true) }

  @Test func `five multiples of one column`() { check(LinearFigures.rankOne) }

  @Test func `a right side outside the column space is projected`() { check(LinearFigures.inconsistent) }

  @Test func `zero systems have the zero solution`() {
    let zero = SymmetricSystem.solve(Matrix(rows: 2, columns: 2), [0, 0])
    #expect(zero.solution == [0, 0] && zero.rank == 0 && zero.isRankDeficient && zero.reciprocalCondition == 0)
    let empty = SymmetricSystem.solve(Matrix(rows: 0, columns: 0), [])
    #expect(empty.solution == [] && empty.rank == 0 && !empty.isRankDeficient && empty.reciprocalCondition == 1)
  }

  @Test func `dimension one`() {
    let one = SymmetricSystem.solve(Matrix([[4]]), [2])
    #expect(one.solution == [0.5] && one.rank == 1 && !one.isRankDeficient && one.reciprocalCondition == 1)
  }

  @Test func `tiny and huge systems neither underflow nor overflow`() {
    for scale in [0x1p-1000, 0x1p1000] {
      let solution = SymmetricSystem.solve(Matrix([[2 * scale, scale], [scale, 2 * scale]]), [3 * scale, 3 * scale]).solution
      #expect(relativeError(solution, [1, 1]) < Tolerance.linear, "scale \(scale)")
    }
  }

  @Test func `input that is not finite gives no number`() {
    let result = SymmetricSystem.solve(Matrix([[1, .nan], [.nan, 1]]), [1, 1])
    #expect(!result.isFinite && result.solution.allSatisfy { $0.isNaN } && result.reciprocalCondition.isNaN)
    #expect(!SymmetricSystem.solve(.identity(1), [.infinity]).isFinite)
  }

  @Test func `moments of dependent columns are found dependent`() {
    // Celsius, Fahrenheit and a full set of indicators as a pipeline would compute them, far from round numbers.
    let n = 5000
    let stream = RandomStream(seed: 3, name: "dependent")
    let celsius = stream.normals(count: n, at: .init(replicate: 0, cycle: 0)).map { 15.3 + 7.1 * $0 }
    let level = (0..<n).map { stream.integer(below: 4, at: .init(replicate: 1, cycle: 0), row: $0) }
    var elements = celsius + celsius.map { 1.8 * $0 + 32 } + [Double](repeating: 0.1, count: n)
    for k in 0..<4 { elements += level.map { $0 == k ? 1 : 0 } }
    elements += (0..<n).map { 2 * celsius[$0] + Double(level[$0]) }
    var moments = Moments(dimension: 8)
    moments.add(Matrix(rows: n, columns: 8, elements: elements), rows: 0..<n)
    var a = Matrix(rows: 7, columns: 7)
    for j in 0..<7 { for i in 0..<7 { a[i, j] = moments.cross[i, j] } }
    let result = SymmetricSystem.solve(a, (0..<7).map { moments.cross[$0, 7] })
    // One of temperature, none of the constant, three of the indicators.
    #expect(result.rank == 4)
    // Least norm: temperature 2 = w₁ + 1.8 w₂ with w ∝ (1, 1.8); indicators centred on zero.
    let expected = [2 / 4.24, 3.6 / 4.24, 0, -1.5, -0.5, 0.5, 1.5]
    #expect(relativeError(result.solution, expected) < 1e-11)
  }

  private func check(_ figure: Figure, elementwise: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) {
    let result = SymmetricSystem.solve(figure.a, figure.b)
    #expect(result.rank == figure.rank, sourceLocation: sourceLocation)
    #expect(result.isRankDeficient == (figure.rank < figure.b.count), sourceLocation: sourceLocation)
    #expect(0 < result.reciprocalCondition && result.reciprocalCondition <= 1, sourceLocation: sourceLocation)
    if elementwise {
      // Each element counts by its effect on the fit: its error times the size of its column.
      let sizes = figure.b.indices.map { figure.a[$0, $0].squareRoot() }
      let found = figure.b.indices.map { result.solution[$0] * sizes[$0] }
      let expected = figure.b.indices.map { figure.solution[$0] * sizes[$0] }
      #expect(relativeError(found, expected) < Tolerance.semidefinite, "\(result.solution)", sourceLocation: sourceLocation)
    }
    #expect(relativeError(result.solution, figure.solution) < Tolerance.semidefinite, "\(result.solution)", sourceLocation: sourceLocation)
  }
}
