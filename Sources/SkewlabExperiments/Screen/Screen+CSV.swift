internal import SkewlabEngine
internal import SkewlabNumerics

extension Screen {
  /// `screen.csv`: kind, target, incident, cause, status, cycle, n, added_loss and added_skew with intervals, touched_share, reason.
  ///
  /// The target is what the discrepancy acts on. Added loss and skew are differences from the scenario as it is, in that cycle, its last.
  ///
  /// A discrepancy that was tried is `applied`, `diverged` or `ended` (``Line/Status``), with the number of replicates that are left and their mean; one that was not is `unsuitable` or `no-preset`.
  public func csv(_ summary: Summary) -> String {
    var text = CSVText(
      line: [
        "kind", "target", "incident", "cause", "status", "cycle", "n", "added_loss", "added_loss_low", "added_loss_high", "added_skew",
        "added_skew_low", "added_skew_high", "touched_share", "reason",
      ])
    let cycle = summary.lastCycle(arm: 0)
    func begin(_ kind: String, _ target: String, _ incident: String, _ status: String) {
      for cell in [kind, target, incident, causes[kind]?.rawValue ?? "", status] { text.add(cell) }
      text.add(cycle)
    }
    for line in lines(summary) {
      begin(line.preset.kind, line.target, line.preset.incident, line.status.rawValue)
      text.add(line.alive)
      for interval in [line.addedLoss, line.addedSkew] {
        text.add(interval?.mean)
        text.add(interval?.low)
        text.add(interval?.high)
      }
      text.add(line.touched)
      text.add(reason(line, of: summary.endings(arm: 0).count))
      text.endLine()
    }
    for none in untried {
      begin(none.kind, "", none.incident, none.status.rawValue)
      text.add(0)
      for _ in 0..<7 { text.add(Double?.none) }
      text.add(none.reason)
      text.endLine()
    }
    return text.text
  }

  private func reason(_ line: Line, of replicates: Int) -> String {
    let lost = "\(replicates - line.alive) of \(replicates) replicates"
    return switch line.status {
    case .applied: ""
    case .diverged: "the loss of \(lost) ran away"
    case .ended: "\(lost) ended before the last cycle; manifest.json says how"
    }
  }
}
