internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What training will read: the raw rows of the cycles in the window, or only their moments.
struct Log: Sendable {
  /// One cycle, as it was logged.
  struct Entry: Sendable {
    let cycle: Int
    /// Raw moments, in a log that keeps them: of the whole cycle, or, where a window may begin inside a cycle, of the rows before that place and of those after it.
    var moments: [LogMoments]
    /// The rows, in a log that keeps rows.
    var rows: Rows?
    /// For each of ``rows``: whether it is kept for evaluation, and whether its outcome was seen.
    var isEvaluation: [Bool], isSeen: [Bool]
  }

  let window: Window
  let keepsRows: Bool
  /// Rows served in each cycle.
  let rowsPerCycle: Int
  /// The learner's ``Learner/forgetting``.
  let forgetting: Double
  /// The row of every cycle at which ``Entry/moments`` are cut.
  let cut: Int?
  private(set) var entries: [Entry] = []
  /// Cycle 0, where the window keeps its originals apart.
  private(set) var originals: Entry?
  /// For windows that never forget: the sum of everything, decayed where the window decays.
  private var sum: LogMoments?

  init(_ scenario: Scenario) {
    window = scenario.retraining.component.window
    keepsRows = scenario.traits.keepsRows
    rowsPerCycle = scenario.rows
    forgetting = scenario.learner.component.forgetting
    cut = keepsRows ? nil : scenario.logCut
  }

  /// A cycle without rows yet.
  func beginEntry(cycle: Int, dimension: Int) -> Entry {
    let moments = keepsRows ? [] : Array(repeating: LogMoments(dimension: dimension), count: cut == nil ? 1 : 2)
    return Entry(cycle: cycle, moments: moments, rows: nil, isEvaluation: [], isSeen: [])
  }

  /// Adds a cycle, and drops those that no later fit can use.
  mutating func append(_ entry: Entry) {
    if entry.cycle == 0, window.originals != nil {
      originals = entry
      return
    }
    guard keepsRows || window.reach(rows: rowsPerCycle) != nil else {
      var total = sum
      sum = nil  // gives the storage up, so that it is changed in place
      if total == nil {
        total = entry.moments[0]
      } else {
        total?.scale(by: window.weight(age: 1))
        total?.merge(entry.moments[0], forgetting: forgetting)
      }
      sum = total
      return
    }
    entries.append(entry)
    entries.removeAll { window.rows(age: entry.cycle - $0.cycle, of: rowsPerCycle).isEmpty }
  }

  /// The rows of a cycle, in a log that still has them.
  func rows(ofCycle cycle: Int) -> Rows? {
    originals?.cycle == cycle ? originals?.rows : entries.first { $0.cycle == cycle }?.rows
  }

  /// The window's moments at the end of a cycle, in a log that keeps moments.
  func windowMoments(cycle: Int, dimension: Int) -> LogMoments {
    var recent = LogMoments(dimension: dimension)
    if let sum {
      recent = sum
    } else {
      for entry in entries {
        let isWhole = window.rows(age: cycle - entry.cycle, of: rowsPerCycle).lowerBound == 0
        for part in isWhole ? entry.moments[...] : entry.moments.suffix(1) { recent.merge(part, forgetting: forgetting) }
      }
    }
    guard let share = window.originals, let kept = originals?.moments else { return recent }
    var old = kept[0]
    for part in kept.dropFirst() { old.merge(part, forgetting: forgetting) }
    return old.sharing(share, with: recent)
  }
}

/// Raw moments of (features…, outcome) of rows to fit, and of rows kept for evaluation.
struct LogMoments: Sendable {
  var fitted: Moments, evaluation: Moments

  init(dimension: Int) {
    fitted = Moments(dimension: dimension)
    evaluation = fitted
  }

  mutating func scale(by factor: Double) {
    guard factor != 1 else { return }
    fitted.scale(by: factor)
    evaluation.scale(by: factor)
  }

  /// Adds rows logged later; each of them that is fitted makes older ones to fit weigh less by the factor.
  mutating func merge(_ newer: LogMoments, forgetting: Double) {
    if forgetting != 1 { fitted.scale(by: pow(forgetting, Double(newer.fitted.count))) }
    fitted.merge(newer.fitted)
    evaluation.merge(newer.evaluation)
  }

  /// These moments scaled to a share of the weight, and the others.
  func sharing(_ share: Double, with others: LogMoments) -> LogMoments {
    var result = self
    func combine(_ own: inout Moments, with other: Moments) {
      if other.weight > 0, own.weight > 0 { own.scale(by: originalsFactor(share, own: own.weight, others: other.weight)) }
      own.merge(other)
    }
    combine(&result.fitted, with: others.fitted)
    combine(&result.evaluation, with: others.evaluation)
    return result
  }
}

/// The factor that brings a weight to a share of the total with others; both are positive.
func originalsFactor(_ share: Double, own: Double, others: Double) -> Double { share / (1 - share) * (others / own) }
