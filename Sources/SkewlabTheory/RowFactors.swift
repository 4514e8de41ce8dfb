internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The law of the number of rows that a fit takes from a window.
struct RowCount: Sendable, Hashable {
  /// Rows in the window.
  let rows: Int
  /// The chance that a row is not kept for evaluation.
  let kept: Double
  /// The most rows that a fit takes.
  let sample: Int?

  /// The number of rows fitted, with weights that add up to 1: binomial where rows are kept for evaluation, cut off at the sample.
  ///
  /// Twelve standard deviations hold all but 1e-30 of a law this close to normal; of a short one, all of it. Of a wide one every h-th number is enough, h = sd/4: the error of the sum for the integral of functions that are as
  /// smooth as 1/N is that of a characteristic function at 2π/h, e^(−2π²·16).
  var law: [(count: Int, weight: Double)] {
    func cut(_ count: Int) -> Int { min(count, sample ?? count) }
    if kept == 1 { return [(cut(rows), 1)] }
    let n = Double(rows), sd = (n * kept * (1 - kept)).squareRoot()
    let low = max(0, Int(n * kept - 12 * sd) - 1), high = min(rows, Int(n * kept + 12 * sd) + 1)
    // A cut has a corner: every number then.
    let step = sd > 8 && (sample.map { $0 < low || $0 > high } ?? true) ? Int(sd / 4) : 1
    var law = stride(from: low, through: high, by: step).map { k in
      let x = Double(k)
      return (cut(k), exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(kept) + (n - x) * log1p(-kept)))
    }
    // Logarithms of large factorials lose digits, all of them alike.
    let mass = law.reduce(0) { $0 + $1.1 }
    for i in law.indices { law[i].1 /= mass }
    return law
  }
}

/// How ordinary least squares on N independent rows spreads around the mean of its rows' coefficients, exactly, averaged over the law of N.
///
/// Row r has features x ~ N(m, S), x̃ = (1, x − m), and the outcome y = γ_r′x̃ + noise of variance τ_r², with (γ_r, τ_r²) drawn from a population of labels without regard to x: `total` labels without replacement (the cycles of
/// a window, each as often as it has rows), or infinitely many (ways in which rows respond, by chance). Let γ̄ and Δ be the labels' mean and covariance and τ² the mean of τ_r²: E û = γ̄, and Cov û = τ²·E(X̃′X̃)⁻¹ + L(Δ), L linear.
///
/// **L without an intercept** (m = 0, d features). û − γ̄ = ḡ + (X′X)⁻¹Σ x_r x_r′g_r, with ḡ the mean of the labels drawn, less γ̄, and g_r their deviations from it. Write X = QA^½, A = X′X, Q uniform on orthonormal N × d matrices and independent of A. For diagonal matrices D, E of trace 0 and G = Q′DQ, H = Q′EQ
/// E G_ik H_lj = κ(δ_il δ_kj + δ_ij δ_kl) − (2κ/N)δ_ik δ_lj with κ = tr DE/((N−1)(N+2)), and E[A⁻¹g′Ag] = [N·g′Sg·S⁻¹ − 2gg′]/(N−d−1): the second term has covariance [(1 − 2/N)Γ + (N·tr(SΓ)S⁻¹ − 2Γ)/(N−d−1)]/((N−1)(N+2)), Γ = EΣg_rg_r′.
/// Of `total` labels Eḡḡ′ = Δ·(total − N)/((total − 1)N) and Γ = Δ·(N − 1)·total/(total − 1). In particular the window of drifting coefficients (S3), and the noise of a response that only a share of rows meets. A constant in γ_r is noise here, as signs of rows are symmetric.
///
/// **With one**, the same for deviations from the rows' mean x̄, Q orthogonal to (1, …, 1): ν = N − 1 in place of N, tr DE·(1 − 2/N), and with ξ = x̄ − m ~ N(0, S/N) and a_r the constant of g_r the slopes get (X_c′X_c)⁻¹Σ(x_r − x̄)(a_r + ξ′g_r) and the constant (1/N)Σ(x_r − x̄)′g_r − ξ′slopes as well, terms that
/// are odd in Q or in ξ dropping out. E(X̃′X̃)⁻¹ is diag(1/N + d/(N(N−d−2)), S⁻¹/(N−d−2)).
struct RowFactors: Sendable {
  /// E(X̃′X̃)⁻¹: the multiple of S⁻¹, and the constant's.
  private(set) var noise = 0.0, constantNoise = 0.0
  /// In the slopes: the multiples of their Δ, of tr(SΔ)S⁻¹, and of Δ₀₀S⁻¹.
  private var same = 0.0, traced = 0.0, ofConstant = 0.0
  /// In the constant: of Δ₀₀ and of tr(SΔ).
  private var constant = 0.0, constantTraced = 0.0
  /// Of Δ₀ⱼ.
  private var mixed = 0.0
  private let hasIntercept: Bool

  /// The factors; `nil` where rows may be too few for an expectation.
  ///
  /// - Parameters:
  ///   - rows: How many are fitted.
  ///   - total: The number of labels; `nil` is infinitely many.
  ///   - d: Features.
  ///   - hasIntercept: Whether the model has an intercept.
  init?(_ rows: RowCount, labels total: Int?, features d: Int, hasIntercept: Bool) {
    self.hasIntercept = hasIntercept
    let least = d + (hasIntercept ? 3 : 2), law = rows.law
    guard law.reduce(0, { $1.count < least ? $0 + $1.weight : $0 }) < 1e-12 else { return nil }
    let d = Double(d), labels = total.map { Double($0) }
    for (count, weight) in law where count >= least {
      let n = Double(count), inner = hasIntercept ? n - 1 : n, free = inner - d - 1
      let drawn = labels.map { $0 > 1 ? ($0 - n) / (($0 - 1) * n) : 0 } ?? 1 / n
      let inside = (n - 1) * (labels.map { $0 > 1 ? $0 / ($0 - 1) : 0 } ?? 1)
      let quadratic = inside * (hasIntercept ? 1 - 2 / n : 1) / ((inner - 1) * (inner + 2))
      let own = quadratic * (1 - 2 / inner - 2 / free), byTrace = quadratic * inner / free
      noise += weight / free
      same += weight * (drawn + own)
      guard hasIntercept else {
        traced += weight * byTrace
        continue
      }
      let linear = inside / (inner * free)
      constantNoise += weight * (1 / n + d / (n * free))
      traced += weight * (byTrace + linear / n)
      ofConstant += weight * linear
      constant += weight * (drawn + linear * d / n)
      constantTraced += weight * (inside * (1 - 2 / inner) / (n * n) + linear * (d + 2) / (n * n) + (own + byTrace * d) / n)
      mixed += weight * (drawn + inside / (n * inner) * (1 - 2 / free))
    }
  }

  /// E(X̃′X̃)⁻¹.
  func inverseDesign(_ features: FeatureLaw) -> Matrix {
    var result = noise * features.inverse
    result[0, 0] = constantNoise
    return result
  }

  /// L(Δ). Without an intercept, of the slopes alone.
  func spread(_ labels: Matrix, _ features: FeatureLaw) -> Matrix {
    let d = labels.rows - 1
    var trace = 0.0
    for j in 1...d { for i in 1...d { trace += features.second[i, j] * labels[i, j] } }
    var result = (traced * trace + ofConstant * labels[0, 0]) * features.inverse
    for j in 1...d {
      for i in 1...d { result[i, j] += same * labels[i, j] }
      result[0, j] = mixed * labels[0, j]
      result[j, 0] = mixed * labels[j, 0]
    }
    result[0, 0] = constant * labels[0, 0] + constantTraced * trace
    return result
  }
}

/// The law of normal features, in coordinates (1, x − m).
struct FeatureLaw: Sendable {
  /// m.
  let mean: [Double]
  /// diag(1, S).
  let second: Matrix
  /// diag(0, S⁻¹).
  let inverse: Matrix

  /// `nil` where S is singular.
  init?(mean: [Double], second: Matrix) {
    let d = mean.count
    guard let cholesky = Cholesky(second) else { return nil }
    var inverse = Matrix(rows: d + 1, columns: d + 1)
    for j in 1...d {
      let column = cholesky.solve(Matrix.identity(d + 1).column(j))
      for i in 1...d { inverse[i, j] = column[i] }
    }
    self.mean = mean
    self.second = second
    self.inverse = inverse
  }

  /// Whether it is the same law.
  func isSame(as other: FeatureLaw) -> Bool { mean == other.mean && second == other.second }
}
