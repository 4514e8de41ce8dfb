internal import SkewlabEngine
internal import SkewlabNumerics

extension Screen {
  /// `screen.csv`: kind, incident, cause, status, n, excess and skew with intervals, touched_share, reason.
  ///
  /// A discrepancy that was tried is `applied`, `diverged` or `ended` (``Line/Status``), with the number of replicates that are left and their mean; one that was not is `unsuitable` or `no-preset`.
  public func csv(_ summary: Summary) -> String {
    var text = CSVText(
      line: [
        "kind", "incident", "cause", "status", "n", "excess", "excess_low", "excess_high", "skew", "skew_low", "skew_high", "touched_share",
        "reason",
      ])
    func begin(_ kind: String, _ incident: String, _ status: String) {
      for cell in [kind, incident, causes[kind]?.rawValue ?? "", status] { text.add(cell) }
    }
    for line in lines(summary) {
      begin(line.preset.kind, line.preset.incident, line.status.rawValue)
      text.add(line.alive)
      for interval in [line.excess, line.skew] {
        text.add(interval?.mean)
        text.add(interval?.low)
        text.add(interval?.high)
      }
      text.add(line.touched)
      text.add(reason(line, of: summary.endings(arm: 0).count))
      text.endLine()
    }
    for none in untried {
      begin(none.kind, none.incident, none.status.rawValue)
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
