internal import SkewlabReports
internal import Synchronization

/// One line of progress on a terminal: share, rate, time left. Updated at most ten times a second.
final class ProgressLine: Sendable {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  init(isShown: Bool) { self.isShown = isShown && Terminal.hasEscapes }

  func update(done: Int, total: Int) {
    guard isShown else { return }
    let now = ContinuousClock.now
    let isDue = last.withLock { last -> Bool in
      if let last, now - last < .milliseconds(100), done < total { return false }
      last = now
      return true
    }
    guard isDue else { return }
    let elapsed = start.duration(to: now)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let rate = Double(done) / max(seconds, 1e-3)
    let left = Double(total - done) / max(rate, 1e-9)
    let filled = total > 0 ? done * 24 / total : 24
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    Terminal.status("\(bar) \(done)/\(total) cycles, \(Format.significant(rate, 3)) a second, \(Format.duration(left)) left")
  }

  func clear() {
    if isShown { Terminal.status("") }
  }
}
