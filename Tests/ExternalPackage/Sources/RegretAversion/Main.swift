import Skewlab
import SkewlabTesting

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Checks the kind, runs its scenario, and prints what came out. Exits with 1 when the kind breaks the contract of its role.
@main struct Main {
  static func main() throws {
    let document = try ScenarioDocument(contentsOf: folder() + "/negotiation.yaml")
    // With its defaults, and as each arm has it: an affine form is there in one of them only.
    var violations = Conformance.check(RegretAversion.self, catalog: .standard)
    for arm in try document.arms() {
      violations += Conformance.check(RegretAversion.self, catalog: .standard, in: try document.resolved(for: arm))
    }
    for violation in violations { print(violation) }
    guard violations.isEmpty else { exit(1) }
    print("\(RegretAversion.kind) keeps the contract of a response")

    let results = try Experiment(document, catalog: Catalog.standard.adding(RegretAversion.self)).run()
    for arm in results.experiment.arms {
      let cycle = arm.scenario.cycles
      guard let interval = results.summary.interval(arm: arm.name, cycle: cycle, metric: "excess_loss"),
        let low = interval.low, let high = interval.high
      else {
        print("\(arm.name): no result in cycle \(cycle)")
        exit(1)
      }
      print("\(arm.name): after \(cycle) cycles an excess loss of \(interval.mean) (95 % interval \(low) to \(high))")
    }
  }

  /// This package's folder, three above this file's.
  private static func folder(of file: String = #filePath) -> String {
    "/" + file.split(separator: "/").dropLast(3).joined(separator: "/")
  }
}
