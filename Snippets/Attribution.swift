import Skewlab

var document = try ScenarioDocument(contentsOf: "scenarios/attribution-additive.yaml")
document.root["replicates"] = 8
let attribution = try Attribution(document)
let summary = attribution.experiment.run().summary
if let estimates = attribution.estimates(summary, cycle: 3) {
  for (player, share) in zip(attribution.players, estimates.shares) {
    print(player.name, share.mean, "95 % interval", share.low ?? .nan, "to", share.high ?? .nan)
  }
}
