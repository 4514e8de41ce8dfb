internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The command `skewlab`: subcommands, and what becomes of errors.
@main
struct SkewlabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skewlab",
    abstract: "Simulate a deployed model over retraining cycles, beside the same rows had nothing been predicted.",
    discussion: """
      EXAMPLES:
        skewlab run scenarios/house-prices.yaml
        skewlab new mine --table sales.csv --target price && skewlab run mine.yaml
        skewlab run scenarios/label-follows-prediction.yaml --set world.features=20 --replicates 100
        skewlab list response; skewlab describe anchoring

      Exit codes: 0 done, 64 usage, 65 bad input, 70 internal error, 74 input/output, 130 interrupted.
      """,
    version: skewlabVersion,
    subcommands: [
      Run.self, Attribute.self, Screen.self, Explain.self, Validate.self, List.self, Describe.self, Schema.self, New.self, Doctor.self,
    ])

  static func main() {
    occupyClosedStreams()
    signal(SIGPIPE, SIG_IGN)  // a reader that is gone (`| head`) ends the output, not the run
    signal(SIGXFSZ, SIG_IGN)  // a file past `ulimit -f` is an error with a message, like a full disk
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as ScenarioError {
      fail(error.description, code: 65)
    } catch let error as ResultsError {
      fail(error.description, code: 74)
    } catch let error as Interruption {
      fail(error.message, code: 130)
    } catch {
      exit(withError: error)
    }
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    for line in message.split(separator: "\n") { Terminal.error("error: \(line)") }
    exit(withError: ExitCode(code))
  }
}

/// The user stopped the run.
struct Interruption: Error {
  let message: String

  /// What is said at the second signal, which ends the process at once.
  static let again =
    "error: interrupted again, in the middle of a cycle; runs that are done are kept; go on with --resume"
}
