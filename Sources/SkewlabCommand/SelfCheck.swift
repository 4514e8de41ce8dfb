internal import SkewlabNumerics

/// A check of the arithmetic against figures from outside.
struct SelfCheck: Sendable {
  let name: String
  let run: @Sendable () -> Bool

  static let all = [
    SelfCheck(name: "random numbers (Philox4x32-10, published vector)") {
      let block = Philox.block(counter: [0, 0, 0, 0], key: 0)
      return (0..<4).map { block[$0] } == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
    },
    SelfCheck(name: "linear algebra (4 × 4 Hilbert system, exact solution)") {
      var hilbert = Matrix(rows: 4, columns: 4)
      for i in 0..<4 { for j in 0..<4 { hilbert[i, j] = 1 / Double(i + j + 1) } }
      let solution = SymmetricSystem.solve(hilbert, [1, 1, 1, 1]).solution
      return zip(solution, [-4, 60, -180, 140]).allSatisfy { abs($0 - $1) < 1e-8 }
    },
    SelfCheck(name: "Student t quantile (SciPy 1.17.1)") {
      abs(StudentT(degreesOfFreedom: 31).quantile(0.975) - 2.0395134463964077) < 1e-12
    },
  ]
}
