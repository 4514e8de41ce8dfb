public import SkewlabEngine
internal import SkewlabNumerics
internal import SkewlabTheory

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What theory says of a scenario, for people.
public struct Explanation: Sendable {
  /// Lines of text.
  public let text: String

  /// The explanation of one arm.
  public init(_ scenario: Scenario) {
    switch LoopTheory.of(scenario) {
    case .failure(let none):
      text =
        "No closed form that is known here:\n"
        + none.obstacles.map { "  \($0.part): \($0.reason)" }.joined(separator: "\n")
        + "\nsimulate it: skewlab run"
    case .success(let theory):
      let writer = ExplanationWriter(theory)
      text = ([writer.facts, writer.curve] + writer.notes.map { "note: \($0)" }).filter { !$0.isEmpty }.joined(separator: "\n")
    }
  }
}

private struct ExplanationWriter {
  let theory: LoopTheory
  let curveOfCycles: ExpectedCurve?
  private var scenario: Scenario { theory.loop.scenario }

  init(_ theory: LoopTheory) {
    self.theory = theory
    curveOfCycles = ExpectedCurve(theory.loop.scenario)
  }

  // MARK: Facts

  var facts: String {
    var lines = [("loop", rhythm), ("behaviour", behaviour)] + membership
    if let stable = theory.stablePoint { lines.append(("stable point", parameters(stable))) }
    if let optimum = theory.optimum { lines.append(("optimum", parameters(optimum))) }
    return lines.map { "  " + $0.padded(to: 14) + $1 }.joined(separator: "\n")
  }

  private var rhythm: String {
    let count = theory.matrices.parameters.count
    let sizes = theory.loop.movesMembership ? " and the sizes of \(scenario.traits.groups.count) groups" : ""
    let what = "\(count) parameter\(count == 1 ? "" : "s")\(sizes)"
    guard let rhythm = theory.rhythm else {
      return "\(what); \(theory.everRefits ? "retrained at unequal distances" : "never retrained in the cycles asked")"
    }
    let when = rhythm.interval == 1 ? "every cycle" : "every \(rhythm.interval) cycles"
    let window =
      switch rhythm.window.extent {
      case .all: "everything logged so far"
      case .cycles(1): "the last cycle"
      case .cycles(let count): "the last \(count) cycles"
      case .rows(let count): "the last \(count) rows"
      case .decay(let halfLife): "everything logged, half the weight for every \(decimalText(halfLife)) cycles of age"
      }
    let kept = rhythm.window.originals.map { ", \(Format.percent($0)) of the weight on the untouched rows of cycle 0" } ?? ""
    return "\(what); retrained \(when) on \(window)\(kept)"
  }

  private var behaviour: String {
    switch theory.behaviour {
    case .noFeedback:
      return theory.everRefits
        ? "nothing feeds back: each fit estimates the best predictor" : "nothing feeds back, and the model of cycle 0 stays"
    case .neverRefits: return "the model of cycle 0 stays: there is no loop"
    case .settles(let rate):
      if rate < 1e-12 { return "settles with the first retraining" }
      let half = log(0.5) / log(rate)
      return
        "settles: errors are multiplied by \(Format.significant(rate, 4)) from fit to fit; half is gone after \(Format.significant(half, 2)) fits"
    case .settlesSlowly(let exponent):
      return "settles slowly: errors fall as (number of fits)^\(Format.significant(exponent, 3)), because every cycle stays in the window"
    case .cycles(let period): return "cycles with period \(period): errors neither grow nor fall"
    case .neutral: return "neither settles nor diverges: errors stay as large as they are"
    case .diverges(let rate) where theory.membership != nil:
      let balance = startsInBalance ? "the balance it starts in" : "the balance it would reach without chance"
      return "diverges from \(balance): errors are multiplied by \(Format.significant(rate, 4)) from fit to fit"
    case .diverges(let rate): return "diverges: errors are multiplied by \(Format.significant(rate, 4)) from fit to fit"
    case .unknown:
      return
        "no rate is known: it refits at unequal distances, or memory of the world or of the groups meets a longer window, or it does not settle"
    case .divergesSlowly(let exponent): return "diverges slowly: errors grow as (number of fits)^\(Format.significant(exponent, 3))"
    }
  }

  // MARK: Groups

  /// Whether the shares stay what they are at first, as long as chance does not move them.
  private var startsInBalance: Bool {
    guard let groups = theory.membership, let reached = groups.reached else { return false }
    return zip(groups.start, reached.shares).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  /// Where the groups' shares go, and whether the balance next to equal groups is kept.
  private var membership: [(String, String)] {
    guard let groups = theory.membership else { return [] }
    var lines: [(String, String)] = []
    let start = "start at \(shares(groups.start))"
    if let reached = groups.reached {
      let isKept = reached.rate <= 1
      let path = startsInBalance ? "\(start) and are in balance there" : "\(start); without chance they settle at \(shares(reached.shares))"
      let after = groups.afterwards.map { "; once the first is a little larger, they settle at \(shares($0.shares))" } ?? ""
      lines.append(("groups", path + (isKept ? "" : after)))
      lines.append(("balance", kept(reached)))
    } else {
      lines.append(("groups", "\(start); they do not settle"))
    }
    if let even = groups.even { lines.append(("even balance", "at \(shares(even.shares)), \(kept(even))")) }
    return lines
  }

  private func kept(_ balance: MembershipTheory.Balance) -> String {
    let isKept = balance.rate <= 1
    let condition = balance.condition.map {
      ", since \(Format.significant($0, 3)) is \($0 < 1 ? "below" : "above") 1 (for two like groups at ±D: ν₀ + 2D²|ν′|)"
    }
    let how = isKept ? "kept" : "unstable: what is a little larger grows by \(Format.significant(balance.rate, 4)) from fit to fit"
    return how + (condition ?? "")
  }

  private func shares(_ shares: [Double]) -> String {
    let named = zip(scenario.traits.groups, shares).prefix(6).map { "\($0) \(Format.percent($1))" }
    return named.joined(separator: ", ") + (shares.count > 6 ? ", … \(shares.count) in all" : "")
  }

  /// Who leaves: the group whose share falls most, by a tenth at least.
  private var leaving: String? {
    guard let groups = theory.membership, let reached = groups.reached else { return nil }
    if reached.rate > 1 {
      guard startsInBalance else { return nil }
      let others = groups.start.count > 2 ? "the others leave" : "the other leaves"
      return
        "the groups are as they began only as long as chance leaves them so: the one that becomes a little larger draws the model to itself, and \(others)"
    }
    let changes = zip(groups.start, reached.shares).map { $1 - $0 }
    guard let place = changes.indices.min(by: { changes[$0] < changes[$1] }), changes[place] < -0.1 * groups.start[place] else {
      return nil
    }
    let most = reached.shares.indices.max { reached.shares[$0] < reached.shares[$1] } ?? 0, names = scenario.traits.groups
    let isServedWorse = (reached.losses[place] ?? 0) > (reached.losses[most] ?? 0)
    guard most != place, isServedWorse, let loss = reached.losses[place], let least = reached.losses[most] else { return nil }
    return
      "\(names[place]) leaves: in the end it is served a loss of \(Format.significant(loss, 3)), and \(names[most]) one of \(Format.significant(least, 3))"
  }

  /// The first parameters on encoded features, with their names, and the risk.
  private func parameters(_ point: LoopTheory.Point) -> String {
    let values = (theory.matrices.hasIntercept ? [point.encoded.intercept] : []) + point.encoded.weights
    let shown = zip(theory.matrices.parameters, values).prefix(6).map { "\($0) \(Format.significant(abs($1) < 1e-12 ? 0 : $1, 4))" }
    return shown.joined(separator: ", ") + (values.count > 6 ? ", … \(values.count) in all" : "")
      + (point.risk.map { "  (performative risk \(Format.significant($0, 5)))" } ?? "")
  }

  // MARK: Curve

  private static let shown: [(metric: String, title: String)] = [
    ("offline_loss", "own test"), ("served_loss", "served"), ("untouched_loss", "untouched"), ("best_loss", "best"),
  ]

  /// The expected losses of some cycles, and of a loop that has settled.
  var curve: String {
    guard let curve = curveOfCycles, curve.values.count > 1 else { return "" }
    let columns = Self.shown.filter { column in curve.columns.contains(column.metric) && curve.value(column.metric, cycle: 1) != nil }
    guard !columns.isEmpty else { return "" }
    let last = curve.values.count - 1
    var cycles: [Int] = [], cycle = 1
    while cycle < last {
      cycles.append(cycle)
      cycle *= 2
    }
    cycles.append(last)
    var rows = [["  expected"] + columns.map(\.title)]
    for cycle in cycles {
      rows.append(
        ["  cycle \(cycle)"] + columns.map { curve.value($0.metric, cycle: cycle).map { Format.significant($0.value, 4) } ?? "–" })
    }
    if let stable = theory.stablePoint, case .settles = theory.behaviour {
      let limit =
        theory.membership?.reached?.values ?? theory.loop.limit(stable.predictor, encoded: stable.encoded, cycle: scenario.cycles).values
      rows.append(
        ["  settled"]
          + columns.map { column in
            curve.columns.firstIndex(of: column.metric).flatMap { limit[$0] }.map { Format.significant($0, 4) } ?? "–"
          })
    }
    let kind = curve.value(columns[0].metric, cycle: 1)?.kind
    let how =
      kind == .exact
      ? "  exact in expectation at \(scenario.rows) rows a cycle"
        + (rows.count > cycles.count + 1 ? "; settled: without sampling error" : "")
      : "  without sampling error: what a simulation tends to as rows grow"
    return TerminalReport.aligned(rows) + "\n" + how
  }

  // MARK: Notes

  var notes: [String] {
    var notes: [String] = []
    if let curve = curveOfCycles, curve.values.count <= scenario.cycles {
      notes.append(
        theory.loop.movesProbabilities
          ? "from cycle \(curve.values.count) on the response would move probabilities beyond 0 or 1, where it cuts them: no theory there"
          : "losses pass \(decimalText(Simulation.divergenceBound)) in cycle \(curve.values.count): a run ends there")
    }
    if case .cycles(let period) = theory.behaviour {
      notes.append(
        "the model comes back every \(period) fits, as far from the stable point as it began; averaging over a longer window would settle it"
      )
    }
    if let left = theory.errorLeft, left > 0.05 {
      notes.append(
        "\(Format.percent(left)) of the first model's distance to the stable point is left after the \(scenario.cycles) cycles asked: what a run shows is the way there"
      )
    }
    if let stable = theory.stablePoint {
      if theory.membership?.reached.map({ $0.rate <= 1 }) ?? true,
        isSame(stable.predictor, theory.matrices.predictor(theory.matrices.untouchedFit))
      {
        notes.append("the stable point is the fit on untouched rows: the loop can be slow, but it does not lead astray")
      }
      if theory.optimum != nil, theory.loop.movesFeatures {
        notes.append(
          "the free intercept absorbs the move of the features: one retraining after the first fit reaches the stable point, and it is optimal"
        )
      } else if let optimum = theory.optimum, isSame(stable.predictor, optimum.predictor) {
        notes.append(
          "stable point and optimum coincide: retraining finds what is best here, and knowing the response would gain nothing"
            + (theory.matrices.penalty == 0 ? "; by construction, as long as the model has no penalty and can follow every answer" : ""))
      }
    } else if !theory.loop.movesMembership, theory.behaviour != .noFeedback, theory.behaviour != .neverRefits {
      notes.append("no single stable point: some direction of the parameters is moved by exactly what the world answers")
    }
    if let leaving { notes.append(leaving) }
    if theory.matrices.hasNoise {
      notes.append(
        "labels get noise in proportion to the model's own error, so that the risk depends on the model's past: it has no optimum here")
    }
    if scenario.world.component.everyRow != nil, scenario.evaluationShare > 0 {
      notes.append(
        "each row of the table is in the model's own test in every cycle or in none; what is expected here are fits on all of them, what a run of few rows makes of the table is near it"
      )
    }
    if !scenario.shifts.isEmpty, theory.behaviour != .noFeedback {
      notes.append("the world moves: stable point and optimum are those of the last cycle's conditions")
    }
    return notes
  }

  private func isSame(_ p: LinearPredictor, _ q: LinearPredictor) -> Bool {
    let difference = zip([p.intercept] + p.weights, [q.intercept] + q.weights).map { abs($0 - $1) }.max() ?? 0
    return difference <= 1e-9 * (([p.intercept] + p.weights).map(abs).max() ?? 0)
  }
}
