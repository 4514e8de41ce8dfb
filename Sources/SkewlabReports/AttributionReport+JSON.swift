public import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabNumerics

extension AttributionReport {
  /// The last cycle as data.
  ///
  /// - Parameters:
  ///   - sentence: The sentence.
  ///   - folder: Where the results are.
  public func json(sentence: String, folder: String) -> DocumentNode {
    var node: DocumentNode = [
      "sentence": .string(sentence), "out": .string(folder), "metric": .string(attribution.metric), "cycle": .integer(cycle),
    ]
    if let reference { node["reference"] = .number(reference) }
    guard let estimates else { return node }
    node["none"] = Self.node(estimates.none)
    node["all"] = Self.node(estimates.all)
    node["total"] = Self.node(estimates.total)
    node["missed"] = Self.node(estimates.missed)
    node["players"] = DocumentNode(
      .list(
        attribution.players.enumerated().map { index, player in
          var entry: DocumentNode = [
            "name": .string(player.name), "components": .texts(player.components), "share": Self.node(estimates.shares[index]),
            "single": Self.node(estimates.singles[index]),
          ]
          if !estimates.samplingErrors.isEmpty { entry["sampling_error"] = .number(estimates.samplingErrors[index]) }
          return entry
        }))
    node["interactions"] = DocumentNode(
      .list(
        zip(attribution.plan.pairs, estimates.interactions).map { pair, interval in
          ["players": .texts([attribution.players[pair.0].name, attribution.players[pair.1].name]), "index": Self.node(interval)]
        }))
    return node
  }

  private static func node(_ interval: MeanInterval) -> DocumentNode {
    var node: DocumentNode = ["n": .integer(interval.n), "mean": .number(interval.mean)]
    if let low = interval.low, let high = interval.high {
      node["ci_low"] = .number(low)
      node["ci_high"] = .number(high)
    }
    return node
  }
}
