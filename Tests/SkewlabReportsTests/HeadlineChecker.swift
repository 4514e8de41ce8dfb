import Foundation

/// Recomputes a headline from the CSV files of its run, and says what is not so.
///
/// Nothing here is computed by Skewlab: the files are read as text, means and intervals taken from `cycles.csv` with
/// Student's t quantiles from a table. Whether an arm lost replicates shows in `summary.csv`, which then has no intervals.
struct HeadlineChecker {
  /// t(n − 1, 0.975) for n = 2, 3, 4: `scipy.stats.t.ppf(0.975, [1, 2, 3])`.
  private static let quantiles = [2: 12.706204736174698, 3: 4.302652729749462, 4: 3.182446305283708]

  /// values[arm][metric][replicate][cycle]
  private var values: [String: [String: [Int: [Int: Double]]]] = [:]
  private var arms: [String] = []
  private var replicates: [String: Set<Int>] = [:]
  private var lostReplicates: Set<String> = []
  private(set) var problems: [String] = []
  private(set) var clauses = 0

  init(cycles: String, summary: String) {
    let rows = cycles.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    for row in rows.dropFirst() {
      if !arms.contains(row[0]) { arms.append(row[0]) }
      replicates[row[0], default: []].insert(Int(row[1]) ?? -1)
      for (column, cell) in zip(rows[0], row).dropFirst(3) {
        if let value = Double(cell) {
          values[row[0], default: [:]][column, default: [:]][Int(row[1]) ?? -1, default: [:]][Int(row[2]) ?? -1] = value
        }
      }
    }
    for line in summary.split(separator: "\n").dropFirst() {
      let row = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if (Int(row[3]) ?? 0) > 1, row[6].isEmpty { lostReplicates.insert(row[0]) }
    }
  }

  private func lastCycle(_ arm: String) -> Int { values[arm]?.values.flatMap(\.values).flatMap(\.keys).max() ?? 0 }
  private func has(_ arm: String, _ metric: String) -> Bool { values[arm]?[metric] != nil }

  /// Each replicate's mean over cycles, of those that have them all.
  private func means(_ arm: String, _ metric: String, _ cycles: ClosedRange<Int>) -> [Int: Double] {
    (values[arm]?[metric] ?? [:]).compactMapValues { own in
      let kept = cycles.compactMap { own[$0] }
      return kept.count == cycles.count ? kept.reduce(0, +) / Double(kept.count) : nil
    }
  }

  /// Checks a headline about untouched outcomes of this name.
  mutating func check(_ text: String, outcome: String) {
    let headline = Headline(text)
    let untouched = arms.contains { has($0, "untouched_loss") }
    if headline.clauses.isEmpty {
      switch text {
      case "The metrics asked for have no untouched loss: there is nothing to compare.": if untouched { problems.append("it has: \(text)") }
      case "No cycle was served: there is nothing to compare.":
        if arms.contains(where: { lastCycle($0) > 0 }) { problems.append("some were: \(text)") }
      case "There is neither a best predictor, nor a test of the model's own, nor a second cycle to compare with.":
        if arms.count > 1 || has(arms[0], "best_loss") || has(arms[0], "offline_loss") || lastCycle(arms[0]) > 1 {
          problems.append("there is: \(text)")
        }
      default: problems.append("not read: \(text)")
      }
      return
    }
    for unread in headline.unread { problems.append("not read: \(unread)") }
    var focus = arms[0]
    for clause in headline.clauses {
      if let match = clause.subject.wholeMatch(of: /the loss of '(.+)' on .+/) { focus = String(match.1) }
    }
    checkScopes(headline, focus)
    if let worst = headline.worst {
      checkWorst(worst)
    } else if arms.count > 2, others().count > 1 {
      problems.append("which arm of several?")
    }
    for clause in headline.clauses { check(clause, focus, outcome) }
    clauses += headline.clauses.count
  }

  /// Both scopes; and beside each loss what has to be known to judge it.
  private mutating func checkScopes(_ headline: Headline, _ focus: String) {
    let last = arms.count > 1 ? min(lastCycle(focus), lastCycle(arms[0])) : lastCycle(focus)
    var scopes: [ClosedRange<Int>] = []
    for clause in headline.clauses where !scopes.contains(clause.cycles) { scopes.append(clause.cycles) }
    let subjects = headline.clauses.map(\.subject)
    if last > 1, subjects.contains(where: { $0.hasPrefix("the loss of") }) {
      if scopes != [1...last, last...last] { problems.append("its cycles are \(scopes), those shared 1...\(last)") }
    }
    if arms.count > 1 {
      if has(focus, "offline_loss"), has(arms[0], "offline_loss"), !subjects.contains("the loss in its own test") {
        problems.append("nothing of its own test")
      }
      let isOther = means(focus, "best_loss", 1...last).contains { replicate, value in
        abs(value / (means(arms[0], "best_loss", 1...last)[replicate] ?? value) - 1) > 1e-9
      }
      if isOther, !subjects.contains("the best predictor's loss") { problems.append("another world's loss is laid at the model's door") }
    }
  }

  private func others() -> [(arm: String, rise: Double)] {
    let metric = arms.allSatisfy { has($0, "excess_loss") } ? "excess_loss" : "untouched_loss"
    return arms.dropFirst().compactMap { arm in
      let last = min(lastCycle(arm), lastCycle(arms[0]))
      guard last > 0 else { return nil }
      let here = means(arm, metric, 1...last), there = means(arms[0], metric, 1...last)
      let rises = here.compactMap { replicate, value in there[replicate].map { value - $0 } }
      return rises.isEmpty ? nil : (arm, rises.reduce(0, +) / Double(rises.count))
    }
  }

  private mutating func checkWorst(_ worst: (count: Int, baseline: String, arm: String, metric: String)) {
    let others = others()
    if worst.count != others.count || worst.baseline != arms[0] { problems.append("of \(others.count) arms, against \(arms[0])") }
    if (worst.metric == "excess_loss") != arms.allSatisfy({ has($0, "excess_loss") }) { problems.append("by \(worst.metric)") }
    guard let own = others.first(where: { $0.arm == worst.arm })?.rise, let most = others.map(\.rise).max() else {
      problems.append("'\(worst.arm)' cannot be compared")
      return
    }
    if own < most - 1e-9 * abs(most) { problems.append("'\(worst.arm)' is not the worst: \(others)") }
  }

  /// The two values that a clause compares, replicate by replicate.
  private func compared(_ clause: Headline.Clause, _ focus: String, _ outcome: String) -> (here: [Int: Double], there: [Int: Double])? {
    let cycles = clause.cycles
    if let match = clause.reference.wholeMatch(of: /that with '(.+)'/) {
      guard String(match.1) == arms[0] else { return nil }
      let metric: String
      switch clause.subject {
      case "the loss of '\(focus)' on untouched \(outcome)": metric = "untouched_loss"
      case "the best predictor's loss": metric = "best_loss"
      case "the loss in its own test": metric = "offline_loss"
      default: return nil
      }
      return (means(focus, metric, cycles), means(arms[0], metric, cycles))
    }
    let arm = arms[0]
    switch (clause.subject, clause.reference) {
    case ("the loss on untouched \(outcome)", "that of the best predictor"):
      return (means(arm, "untouched_loss", cycles), means(arm, "best_loss", cycles))
    case ("the loss on untouched \(outcome)", "that in cycle 1"):
      return (means(arm, "untouched_loss", cycles), means(arm, "untouched_loss", 1...1))
    case ("the served loss", "that in its own test"): return (means(arm, "served_loss", cycles), means(arm, "offline_loss", cycles))
    default: return nil
    }
  }

  private mutating func check(_ clause: Headline.Clause, _ focus: String, _ outcome: String) {
    guard let (here, there) = compared(clause, focus, outcome) else {
      problems.append("what is compared here? \(clause)")
      return
    }
    let pairs = here.compactMap { replicate, value in there[replicate].map { (value, $0) } }
    let n = Double(pairs.count), reference = pairs.reduce(0) { $0 + $1.1 } / n
    let changes = pairs.map { ($0.0 - $0.1) / reference }, mean = changes.reduce(0, +) / n
    let sd = (changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    let hasInterval = pairs.count > 1 && !lostReplicates.contains(focus) && !lostReplicates.contains(arms[0])
    let half = hasInterval ? (Self.quantiles[pairs.count] ?? .nan) * sd / n.squareRoot() : 0
    let isShown = !hasInterval || mean - half > 0 || mean + half < 0
    func complain(_ what: String) { problems.append("\(what): \(clause); recomputed \(mean) ± \(half)") }
    switch clause.verdict {
    case .same: if abs(mean) + half > 1e-11 { complain("not the same") }
    case .notShown: if isShown { complain("a difference is shown") }
    case .percent(let text, let isHigher):
      if !isShown { complain("no difference is shown") }
      if isHigher != (mean > 0) || mean >= 1 + 1e-9 { complain("the direction") }
      if PrintedNumber(text)?.stands(for: abs(mean) * 100) != true { complain("the size") }
    case .times(let text):
      if !isShown || mean < 1 - 1e-9 { complain("no such rise is shown") }
      if PrintedNumber(text)?.stands(for: mean + 1) != true { complain("the size") }
    }
    if clause.verdict == .same { return }
    checkInterval(clause, hasInterval ? (mean - half, mean + half) : nil, kept: pairs.count, of: replicates[focus]?.count ?? 0, complain)
  }

  private func checkInterval(
    _ clause: Headline.Clause, _ interval: (low: Double, high: Double)?, kept: Int, of all: Int, _ complain: (String) -> Void
  ) {
    guard let interval else {
      let expected =
        kept < all
        ? "\(kept) of \(all) replicates, the others ended early: no interval"
        : kept == 1 ? "one replicate: no interval" : "no interval: some replicates ended early"
      if clause.brackets != expected { complain("why there is no interval") }
      return
    }
    var ends = [interval.low * 100, interval.high * 100]
    var printed: [Substring] = []
    if case .times = clause.verdict {
      ends = [interval.low + 1, interval.high + 1]
      if let match = clause.brackets.wholeMatch(of: /95 % interval (\S+) to (\S+) times/) { printed = [match.1, match.2] }
    } else if let match = clause.brackets.wholeMatch(of: /95 % interval (\S+) % to (\S+) %/) {
      printed = [match.1, match.2]
      if case .percent(_, isHigher: false) = clause.verdict { ends = [-interval.high * 100, -interval.low * 100] }
    }
    guard printed.count == 2 else { return complain("the interval is not read") }
    for (text, end) in zip(printed, ends) where PrintedNumber(String(text))?.stands(for: end) != true { complain("the interval's \(text)") }
  }
}
