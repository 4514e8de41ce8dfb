import Foundation
import SkewlabNumerics
import Testing

@Suite struct ElementaryTests {
  @Test func `log is within two units of the exact value`() {
    check(ElementaryFigures.log) { Elementary.log($0, into: &$1) }
  }

  @Test func `exp is within two units of the exact value`() {
    check(ElementaryFigures.exp) { Elementary.exp($0, into: &$1) }
  }

  @Test func `expm1 is within two units of the exact value`() {
    check(ElementaryFigures.expm1) { Elementary.expm1($0, into: &$1) }
  }

  @Test func `log1p is within three units of the exact value, and missing where it is not defined`() {
    let table = rows(ElementaryFigures.log1p)
    for (row, value) in zip(table, map(table.map { $0[0] }) { Columns.log1p($0, into: &$1) }) {
      // One rounding of 1 + x is made good again: a logarithm's error, a quotient's and a difference's.
      #expect(ulps(value, row[1], row[2]) < 3, "at \(row[0]): \(value)")
    }
    #expect(map([0, .infinity]) { Columns.log1p($0, into: &$1) } == [0, .infinity])
    #expect(map([-1, -2, -.infinity, .nan]) { Columns.log1p($0, into: &$1) }.allSatisfy { $0.isNaN })
  }

  @Test func `cosine and sine of turns are within two units of the exact values`() {
    let table = rows(ElementaryFigures.turns)
    let (cosines, sines) = cosineAndSine(table.map { $0[0] })
    for (i, row) in table.enumerated() {
      #expect(ulps(cosines[i], row[1], row[2]) < Tolerance.kernelUlps, "cos 2π·\(row[0])")
      #expect(ulps(sines[i], row[3], row[4]) < Tolerance.kernelUlps, "sin 2π·\(row[0])")
    }
  }

  @Test func `quarter turns are exact`() {
    let (cosines, sines) = cosineAndSine([0, 0.25, 0.5, 0.75, 1])
    #expect(cosines == [1, 0, -1, 0, 1])
    #expect(sines == [0, 1, 0, -1, 0])
  }

  @Test func `special values of log`() {
    #expect(map([0, .infinity, 1, 0x1p-1074]) { Elementary.log($0, into: &$1) }[..<3] == [-.infinity, .infinity, 0])
    #expect(map([-1, -.infinity, .nan, -0x1p-1074]) { Elementary.log($0, into: &$1) }.allSatisfy { $0.isNaN })
  }

  /// Against the C library's functions, whose own errors are below one unit: eˣ twice over, one division and one sum.
  @Test func `the logistic function and its integral are those of the C library`() {
    let arguments = stride(from: -700.0, through: 700, by: 0.37).map { $0 } + [0, 1e-9, -1e-9, 1e-300, 36, 37, -36, -37]
    let values = map(arguments) { x, out in
      for i in x.indices { out[i] = x[i] }
      Elementary.logistic(&out)
    }
    let integrals = map(arguments) { Elementary.softplus($0, into: &$1) }
    for (i, x) in arguments.enumerated() {
      let p = 1 / (1 + Foundation.exp(-x)), integral = max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x)))
      #expect(abs(values[i] - p) <= 8 * p.ulp, "at \(x)")
      #expect(abs(integrals[i] - integral) <= 8 * integral.ulp, "at \(x)")
    }
    let special = map([-.infinity, .infinity, .nan, -1000]) { x, out in
      for i in x.indices { out[i] = x[i] }
      Elementary.logistic(&out)
    }
    #expect(special[0] == 0 && special[1] == 1 && special[2].isNaN && special[3] == 0)
    #expect(map([-.infinity, .infinity]) { Elementary.softplus($0, into: &$1) } == [0, .infinity])
  }

  @Test func `special values of exp and expm1`() {
    let arguments = [0, -Double.infinity, .infinity, -800, 800, 709.79]
    #expect(map(arguments) { Elementary.exp($0, into: &$1) } == [1, 0, .infinity, 0, .infinity, .infinity])
    #expect(map(arguments) { Elementary.expm1($0, into: &$1) } == [0, -1, .infinity, -1, .infinity, .infinity])
    #expect(Elementary.exp(.nan).isNaN)
    #expect(map([.nan]) { Elementary.expm1($0, into: &$1) }[0].isNaN)
  }

  @Test func `exp underflows gradually`() {
    // e^−740 = 4.199·10⁻³²² is 85 times the least positive double.
    #expect(Elementary.exp(-740) == 85 * Double.leastNonzeroMagnitude)
    #expect(Elementary.exp(-745.13) == .leastNonzeroMagnitude)
    #expect(Elementary.exp(-745.14) == 0)
  }

  @Test func `one value has the same bits as an array`() {
    let values = (1...101).map { Double($0) * 0.37 }
    #expect(map(values) { Elementary.log($0, into: &$1) } == values.map { Elementary.log($0) })
    #expect(map(values) { Elementary.exp($0, into: &$1) } == values.map { Elementary.exp($0) })
  }

  @Test func `empty arrays are fine`() {
    #expect(map([]) { Elementary.log($0, into: &$1) } == [])
  }

  private func check(_ table: String, _ function: (Span<Double>, inout MutableSpan<Double>) -> Void) {
    let table = rows(table)
    for (row, value) in zip(table, map(table.map { $0[0] }, function)) {
      #expect(ulps(value, row[1], row[2]) < Tolerance.kernelUlps, "at \(row[0]): \(value)")
    }
  }

  private func map(_ values: [Double], _ function: (Span<Double>, inout MutableSpan<Double>) -> Void) -> [Double] {
    var result = [Double](repeating: .nan, count: values.count)
    var span = result.mutableSpan
    function(values.span, &span)
    return result
  }

  private func cosineAndSine(_ turns: [Double]) -> (cosines: [Double], sines: [Double]) {
    var cosines = [Double](repeating: .nan, count: turns.count)
    var sines = cosines
    var first = cosines.mutableSpan
    var second = sines.mutableSpan
    Elementary.cosineAndSine(turns: turns.span, cosines: &first, sines: &second)
    return (cosines, sines)
  }
}
