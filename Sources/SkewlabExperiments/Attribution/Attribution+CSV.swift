internal import SkewlabEngine
internal import SkewlabNumerics

extension Attribution {
  /// `attribution.csv`: metric, cycle, kind, player, other, n, mean, sd, ci_low, ci_high, sampling_error; every metric that every subset has.
  ///
  /// The kinds: `none` v(∅), `all` v(N), `total` their difference, `share` of a player, `single` what it does alone, `missed` total − Σ singles, `interaction` of `player` and `other`.
  public func csv(_ summary: Summary) -> String {
    var text = CSVText(line: ["metric", "cycle", "kind", "player", "other", "n", "mean", "sd", "ci_low", "ci_high", "sampling_error"])
    let last = lastCycle(summary)
    guard last > 0 else { return text.text }
    for metric in summary.columns {
      for cycle in 1...last {
        guard let estimates = estimates(summary, cycle: cycle, metric: metric) else { continue }
        func add(_ kind: String, _ player: String, _ other: String, _ interval: MeanInterval, error: Double? = nil) {
          text.add(metric)
          text.add(cycle)
          for cell in [kind, player, other] { text.add(cell) }
          text.add(interval.n)
          text.add(interval.mean)
          text.add(interval.n > 1 ? interval.standardDeviation : nil)
          text.add(interval.low)
          text.add(interval.high)
          text.add(error)
          text.endLine()
        }
        add("none", "", "", estimates.none)
        add("all", "", "", estimates.all)
        add("total", "", "", estimates.total)
        for (index, player) in players.enumerated() {
          add(
            "share", player.name, "", estimates.shares[index],
            error: estimates.samplingErrors.isEmpty ? nil : estimates.samplingErrors[index])
        }
        for (player, single) in zip(players, estimates.singles) { add("single", player.name, "", single) }
        add("missed", "", "", estimates.missed)
        for (pair, interaction) in zip(plan.pairs, estimates.interactions) {
          add("interaction", players[pair.0].name, players[pair.1].name, interaction)
        }
      }
    }
    return text.text
  }
}
