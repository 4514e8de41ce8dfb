internal import ArgumentParser
internal import SkewlabExperiments
internal import SkewlabNumerics

/// `skewlab doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what Skewlab runs on here, and check that its arithmetic is right.",
    discussion: """
      EXAMPLES:
        skewlab doctor
      """)

  func run() throws {
    let blas = BLASInfo.current
    Terminal.output("skewlab      \(skewlabVersion)")
    Terminal.output("BLAS         \(blas.configuration)")
    Terminal.output("BLAS kernel  \(blas.coreName)")
    Terminal.output("BLAS threads \(blas.threads) outside runs; 1 in every run")
    Terminal.output("cores        \(availableCores())")
    var isRight = true
    for check in SelfCheck.all {
      let passed = check.run()
      isRight = isRight && passed
      Terminal.output("check        \(check.name): \(passed ? "right" : "WRONG")")
    }
    if !isRight {
      Terminal.error("error: a check failed: results of this build cannot be trusted; rebuild, or try another BLAS")
      throw ExitCode(70)
    }
  }
}
