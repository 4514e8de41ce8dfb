import Foundation
import SkewlabEngine
import SkewlabNumerics

/// The closed forms of THEORY.md that the statistical tests compare with. Every comment names the section and its tag: [n] is exact at finite n for Gaussian rows.
enum ClosedForms {
  // MARK: v

  /// **v** [n] "expected excess of one OLS fit v = σ²d/(n−d−1). With a fitted intercept: σ²[1/n + ((n+1)/n)·d/(n−d−2)]".
  ///
  /// Without an intercept E tr(M(X′X)⁻¹) = d/(n−d−1), inverse Wishart; any M, mean zero. With one, slopes see n−1 degrees of freedom, and the fit at a new row x misses by
  /// ε̄ + (x−x̄)′u: 1/n + (1+1/n)·d/(n−d−2); any mean and covariance.
  static func excess(rows n: Int, features d: Int, intercept: Bool, noise: Double = 1) -> Double {
    let n = Double(n), d = Double(d)
    guard intercept else { return noise * noise * d / (n - d - 1) }
    let slopes = (n + 1) / n * d / (n - d - 2)
    return noise * noise * (1 / n + slopes)
  }

  /// What first-order asymptotics say instead: σ²p/n with p parameters. The tests of v have to see the difference.
  static func firstOrderExcess(rows n: Int, features d: Int, intercept: Bool, noise: Double = 1) -> Double {
    noise * noise * Double(d + (intercept ? 1 : 0)) / Double(n)
  }

  /// E f(N) for N binomial, given that N ≥ `least`: rows that are fitted when each is kept by a random number of its own.
  static func binomialMean(trials: Int, probability: Double, least: Int, of f: (Int) -> Double) -> Double {
    var sum = 0.0, mass = 0.0
    for k in least...trials {
      let n = Double(trials), x = Double(k)
      let ways = lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1)
      let weight = exp(ways + x * log(probability) + (n - x) * log1p(-probability))
      guard weight > 0 else { continue }
      sum += weight * f(k)
      mass += weight
    }
    return sum / mass
  }

  // MARK: F1, additive

  /// **F1** [n] mean after k fits: w*(1 − a^k), w* = 1/(1−a) times β, a = ρ or ρ(1−h) with a share h unexposed. The factor of β.
  ///
  /// E w_{k+1} = β + a·E w_k exactly: the rows of a cycle are independent of the model that served in it, and E[(X′X)⁻¹X′y | X, w] = β + aw. From w₀ = 0. Valid for any a ≠ 1.
  static func additiveMean(_ a: Double, fits k: Int) -> Double { (1 - pow(a, Double(k))) / (1 - a) }

  /// **F1** [n] "stationary E‖w−w*‖²_M = v/(1−ρ²)": w_{k+1} − w* = ρ(w_k − w*) + u with u independent of w_k and E‖u‖²_M = v. With an intercept the norm is
  /// E(a + x′w)², the constant's error included, and v is that with an intercept.
  static func additiveVariance(_ rho: Double, excess v: Double) -> Double { v / (1 - rho * rho) }

  /// The same after k fits, without the mean: v(1−ρ^{2k})/(1−ρ²).
  static func additiveVariance(_ rho: Double, excess v: Double, fits k: Int) -> Double {
    v * (1 - pow(rho, Double(2 * k))) / (1 - rho * rho)
  }

  /// **F1** [n] "served excess v(1−ρ)/(1+ρ)": given w, served outcomes are best predicted by x′(β+ρw), which w misses by (1−ρ)(w*−w).
  static func additiveServedExcess(_ rho: Double, excess v: Double) -> Double { v * (1 - rho) / (1 + rho) }

  /// **F1** "the variance is larger than v/(1−a²)": how much larger, [n] for M = I, no intercept, derived here.
  ///
  /// A row is exposed with probability e = 1−h, so that labels have the extra noise ρ(z−e)x′w of variance ρ²e(1−e)(x′w)². With A = X′X it adds
  /// ρ²e(1−e)·E Σᵢ(xᵢ′w)²xᵢ′A⁻²xᵢ to E‖u‖². Write X = QA^{½}, Q uniform on orthonormal n×d matrices and independent of A: a row q of Q has E|q|⁴ = d(d+2)/(n(n+2)) and a uniform direction,
  /// which gives (E[w′Aw·tr A⁻¹] + 2‖w‖²)/(n+2); and E[tr A·tr A⁻¹] = (nd−2)·E tr A⁻¹, since tr A ~ χ²_{nd} is independent of A/tr A. Hence c‖w‖² with c = [(nd−2)/(n−d−1) + 2]/(n+2),
  /// and with E‖w‖² = ‖w*‖² + q at stationarity q = a²q + v + ρ²e(1−e)c(‖w*‖² + q).
  static func exposedVariance(_ rho: Double, exposed e: Double, rows n: Int, features d: Int, squaredNorm: Double, excess v: Double)
    -> Double
  {
    let n = Double(n), d = Double(d), a = rho * e
    let c = ((n * d - 2) / (n - d - 1) + 2) / (n + 2)
    let mixing = rho * rho * e * (1 - e) * c
    return (v + mixing * squaredNorm / ((1 - a) * (1 - a))) / (1 - a * a - mixing)
  }

  /// **F1** [n] "Training on all cycles so far, equal n: mean error after k fits −w*·Γ(k+ρ)/(Γ(k+1)Γ(ρ)), k = 1 the untouched fit from 0". The factor of w*.
  ///
  /// Exact: with A_j = X_j′X_j and S_k = ΣA_j the pooled fit obeys e_{k+1} = (I − (1−ρ)S_k⁻¹A_k)e_k + noise. Cycles are exchangeable, so E[A_k | S_k] = S_k/(k+1), and by
  /// induction E[e_k | S_{k−1}] is constant: its factor is multiplied by 1 − (1−ρ)/(k+1) = (k+ρ)/(k+1).
  static func accumulatedMeanError(_ rho: Double, fits k: Int) -> Double {
    -tgamma(Double(k) + rho) / (tgamma(Double(k + 1)) * tgamma(rho))
  }

  // MARK: F1, pull

  // **F1** "Form pull, y = y₀ + ρ(ŷ − y₀): fixed point β itself; offline MSE → (1−ρ)²σ²; the loop learns a changed β at rate ρ … derive and test it."
  //
  // y = (1−ρ)y₀ + ρŷ = x′[(1−ρ)β + ρw] + (1−ρ)ε. Least squares on fresh rows gives w_{k+1} = (1−ρ)β + ρw_k + (1−ρ)u, with u the error of a fit to
  // untouched rows, E u = 0, E‖u‖²_M = v, independent of w_k; and w₁ = β + u₁, on untouched rows. With e = w − β:
  //
  //   e_{k+1} = ρe_k + (1−ρ)u_{k+1},  e₁ = u₁.                                                                        (*)
  //
  // - Fixed point β, from the first fit on: E w_k = β. If β changes by δ before a cycle, the error is −δ there and −ρ^jδ after j fits on the changed world.
  // - E‖e_k‖²_M = ρ^{2(k−1)}v + (1−ρ)²v(1−ρ^{2(k−1)})/(1−ρ²) → v(1−ρ)/(1+ρ): the untouched excess. It is below v: the loop averages over cycles.
  // - Given w, served outcomes are best predicted by x′[(1−ρ)β + ρw], which w misses by (1−ρ)e: served excess (1−ρ)²·E‖e‖²_M → v(1−ρ)³/(1+ρ).
  // - Everything the log shows is scaled: y − ŷ = (1−ρ)(y₀ − ŷ). Residuals of a fit are those of noise (1−ρ)ε: training MSE (1−ρ)²σ²(n−p)/n with p parameters;
  //   on evaluation rows of the same cycles (1−ρ)²(σ² + v). Both from the second fit on, and not only in the limit.

  /// (*) E‖w_k − β‖²_M, without a mean error.
  static func pullVariance(_ rho: Double, excess v: Double, fits k: Int) -> Double {
    let decay = pow(rho, Double(2 * (k - 1)))
    return decay * v + (1 - rho) * (1 - rho) * v * (1 - decay) / (1 - rho * rho)
  }

  /// (*) stationary untouched excess v(1−ρ)/(1+ρ).
  static func pullExcess(_ rho: Double, excess v: Double) -> Double { v * (1 - rho) / (1 + rho) }

  /// (*) stationary served excess v(1−ρ)³/(1+ρ).
  static func pullServedExcess(_ rho: Double, excess v: Double) -> Double { v * pow(1 - rho, 3) / (1 + rho) }

  /// (*) training MSE (1−ρ)²σ²(n−p)/n from the second fit on.
  static func pullTrainingLoss(_ rho: Double, rows n: Int, parameters p: Int, noise: Double) -> Double {
    pow((1 - rho) * noise, 2) * Double(n - p) / Double(n)
  }

  // MARK: F6

  /// Σ_{i≤k} i⁻².
  static func inverseSquares(_ k: Int) -> Double { (1...k).reduce(0) { $0 + 1 / Double($1 * $1) } }

  /// **F6** [n] accumulate with fresh X: σ²d·Σ_{i≤k} 1/(i(in−d−1)).
  ///
  /// With A_i = X_i′X_i and S_k = ΣA_i the pooled fit obeys e_k = e_{k−1} + S_k⁻¹X_k′ε_k, and cycles are exchangeable: E tr(M S_k⁻¹A_kS_k⁻¹) = E tr(M S_k⁻¹)/k = d/(k(kn−d−1)), any M.
  static func accumulatedExcess(rows n: Int, features d: Int, fits k: Int, noise: Double) -> Double {
    noise * noise * Double(d) * (1...k).reduce(0) { $0 + 1 / (Double($1) * Double($1 * n - d - 1)) }
  }

  /// **F6** [n] ridge, replaced, fixed X: Σ[a_j(1−r_j^k)² + σ²s_j/(s_j+Λ)²·(1−r_j^{2k})/(1−r_j²)], r_j = s_j/(s_j+Λ), a_j = (u_j′w*)².
  static func replacedRidgeError(_ gram: Matrix, truth: [Double], penalty: Double, noise: Double, fits k: Int) throws -> Double {
    let eigen = try SymmetricEigen(gram)
    return eigen.values.indices.reduce(0.0) { sum, j in
      let s = eigen.values[j], r = s / (s + penalty), along = dot(eigen.vectors.column(j), truth), kept = pow(r, Double(k))
      return sum + along * along * (1 - kept) * (1 - kept)
        + noise * noise * s / ((s + penalty) * (s + penalty)) * (1 - kept * kept) / (1 - r * r)
    }
  }

  // MARK: F7

  /// **F7** [≈ large window] "L∞ = L₀·√((1−p)/(1−s²p))", squared: L²_{t+1} = (1−p)L₀² + ps²L²_t with the RMSE on the window's own labels.
  static func anchoredLoss(usage p: Double, adherence s: Double) -> Double { (1 - p) / (1 - s * s * p) }

  /// The same after t cycles with labels from predictions: the distance to the limit shrinks by ps² a cycle, from L₀².
  static func anchoredLoss(usage p: Double, adherence s: Double, cycles t: Int) -> Double {
    let limit = anchoredLoss(usage: p, adherence: s)
    return limit + pow(p * s * s, Double(t)) * (1 - limit)
  }

  /// **F7** [≈ large window] "measured on original rows √(1−p+ps²)", squared.
  ///
  /// What is measured on original rows is the RMSE that sets the spread of the labels: if the spread is s·L₀ in every cycle, L₀ the RMSE on untouched rows, nothing compounds
  /// and the window's loss is (1−p)L₀² + ps²L₀² at once. It is also where the loop is after its first cycle, whose RMSE is that of the untouched fit. It is *not* the
  /// model's error on original rows: that stays L₀, because w stays β.
  static func anchoredLossByOriginalRows(usage p: Double, adherence s: Double) -> Double { 1 - p + p * s * s }

  /// The relative error of the two above at n fitted rows and q = d + 1 parameters, to first order in τ = q/n, for loss on fresh rows of the window.
  ///
  /// V' = (1−p)σ² + ps²L̂² + p(1−p)‖e‖² is the variance of labels about their regression. L̂² is taken on fitted rows: V(1−τ). The weights obey
  /// e' = pe + u with E‖u‖² ≈ τV, so ‖e‖² ≈ τV/(1−p²) and p(1−p)‖e‖² ≈ τVp/(1+p). Relative to V the two move V' by −τps² and +τp/(1+p), either grows by at most
  /// 1/(1−ps²), and a fresh row adds ‖u‖² ≈ τV. Doubled, to cover what is of higher order.
  static func anchoredRelativeError(usage p: Double, adherence s: Double, rows n: Int, features d: Int) -> Double {
    let tau = Double(d + 1) / Double(n), gain = p * s * s
    return 2 * tau * (1 + (gain + p / (1 + p)) / (1 - gain))
  }
}
