import SkewlabNumerics
import Testing

@Suite struct SpecialFunctionTests {
  @Test func `normal distribution function`() {
    for row in rows(SpecialFigures.normalCDF) {
      #expect(relativeError(Normal.cdf(row[0]), row[1]) < 1e-14, "at \(row[0])")
    }
  }

  @Test func `normal quantile`() {
    for row in rows(SpecialFigures.normalQuantile) {
      #expect(relativeError(Normal.quantile(row[0]), row[1]) < Tolerance.nearlyExact, "at \(row[0])")
    }
    #expect(Normal.quantile(0) == -.infinity)
    #expect(Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(-0.1).isNaN)
  }

  @Test func `Student t distribution function`() {
    for row in rows(SpecialFigures.studentCDF) {
      let value = StudentT(degreesOfFreedom: row[0]).cdf(row[1])
      // Below 10⁻²⁹⁰ nothing is promised.
      #expect(row[2] < 1e-290 || relativeError(value, row[2]) < Tolerance.special, "ν \(row[0]), t \(row[1])")
    }
  }

  @Test func `Student t quantile`() {
    for row in rows(SpecialFigures.studentQuantile) {
      let value = StudentT(degreesOfFreedom: row[0]).quantile(row[1])
      #expect(relativeError(value, row[2]) < Tolerance.special, "ν \(row[0]), p \(row[1])")
    }
  }

  @Test func `Student t with infinite degrees of freedom is normal`() {
    let law = StudentT(degreesOfFreedom: .infinity)
    #expect(law.quantile(0.975) == Normal.quantile(0.975))
    #expect(law.cdf(-2) == Normal.cdf(-2))
    #expect(StudentT(degreesOfFreedom: 3).quantile(0.5) == 0)
  }

  @Test func `logarithm of the gamma function`() {
    for row in rows(SpecialFigures.logGamma) {
      #expect(relativeError(Gamma.logGamma(row[0]), row[1]) < Tolerance.nearlyExact, "at \(row[0])")
    }
  }

  @Test func `regularised incomplete gamma function`() {
    for row in rows(SpecialFigures.gamma) {
      #expect(relativeError(Gamma.lowerRegularized(row[0], row[1]), row[2]) < Tolerance.special, "P(\(row[0]), \(row[1]))")
      #expect(relativeError(Gamma.upperRegularized(row[0], row[1]), row[3]) < Tolerance.special, "Q(\(row[0]), \(row[1]))")
    }
  }

  @Test func `regularised incomplete beta function`() {
    for row in rows(SpecialFigures.beta) {
      let value = Beta.regularized(row[2], row[0], row[1])
      #expect(relativeError(value, row[3]) < Tolerance.special, "I_\(row[2])(\(row[0]), \(row[1]))")
    }
  }

  @Test func `chi-squared distribution function`() {
    for row in rows(SpecialFigures.chiSquared) {
      let law = ChiSquared(degreesOfFreedom: row[0])
      #expect(relativeError(law.cdf(row[1]), row[2]) < Tolerance.special, "k \(row[0]), x \(row[1])")
      #expect(relativeError(law.survival(row[1]), row[3]) < Tolerance.special, "k \(row[0]), x \(row[1])")
    }
  }

  @Test func `Kolmogorov limit law`() {
    for row in rows(SpecialFigures.kolmogorov) {
      #expect(relativeError(Kolmogorov.survival(row[0]), row[1]) < 1e-13, "at \(row[0])")
    }
  }

  @Test func `Poisson probabilities`() {
    for row in rows(SpecialFigures.poisson) {
      let law = Poisson(mean: row[0])
      #expect(relativeError(law.probability(Int(row[1])), row[2]) < Tolerance.special, "mean \(row[0]), k \(row[1])")
      #expect(relativeError(law.cdf(Int(row[1])), row[3]) < Tolerance.special, "mean \(row[0]), k \(row[1])")
    }
    #expect(Poisson(mean: 0).probability(0) == 1)
    #expect(Poisson(mean: 0).cdf(0) == 1)
    #expect(Poisson(mean: 2).cdf(-1) == 0)
  }

  @Test func `binomial distribution function`() {
    for row in rows(SpecialFigures.binomial) {
      let law = Binomial(trials: Int(row[0]), probability: row[1])
      #expect(relativeError(law.cdf(Int(row[2])), row[3]) < Tolerance.special, "n \(row[0]), k \(row[2])")
    }
    #expect(Binomial(trials: 5, probability: 0).cdf(0) == 1)
    #expect(Binomial(trials: 5, probability: 1).cdf(4) == 0)
  }

  @Test func `Kolmogorov statistic of a small sample by hand`() {
    // Sorted 0.1, 0.4, 0.9 under the uniform law: steps at 1/3, 2/3, 1; the largest gap is 2/3 − 0.4.
    let result = Kolmogorov.test([0.4, 0.9, 0.1]) { $0 }
    #expect(abs(result.statistic - (2.0 / 3 - 0.4)) < Tolerance.nearlyExact)
    #expect(result.pValue > 0.9)
  }
}
