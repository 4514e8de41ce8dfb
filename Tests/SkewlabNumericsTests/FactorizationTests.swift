import SkewlabNumerics
import Testing

@Suite struct FactorizationTests {
  @Test func `the Cholesky factor agrees with NumPy`() throws {
    let factor = try #require(Cholesky(LinearFigures.symmetric))
    #expect(relativeError(factor.lower.elements, LinearFigures.choleskyFactor.elements) < Tolerance.linear)
    let x = factor.solve(LinearFigures.fullRank.b)
    #expect(relativeError(x, LinearFigures.fullRank.solution) < Tolerance.linear)
    let logDeterminant = LinearFigures.eigenvalues.reduce(1, *)
    #expect(relativeError(factor.logDeterminant, Elementary.log(logDeterminant)) < Tolerance.linear)
  }

  @Test func `only the lower triangle is read`() throws {
    var matrix = LinearFigures.symmetric
    matrix[0, 3] = 99
    #expect(Cholesky(matrix) == Cholesky(LinearFigures.symmetric))
    #expect(try SymmetricEigen(matrix) == SymmetricEigen(LinearFigures.symmetric))
  }

  @Test func `an indefinite or infinite matrix has no Cholesky factor`() {
    #expect(Cholesky(Matrix([[1, 2], [2, 1]])) == nil)
    #expect(Cholesky(Matrix([[0]])) == nil)
    #expect(Cholesky(Matrix([[.nan]])) == nil)
    #expect(Cholesky(Matrix([[.infinity]])) == nil)
  }

  @Test func `factorizations of dimension zero and one`() throws {
    #expect(Cholesky(Matrix(rows: 0, columns: 0))?.solve([]) == [])
    #expect(Cholesky(Matrix([[4]]))?.solve([2]) == [0.5])
    #expect(try SymmetricEigen(Matrix(rows: 0, columns: 0)).values == [])
    #expect(try SymmetricEigen(Matrix([[-3]])).values == [-3])
  }

  @Test func `eigenvalues agree with NumPy and the vectors rebuild the matrix`() throws {
    let eigen = try SymmetricEigen(LinearFigures.symmetric)
    #expect(relativeError(eigen.values, LinearFigures.eigenvalues) < Tolerance.linear)
    let rebuilt = eigen.vectors * .diagonal(eigen.values) * eigen.vectors.transposed
    #expect(relativeError(rebuilt.elements, LinearFigures.symmetric.elements) < Tolerance.linear)
    let gram = eigen.vectors.transposed * eigen.vectors
    #expect(relativeError(gram.elements, Matrix.identity(4).elements) < Tolerance.linear)
  }

  @Test func `large matrices have their eigenvalues too`() throws {
    // The second-difference matrix of order n has eigenvalues 2 − 2 cos(kπ/(n+1)).
    let n = 120
    var matrix = 2 * Matrix.identity(n)
    for i in 1..<n { (matrix[i, i - 1], matrix[i - 1, i]) = (-1, -1) }
    let values = try SymmetricEigen(matrix).values
    let turns = (1...n).map { Double($0) / Double(2 * (n + 1)) }
    var (cosines, sines) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    var first = cosines.mutableSpan
    var second = sines.mutableSpan
    Elementary.cosineAndSine(turns: turns.span, cosines: &first, sines: &second)
    #expect(relativeError(values, cosines.map { 2 - 2 * $0 }) < Tolerance.linear)
  }

  @Test func `eigenvalues of a matrix that is not finite are an error`() {
    #expect(throws: LinearAlgebraError.notFinite) { try SymmetricEigen(Matrix([[.nan]])) }
  }

  @Test func `least squares of full rank agrees with NumPy`() throws {
    let result = try LeastSquares.minimumNorm(LinearFigures.tall, LinearFigures.tallRight)
    #expect(result.rank == 3)
    #expect(relativeError(result.solution, LinearFigures.tallSolution) < Tolerance.linear)
  }

  @Test func `least squares without full rank has the least norm`() throws {
    let result = try LeastSquares.minimumNorm(LinearFigures.deficient, LinearFigures.tallRight, relativeCutoff: 1e-12)
    #expect(result.rank == 2)
    #expect(relativeError(result.solution, LinearFigures.deficientSolution) < Tolerance.linear)
    let wide = try LeastSquares.minimumNorm(LinearFigures.wide, Array(LinearFigures.tallRight[..<2]))
    #expect(wide.rank == 2)
    #expect(relativeError(wide.solution, LinearFigures.wideSolution) < Tolerance.linear)
  }

  @Test func `least squares at the edges`() throws {
    #expect(try LeastSquares.minimumNorm(Matrix(rows: 0, columns: 2), []).solution == [0, 0])
    #expect(try LeastSquares.minimumNorm(Matrix(rows: 2, columns: 0), [1, 2]).solution == [])
    #expect(try LeastSquares.minimumNorm(Matrix(rows: 3, columns: 2), [1, 2, 3]) == ([0, 0], 0))
    #expect(throws: LinearAlgebraError.notFinite) { try LeastSquares.minimumNorm(.identity(1), [.nan]) }
  }

  @Test func `the library describes itself`() {
    let info = BLASInfo.current
    #expect(info.configuration.contains("OpenBLAS"))
    #expect(!info.coreName.isEmpty && info.threads >= 1)
  }
}
