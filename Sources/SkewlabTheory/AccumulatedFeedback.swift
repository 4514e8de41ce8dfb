internal import SkewlabEngine
internal import SkewlabNumerics

/// The covariance of ordinary least squares that is fitted every cycle on everything logged so far, where outcomes follow what it served: y = oβ′x̃ + ρv′x̃ + noise of variance τ², exactly.
///
/// Given S = X̃′X̃ of the first K cycles of n rows, A that of the last one and v the fit on the others, the next fit is v + S⁻¹A(oβ − cv) + S⁻¹X_K′ε, c = 1 − ρ. Cycles are exchangeable, so that E[A | S] = S/K, and v has the mean μβ whatever S is, μ′ = μ + (o − cμ)/K. Its covariance *given S* is, by induction,
/// aββ′ + (b + g·β′Sβ)S⁻¹ + r·ee′, e the constant function: with H = S⁻¹A the next one is
///
/// E[(I − cH)(·)(I − cH)′ | S] + (o − cμ)²·Cov(Hβ | S) + (τ²/K)S⁻¹.
///
/// S^½(I − H′)S^−½ is a matrix of the beta law independent of S, and all moments that are needed follow from E S⁻¹ of n rows and from those of ``RowFactors``. Without an intercept (r = 0) any o and ρ are possible; with one, those with o = c, whose mean is β from the first fit on: a = g = 0. Own labels
/// (o = c = 0) give b = Σ τ²/i, THEORY's F6; ρ = 0 the fit on all rows.
struct AccumulatedFeedback {
  private let features: FeatureLaw, truth: [Double]
  private let rows: Double, outcome: Double, closing: Double, noise: Double, hasIntercept: Bool
  private var fits = 1
  private var mean = 1.0
  private var ofTruth = 0.0, ofInverse: Double, ofSize = 0.0, ofConstant = 0.0

  /// After the first fit, on untouched rows with noise of variance `untouched`; `nil` where the recursion is not closed or rows are too few.
  init?(
    _ features: FeatureLaw, truth: [Double], rows: Int, outcome: Double, served: Double, untouched: Double, noise: Double,
    hasIntercept: Bool
  ) {
    guard rows >= truth.count + (hasIntercept ? 2 : 1) else { return nil }
    if hasIntercept ? outcome != 1 - served : truth[0] != 0 { return nil }
    self.features = features
    self.truth = truth
    self.rows = Double(rows)
    self.outcome = outcome
    closing = 1 - served
    self.noise = noise
    self.hasIntercept = hasIntercept
    ofInverse = untouched
  }

  /// N − d − 1, or N − d − 2 with an intercept: E S⁻¹ = S⁻¹/free.
  private func free(_ count: Double) -> Double { count - Double(truth.count) - (hasIntercept ? 1 : 0) }

  /// To the next fit.
  mutating func advance() {
    let c = closing, d = Double(truth.count - 1), old = Double(fits) * rows, all = old + rows
    fits += 1
    let k = Double(fits), share = old / all, degrees = free(all), before = free(old)
    let added = noise / k
    if hasIntercept {
      // E[S₁⁻¹ | S] = (f/f₁)S⁻¹ + (…)ee′; the constant function in one part of the rows has slopes in the whole.
      let slopes = degrees / before, level = 1 / old + (1 / old - 1 / all) * d / before - slopes / all
      let tilt = c * c * old * old * (1 / old - 1 / all) / (all - 1)
      let inverse = ofInverse * ((1 - c) * (1 - c) * slopes + 2 * c * (1 - c) + c * c * share) + ofConstant * tilt + added
      ofConstant = ofInverse * (1 - c) * (1 - c) * level + ofConstant * ((1 - c / k) * (1 - c / k) - tilt / all)
      ofInverse = inverse
    } else {
      let kappa = rows * (1 - 1 / k) / ((all - 1) * (all + 2))
      let drive = outcome - c * mean, driven = c * c * ofTruth + drive * drive
      let size = (1 - c) * (1 - c) * share * degrees / before + 2 * c * (1 - c) * share + c * c * (share * share - 2 * kappa / all)
      let along = -(1 - c) * (1 - c) * 2 / before * (1 - share) + 2 * c * c * kappa
      ofTruth = ofTruth * (1 - c / k) * (1 - c / k) + driven * kappa * (1 - 2 / all) + ofSize * along
      ofInverse = ofInverse * ((1 - c) * (1 - c) * degrees / before + 2 * c * (1 - c) + c * c * share) + added
      ofSize = ofSize * size + driven * kappa
    }
    mean += (outcome - c * mean) / k
  }

  /// The covariance of the present fit in coordinates (1, x − m): its mean over S.
  var covariance: Matrix {
    let d = truth.count - 1, count = Double(fits) * rows, degrees = free(count)
    let moved = features.second.times(truth), size = hasIntercept ? 0 : dot(truth, moved)
    var result = ((ofInverse + ofSize * count * size) / degrees) * features.inverse
    if hasIntercept {
      result[0, 0] = ofInverse * (1 / count + Double(d) / (count * degrees)) + ofConstant
    } else {
      let own = ofTruth - 2 * ofSize / degrees
      for j in 1...d { for i in 1...d { result[i, j] += own * truth[i] * truth[j] } }
    }
    return result
  }
}
