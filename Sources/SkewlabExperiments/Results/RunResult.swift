public import SkewlabEngine

/// Everything that one run of a plan produced.
public struct RunResult: Sendable, Hashable {
  /// One row of `cycles.csv`.
  public struct Cycle: Sendable, Hashable {
    /// The cycle.
    public var cycle: Int
    /// One value a column, `nil` where there is none.
    public var values: [Double?]

    package init(cycle: Int, values: [Double?]) {
      self.cycle = cycle
      self.values = values
    }
  }

  /// A model fitted: one block of `parameters.csv`.
  public struct Fit: Sendable, Hashable {
    /// The cycle at whose end it was fitted.
    public var cycle: Int
    /// The intercept.
    public var intercept: Double
    /// The weights, on the encoded features.
    public var weights: [Double]
    /// The rank of the design, when lower than the number of features.
    public var deficientRank: Int?
    /// What an iterative fit said of itself; `nil` for one in closed form.
    public var certificate: FitCertificate?
  }

  /// One row of `deployments.csv`: of all steps together, of a step, or of a number that the sides have learned differently.
  public struct DeploymentRow: Sendable, Hashable {
    /// The first cycle that it is about.
    public var cycle: Int
    /// The cycle at whose end the model was fitted.
    public var fittedIn: Int
    /// The discrepancies of either side: ids joined by `+`, or `plain`.
    public var trainingVersion: String, servingVersion: String
    /// The step, feature and statistic; empty where the row is of all of them.
    public var step = "", feature = "", statistic: String
    /// What the sides have; `nil` for one that has none, or no finite one.
    public var training: Double?, serving: Double?
    /// Whether they agree.
    public var agrees: Bool
  }

  /// An alarm: one row of `alarms.csv`.
  public struct RaisedAlarm: Sendable, Hashable {
    /// The cycle.
    public var cycle: Int
    /// The monitor's id.
    public var monitor: String
    /// What it watched.
    public var signal: String
  }

  /// Which run of the plan.
  public var run: PlannedRun
  /// The cycles, in order.
  public var cycles: [Cycle] = []
  /// The fits, in order.
  public var fits: [Fit] = []
  /// What served, in order: `DeploymentRows` says which rows there are.
  public var deployments: [DeploymentRow] = []
  /// The alarms, in order.
  public var alarms: [RaisedAlarm] = []
  /// One word: completed, diverged, everyone-left, learner-failed, missing-value, out-of-rows.
  public var ending = RunEnding.completed.word
  /// The cycle it ended in, when it was not the last.
  public var endingCycle: Int?
  /// What happened, in words.
  public var endingText = RunEnding.completed.description

  /// A result without cycles yet.
  public init(run: PlannedRun) { self.run = run }

  /// Whether the run gave every cycle that the plan asked for, as far as the data allow.
  public var isAlive: Bool { ending == RunEnding.completed.word || ending == "out-of-rows" }

  /// Adds a cycle; `rows` is to be the same from cycle to cycle.
  mutating func append(_ record: CycleRecord, rows: inout DeploymentRows) {
    cycles.append(Cycle(cycle: record.cycle, values: record.values))
    if let fitted = record.fitted {
      fits.append(
        Fit(
          cycle: record.cycle, intercept: fitted.predictor.intercept, weights: fitted.predictor.weights,
          deficientRank: fitted.deficientRank, certificate: fitted.certificate))
    }
    if let deployed = record.deployed { deployments += rows.next(deployed, in: record.cycle) }
    alarms += record.alarms.map { RaisedAlarm(cycle: $0.cycle, monitor: $0.monitor, signal: $0.signal.rawValue) }
  }
}
