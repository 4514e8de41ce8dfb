internal import SkewlabEngine

/// The results files in the making: takes each run's result as it comes, and writes in plan order. No file has its name before all are complete.
struct Assembly {
  private let experiment: Experiment
  private let folder: ResultsFolder
  private let plan: [PlannedRun]
  private let columns: [String]
  private let cycles: FileWriter
  private let parameters: FileWriter
  private let alarms: FileWriter?
  /// Results whose turn has not come.
  private var waiting: [Int: RunResult] = [:]
  private var next = 0

  private(set) var summary: Summary
  private(set) var endings: [ResultsStore.Ending] = []
  private var runs: [(run: PlannedRun, ending: String, text: String)] = []
  /// What there is to say of each arm's fits.
  private(set) var fits: [FitCounts]

  init(_ experiment: Experiment, folder: ResultsFolder) throws(ResultsError) {
    self.experiment = experiment
    self.folder = folder
    plan = experiment.plan
    columns = experiment.columns
    summary = Summary(experiment)
    fits = experiment.arms.map { FitCounts(arm: $0.name) }
    cycles = try folder.writer("cycles.csv")
    parameters = try folder.writer("parameters.csv")
    alarms = experiment.arms.contains { !$0.scenario.monitors.isEmpty } ? try folder.writer("alarms.csv") : nil
    try cycles.append(CSVText(line: ["arm", "replicate", "cycle"] + columns))
    try parameters.append(CSVText(line: ["arm", "replicate", "cycle", "parameter", "value"]))
    try alarms?.append(CSVText(line: ["arm", "replicate", "cycle", "monitor", "signal"]))
  }

  /// Takes the result of the run at a place of the plan.
  mutating func add(_ result: RunResult, at index: Int) throws(ResultsError) {
    waiting[index] = result
    while let result = waiting.removeValue(forKey: next) {
      try write(result)
      next += 1
    }
  }

  private mutating func write(_ result: RunResult) throws(ResultsError) {
    let arm = experiment.arms[result.run.arm]
    var key = CSVText(), line = CSVText()
    key.add(arm.name)
    key.add(result.run.replicate)
    func begin(_ cycle: Int) {
      line.removeAll()
      line.add(key)
      line.add(cycle)
    }
    let places = columns.map { arm.scenario.columns.firstIndex(of: $0) }
    for cycle in result.cycles {
      begin(cycle.cycle)
      for place in places { line.add(place.flatMap { cycle.values[$0] }) }
      line.endLine()
      try cycles.append(line)
    }
    let names = ["intercept"] + arm.scenario.pipeline.output.names
    for fit in result.fits {
      fits[result.run.arm].add(fit)
      for (name, value) in zip(names, [fit.intercept] + fit.weights) {
        begin(fit.cycle)
        line.add(name)
        line.add(value)
        line.endLine()
        try parameters.append(line)
      }
    }
    for alarm in result.alarms {
      begin(alarm.cycle)
      line.add(alarm.monitor)
      line.add(alarm.signal)
      line.endLine()
      try alarms?.append(line)
    }
    summary.add(result)
    runs.append((result.run, result.ending, result.endingText))
    if let known = endings.firstIndex(where: { $0.word == result.ending }) {
      endings[known].count += 1
    } else {
      endings.append(
        ResultsStore.Ending(
          word: result.ending, count: 1, example: "arm '\(arm.name)', replicate \(result.run.replicate): \(result.endingText)"))
    }
  }

  /// Completes the files, and gives them their names: the manifest last, so that where it is, the others are.
  func publish(
    _ manifest: Manifest, seconds: Double, jobs: Int, additional: [(name: String, text: String)]
  ) throws(ResultsError) {
    precondition(next == plan.count, "every run of the plan has been added")
    var files = [cycles, parameters] + (alarms.map { [$0] } ?? [])
    func add(_ name: String, _ text: CSVText) throws(ResultsError) {
      let file = try folder.writer(name)
      try file.append(text)
      files.append(file)
    }
    try add("summary.csv", summary.summaryText())
    if experiment.arms.count > 1 { try add("comparison.csv", summary.comparisonText()) }
    for (name, text) in additional {
      let file = try folder.writer(name)
      try file.append(text)
      files.append(file)
    }
    let description = try folder.writer("manifest.json")
    try description.append(manifest.json(experiment, runs: runs, fits: fits, seconds: seconds, jobs: jobs))
    files.append(description)
    for file in files { try file.finish(isDurable: true) }
    try folder.publish(files)
  }
}
