/// The solution of a symmetric positive semidefinite system, with what the solver learnt about it.
public struct SymmetricSolution: Sendable, Hashable {
  /// The solution: unique at full rank, else the one of least Euclidean norm. NaN if the input was not finite.
  public let solution: [Double]
  /// The numerical rank.
  public let rank: Int
  /// Whether the rank is below the dimension.
  public let isRankDeficient: Bool
  /// An estimate of 1/κ for the matrix scaled to unit diagonal, on the space that was kept: in the 1-norm (dpocon) at full rank,
  /// in the 2-norm when rank-deficient. 1 for the empty system, 0 at rank 0, NaN if the input was not finite.
  public let reciprocalCondition: Double

  /// Whether every element of the solution is finite.
  public var isFinite: Bool { solution.allSatisfy { $0.isFinite } }
}

/// Symmetric positive semidefinite systems such as normal equations, at any rank and scale.
public enum SymmetricSystem {
  /// Solves a·x = b; if `a` is numerically singular, the solution of least norm among those that minimise the residual.
  ///
  /// The matrix is scaled to unit diagonal, a = D·S·D, so that the units of the columns do not matter; a column with zero (or, by
  /// rounding, negative) diagonal gets zero weight. S is solved by Cholesky unless an eigenvalue of S is at most
  /// ``cutoff(dimension:)``; then by its eigenvectors, and the null space D⁻¹V₀ is projected out in the original coordinates.
  /// One step of iterative refinement follows. Least norm means Euclidean norm of x as given, so of two columns that differ by a
  /// factor the larger gets nearly all the weight.
  ///
  /// - Parameters:
  ///   - a: Symmetric positive semidefinite; the lower triangle is read.
  ///   - b: One element a row.
  public static func solve(_ a: Matrix, _ b: [Double]) -> SymmetricSolution {
    precondition(a.isSquare && b.count == a.rows, "a square matrix and one right side element a row")
    let failed = SymmetricSolution(
      solution: [Double](repeating: .nan, count: b.count), rank: 0, isRankDeficient: !b.isEmpty, reciprocalCondition: .nan)
    guard a.isFinite, b.allSatisfy({ $0.isFinite }) else { return failed }
    let kept = b.indices.filter { a[$0, $0] > 0 }
    var solution = [Double](repeating: 0, count: b.count)
    guard !kept.isEmpty else {
      return SymmetricSolution(
        solution: solution, rank: 0, isRankDeficient: !b.isEmpty, reciprocalCondition: b.isEmpty ? 1 : 0)
    }
    let system = ScaledSystem(a, b, kept: kept)
    guard let inner = system.solveDefinite() ?? system.solveSemidefinite() else { return failed }
    for (place, value) in zip(kept, inner.solution) { solution[place] = value }
    return SymmetricSolution(
      solution: solution, rank: inner.rank, isRankDeficient: inner.rank < b.count, reciprocalCondition: inner.reciprocalCondition)
  }

  /// Eigenvalues of the scaled matrix up to this count as zero: 32·d·2⁻⁵².
  ///
  /// Rounding moves the elements of a scaled cross-product matrix by a few units of 2⁻⁵³ (they are at most 1 and blockwise sums keep
  /// the error nearly independent of the number of rows), hence its eigenvalues by at most d times that. Exact dependence is seen
  /// with room to spare, and a column that adds more than about 10⁻⁷ of its own size (√cutoff) to the others is still used.
  public static func cutoff(dimension: Int) -> Double { 32 * Double(dimension) * Double.ulpOfOne }
}
