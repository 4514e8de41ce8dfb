import Foundation
import SkewlabNumerics
import Testing

@Suite struct GaussLegendreTests {
  /// numpy.polynomial.legendre.leggauss(5), NumPy 2.4.6; correct to the last digits.
  @Test func `five nodes are NumPy's`() {
    let rule = GaussLegendre(5)
    let nodes = [-0.906179845938664, -0.538469310105683, 0, 0.538469310105683, 0.906179845938664]
    let weights = [0.2369268850561892, 0.4786286704993666, 0.568888888888889, 0.4786286704993666, 0.2369268850561892]
    for i in 0..<5 {
      #expect(abs(rule.nodes[i] - nodes[i]) < 1e-15)
      #expect(abs(rule.weights[i] - weights[i]) < 1e-15)
    }
  }

  @Test(arguments: [1, 2, 7, 20, 64]) func `polynomials of degree 2n − 1 are integrated exactly`(_ n: Int) {
    let rule = GaussLegendre(n)
    for power in 0..<2 * n {
      // The mean of x^p over [1, 3]; up to a hundred roundings.
      let expected = (pow(3, Double(power + 1)) - 1) / Double(power + 1) / 2
      #expect(abs(rule.mean(from: 1, to: 3) { pow($0, Double(power)) } - expected) < 1e-13 * expected, "power \(power)")
    }
  }

  @Test func `pieces refine a function that one piece cannot follow`() {
    let rule = GaussLegendre(8)
    #expect(abs(rule.mean(from: 0, to: 20, pieces: 20) { sin($0) } - (1 - cos(20)) / 20) < 1e-12)
  }
}
