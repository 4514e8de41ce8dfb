internal import SkewlabEngine

/// The rows of `deployments.csv`, deployment by deployment.
///
/// Each deployment has a row for all steps together (statistic `steps`: how many either side runs) and one for each step (statistic `values`: how many numbers
/// either side learned). A number that the sides learned differently has a row in the first deployment in which they do, in every later one in
/// which either side's number is another, and in the first in which they agree again or neither side has it any more: so the file stays small where thousands of
/// categories differ for good. What both sides learned alike is only counted.
struct DeploymentRows {
  private struct Key: Hashable { let step: String, feature: String, statistic: String }

  /// The numbers that differed in the deployment before.
  private var differing: [Key: Deployment.Value] = [:]

  /// The rows of the next deployment.
  mutating func next(_ deployed: Deployment, in cycle: Int) -> [RunResult.DeploymentRow] {
    func version(_ ids: [String]) -> String { ids.isEmpty ? "plain" : ids.joined(separator: "+") }
    let versions = (training: version(deployed.trainingVersion), serving: version(deployed.servingVersion))
    var rows: [RunResult.DeploymentRow] = []
    func add(_ key: Key, _ training: Double?, _ serving: Double?, _ agrees: Bool) {
      rows.append(
        RunResult.DeploymentRow(
          cycle: cycle, fittedIn: deployed.fittedIn, trainingVersion: versions.training, servingVersion: versions.serving, step: key.step,
          feature: key.feature, statistic: key.statistic, training: training.finite, serving: serving.finite, agrees: agrees))
    }
    func count(_ count: (Deployment.Step) -> Int?) -> Double { Double(deployed.steps.count { count($0) != nil }) }
    add(Key(step: "", feature: "", statistic: "steps"), count(\.trainingCount), count(\.servingCount), deployed.agrees)
    var now: [Key: Deployment.Value] = [:]
    for step in deployed.steps {
      add(
        Key(step: step.name, feature: "", statistic: "values"), step.trainingCount.map(Double.init), step.servingCount.map(Double.init),
        step.agrees)
      if step.agrees, differing.isEmpty { continue }
      for value in step.values {
        let key = Key(step: step.name, feature: value.feature, statistic: value.statistic)
        let before = differing.removeValue(forKey: key)
        if !value.agrees { now[key] = value }
        if value.agrees ? before != nil : value != before { add(key, value.training, value.serving, value.agrees) }
      }
    }
    // What neither side has any more, in an order that does not depend on hashing.
    for key in differing.keys.sorted(by: { ($0.step, $0.feature, $0.statistic) < ($1.step, $1.feature, $1.statistic) }) {
      add(key, nil, nil, true)
    }
    differing = now
    return rows
  }
}

extension Double? {
  /// The number, if there is a finite one.
  fileprivate var finite: Double? { flatMap { $0.isFinite ? $0 : nil } }
}
