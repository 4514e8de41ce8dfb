import Skewlab

var document = try ScenarioDocument(contentsOf: "scenarios/house-prices.yaml")
document.root["replicates"] = 8
let results = try Experiment(document).run()
for metric in ["offline_r2", "untouched_loss"] {
  guard let change = results.summary.difference(arm: "strong", minus: "none", cycle: 28, metric: metric) else { continue }
  print(metric, change.mean, "95 % interval", change.low ?? .nan, "to", change.high ?? .nan)
}
