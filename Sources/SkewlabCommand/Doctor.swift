internal import ArgumentParser
internal import SkewlabExperiments
internal import SkewlabNumerics
internal import SkewlabReports

/// `skewlab doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what Skewlab runs on here, and check that its arithmetic is right.",
    discussion: """
      EXAMPLES:
        skewlab doctor
        skewlab doctor --no-measure
        skewlab doctor --runtime >> my-scenario.yaml
      """)

  @Flag(
    inversion: .prefixedNo, help: "Time the BLAS kernels that this CPU can run, about two seconds, and say which setting would be faster.")
  var measure = true

  @Flag(
    help:
      "Time two versions of a predictor here, a plain loop and BLAS, and print only a 'runtime:' section for a scenario, with the measured times."
  )
  var runtime = false

  /// What `doctor` asks of its children.
  @Flag(help: .hidden)
  var kernelTimes = false

  func run() throws {
    if kernelTimes { return Terminal.output(KernelTimes.measured().text) }
    if runtime {
      let resident = RuntimeTimes.residentBytes()
      return Terminal.output(RuntimeBlock.text(RuntimeTimes.measured(), residentBytes: resident))
    }
    let blas = BLASInfo.current, features = cpuFeatures()
    Terminal.output("skewlab      \(skewlabVersion)")
    Terminal.output("BLAS         \(blas.configuration)")
    Terminal.output("BLAS kernel  \(blas.coreName)")
    Terminal.output("BLAS threads \(blas.threads) outside runs; 1 in every run")
    Terminal.output("cores        \(availableCores())")
    Terminal.output("CPU has      \(features.isEmpty ? "the baseline" : features.joined(separator: " "))")
    Terminal.output("own kernels  \(InstructionSet.inUse.rawValue); every instruction set gives the same bits")
    var isRight = true
    for check in SelfCheck.all {
      let passed = check.run()
      isRight = isRight && passed
      Terminal.output("check        \(check.name): \(passed ? "right" : "WRONG")")
    }
    if measure { for line in speedLines(blas, features: features) { Terminal.output(line) } }
    if !isRight {
      Terminal.error("error: a check failed: results of this build cannot be trusted; rebuild, or try another BLAS")
      throw ExitCode(70)
    }
  }

  /// How fast the BLAS kernels are here, or why there is nothing to choose.
  private func speedLines(_ blas: BLASInfo, features: [String]) -> [String] {
    guard blas.isOpenBLAS else { return ["BLAS advice  none: this library is not OpenBLAS, whose kernels `doctor` knows"] }
    guard blas.choosesKernel else {
      return ["BLAS advice  none: this OpenBLAS is built for one kernel alone; one built with DYNAMIC_ARCH chooses the CPU's own"]
    }
    let candidates = BLASKernel.candidates(for: blas, features: Set(features))
    guard !candidates.isEmpty else { return ["BLAS advice  none: no other kernel is known for this CPU"] }
    guard let choice = KernelChoice.measured(candidates) else {
      return ["BLAS advice  none: the kernels could not be timed, since this program cannot be started again"]
    }
    let times = ([choice.current] + choice.others).map { kernel in
      let parts = zip(KernelTimes.tasks, kernel.seconds).map { "\($0) \(Format.fixed($1 * 1e3, 3)) ms" }
      return "BLAS speed   \(kernel.kernel): \(parts.joined(separator: ", "))"
    }
    guard let better = choice.better else {
      return times + ["BLAS advice  keep \(choice.current.kernel): no other kernel that this CPU can run is 10 % faster"]
    }
    let gain = Format.fixed(better.gain(over: choice.current), 2)
    return times + [
      "BLAS advice  export OPENBLAS_CORETYPE=\(better.kernel)  # \(gain) times as fast as \(choice.current.kernel) at 200 features",
      "             The last digits of fits may change between kernels: keep to one where runs are compared digit by digit.",
    ]
  }
}
