internal import OrderedCollections
internal import SkewlabNumerics

extension Scenario {
  /// The most features, raw or encoded, that a scenario may have.
  public static let featureLimit = 5000

  /// The keys of a scenario that hold plain values.
  public static let settings: [any ParameterDeclaration] = [
    nameKey, titleKey, aboutKey, seedKey, cyclesKey, rowsKey, replicatesKey, evaluationKey,
  ]
  private static let nameKey = Parameter.text("name", default: "scenario", about: "a short name, used for files")
  private static let titleKey = Parameter.text("title", default: "", about: "a title for people")
  private static let aboutKey = Parameter.text("about", default: "", about: "what the scenario shows, and how its numbers were chosen")
  private static let seedKey = Parameter.integer("seed", default: 1, in: 0...Int.max, about: "the seed of every random number")
  private static let cyclesKey = Parameter.integer(
    "cycles", default: 10, in: 1...1_000_000, about: "cycles to serve; cycle 0 only logs and fits")
  private static let rowsKey = Parameter.integer("rows", default: 1000, in: 1...1_000_000_000, about: "rows drawn in each cycle")
  private static let replicatesKey = Parameter.integer("replicates", default: 1, in: 1...1_000_000, about: "independent repetitions")
  private static let evaluationKey = Parameter<Double>(
    "evaluation", type: .map(["share": .number(.from(0, below: 1))]), default: ["share": 0.2],
    about: "the share of rows never fitted, on which `offline_*` is computed; `{share: 0}` switches it off"
  ) { node in node?["share"]?.double ?? 0.2 }

  /// Every top-level key.
  public static var topLevelKeys: [String] { settings.map(\.name) + Role.allCases.map(\.section) + ["arms"] }

  /// What a section is when a scenario leaves it out: the neutral element of its role.
  package static func neutral(_ role: Role) -> DocumentNode? {
    switch role {
    case .world: nil
    case .runtime: "instant"
    case .decision: "score"
    case .observation: "all"
    case .learner: "ols"
    case .retraining: ["kind": "every"]
    case .metric:
      .texts([
        "loss", "rmse", "mae", "r2", "mean-prediction", "calibration-slope", "loss-in-units", "parameter-distance", "performative-risk",
        "fits", "latency", "accuracy", "auc", "brier", "expected-calibration-error",
      ])
    case .shift, .transform, .discrepancy, .response, .detector: []
    }
  }

  /// The same, by the name of the section; `nil` for one that is no role's, or has to be given.
  static func sectionLeftOut(_ section: String) -> DocumentNode? {
    Role.allCases.first { $0.section == section }.flatMap(neutral)
  }

  /// Makes the typed scenario. Collects every problem it can find before it gives up.
  ///
  /// - Parameters:
  ///   - document: One arm, resolved: a document with `arms` is read without them.
  ///   - catalog: The kinds that it may name.
  ///   - tables: Files read so far.
  public init(_ document: ScenarioDocument, catalog: Catalog, tables: TableStore = TableStore()) throws(ScenarioError) {
    do { try self.init(reading: document, catalog: catalog, tables: tables) } catch { throw error.located(in: document.root) }
  }

  private init(reading document: ScenarioDocument, catalog: Catalog, tables: TableStore) throws(ScenarioError) {
    setBLASThreads(1)  // the bits of a product may depend on how many threads share it
    var reader = ScenarioReader(document: document, catalog: catalog)
    reader.checkKeys(Self.topLevelKeys)
    for setting in Self.settings { reader.check(setting) }
    if !reader.problems.isEmpty { throw ScenarioError(reader.problems) }
    name = reader.value(Self.nameKey)
    guard !name.isEmpty, name != ".", name != "..", !name.contains(where: { $0 == "/" || $0.isNewline }) else {
      throw ScenarioError(
        .outOfRange(.string(name), allowed: "a name without slashes and line breaks: it names a folder"), path: DocumentPath(["name"]),
        location: document.root["name"]?.location)
    }
    let titleText = reader.value(Self.titleKey)
    title = titleText.isEmpty ? name : titleText
    seed = UInt64(reader.value(Self.seedKey))
    cycles = reader.value(Self.cyclesKey)
    rows = reader.value(Self.rowsKey)
    replicates = reader.value(Self.replicatesKey)
    evaluationShare = reader.value(Self.evaluationKey)
    reader.context = ConstructionContext(
      seed: seed, cycles: cycles, rows: rows, tables: tables, folder: document.folder, catalog: catalog, world: nil)

    let worlds = reader.install(.world).map { $0.as((any World).self) }
    guard let world = worlds.first else { throw ScenarioError(reader.problems) }
    self.world = world
    reader.context?.world = world.component
    shifts = reader.install(.shift).map { $0.as((any Shift).self) }
    schema = Self.schema(world.component, shifts)
    reader.context?.schema = schema
    gapStreams = Self.gapStreams(schema, seed: seed)
    steps = reader.installSteps()
    reader.context?.steps = steps
    // Without a valid pipeline there are no encoded features; that error is said below, after those of other sections.
    let bound = try? Pipeline(steps.map(\.component), input: schema, paths: [])
    reader.context?.encodedFeatures = bound?.output.names ?? []
    let learners = reader.install(.learner).map { $0.as((any Learner).self) }
    reader.context?.learner = learners.first?.component
    discrepancies = reader.install(.discrepancy).map { $0.as((any Discrepancy).self) }
    let runtimes = reader.install(.runtime).map { $0.as((any Runtime).self) }
    let decisions = reader.install(.decision).map { $0.as((any Decision).self) }
    responses = reader.install(.response).map { $0.as((any Response).self) }
    let observations = reader.install(.observation).map { $0.as((any Observation).self) }
    let policies = reader.install(.retraining).map { $0.as((any Retraining).self) }
    monitors = reader.install(.detector).map { detector in
      (
        detector.as((any Detector).self),
        document.root.node(at: detector.path)?["signal"]?.text.flatMap(Signal.init(rawValue:)) ?? .servedLoss
      )
    }
    metrics = reader.install(.metric).map { $0.as((any Metric).self) }
    guard reader.problems.isEmpty, let runtime = runtimes.first, let decision = decisions.first, let observation = observations.first,
      let learner = learners.first, let retraining = policies.first
    else { throw ScenarioError(reader.problems) }
    self.runtime = runtime
    self.decision = decision
    self.observation = observation
    self.learner = learner
    self.retraining = retraining

    let pipeline = try Pipeline(
      steps.map(\.component), input: schema, paths: steps.indices.map { DocumentPath(["pipeline"]).appending($0) },
      origins: steps)
    self.pipeline = pipeline
    if let (column, advice) = pipeline.unfit() {
      throw ScenarioError(
        .conflict("the learner would get '\(column.name)', which is not a number without gaps", advice: advice),
        path: DocumentPath(["pipeline"]), location: document.root["pipeline"]?.location ?? document.root["world"]?.location)
    }
    for (count, what) in [(world.component.schema.count, "raw"), (pipeline.output.count, "encoded")] where count > Self.featureLimit {
      throw ScenarioError(
        .conflict(
          "there are \(count) \(what) features, and at most \(Self.featureLimit) are possible: a fit takes memory with their square",
          advice: "leave out columns with very many levels, such as names and numbers of things"),
        path: DocumentPath(["world"]), location: document.root["world"]?.location)
    }
    for column in world.component.schema.columns + pipeline.output.columns
    where column.name.isEmpty || column.name == "intercept" {
      throw ScenarioError(
        .conflict(
          "a feature cannot be named '\(column.name)'",
          advice: "rename it: names are not empty, and 'intercept' is the model's own"),
        path: DocumentPath(["world"]), location: document.root["world"]?.location)
    }
    try Self.check(shifts, world: world.component, cycles: cycles, replicates: replicates, document: document)
    sidePipelines = try Self.sidePipelines(
      pipeline, steps: steps, discrepancies: discrepancies, cycles: cycles, document: document)
    let probe = Self.probe(pipeline, schema: schema)
    isAffinePipeline = probe.fitsFromMoments
    for response in responses where response.component.readsRawWeights && !probe.isAffine {
      throw ScenarioError(
        .conflict(
          "this response reads the model's weights on the raw features, and the pipeline is not affine in them",
          advice: "use numeric features without gaps and only steps such as `standardize`"),
        path: response.path, location: document.root.node(at: response.path)?.location)
    }
    for (index, response) in responses.enumerated() where response.component.affineForm?.isOfProbability == true {
      guard let before = responses[..<index].first(where: { $0.component.affineForm != AffineResponse() }) else { continue }
      throw ScenarioError(
        .conflict(
          "this response moves the probability of the outcome, which '\(before.id)' has changed before it",
          advice: "put it first; of two that move the probability remove one"),
        path: response.path, location: document.root.node(at: response.path)?.location)
    }
    rowsReason = Self.reasonToKeepRows(
      window: retraining.component.window,
      testsByGroup: evaluationShare > 0 && !world.component.groups.isEmpty && metrics.contains { $0.component.needsGroups },
      learner: learner.component, discrepancies: discrepancies.map(\.component), fitsFromMoments: probe.fitsFromMoments,
      isLogged: world.component.outcomeIsLogged)
    let link = learner.component.link
    if link != .identity {
      try Self.checkBinary(world: world.component, learner: learner, shifts: shifts, responses: responses, document: document)
    }
    let bestPredictor = Self.bestPredictor(
      of: world.component, link: link, replicate: 0, conditions: WorldConditions(features: world.component.schema.count))
    bestByIdentity = BestByIdentity(pipeline, world: world.component, link: link)
    let hasBest = bestPredictor != nil || bestByIdentity != nil || (world.component.drawsBestPredictions && link == .identity)
    let movesRows = responses.contains { $0.component.movesFeatures || $0.component.movesMembership }
    let needsGroups = metrics.contains { $0.component.needsGroups }
    traits = MeasurementTraits(
      hasEvaluation: evaluationShare > 0, keepsRows: rowsReason != nil, hasBest: hasBest,
      hasServedBest: hasBest && !movesRows && responses.allSatisfy { $0.component.affineForm != nil },
      hasRawParameters: bestPredictor != nil && probe.isAffine, hasUnits: world.component.outcomeIsLogged,
      runtime: runtime.component.measures, measuresParity: metrics.contains { $0.component.needsParity },
      hasPerformativeRisk: false, isClassification: link != .identity,
      keepsPairs: link != .identity && metrics.contains { $0.component.needsPairs },
      groups: world.component.groups,
      measuresGroups: !world.component.groups.isEmpty && (needsGroups || responses.contains { $0.component.movesMembership }))
    var notes = world.component.notes
    if bestByIdentity?.isUnbounded == true {
      notes.append(
        "some score separates the outcomes of the whole table, so that its best predictor has no finite weights: best_loss is that of large ones"
      )
    }
    if let population = world.component.everyRow, pipeline.output.count * 5 > population.count {
      notes.append(
        "\(Self.counted(pipeline.output.count, "encoded feature")) for a table of \(Self.counted(population.count, "row")): a model can nearly learn the rows by heart, and the same rows are served again; leave out columns with many levels"
      )
    }
    if let available = world.component.cyclesAvailable(rows: rows) {
      if available == 0 {
        throw ScenarioError(
          .conflict(
            "the table has fewer rows than one cycle asks for (\(rows))",
            advice: "lower `rows`, or give the world `when-exhausted: wrap` or `draw: bootstrap`"),
          path: DocumentPath(["rows"]), location: document.root["rows"]?.location)
      }
      if available < cycles + 1 {
        notes.append("the table has rows for cycles 0 to \(available - 1) of \(rows) rows each; the run ends there (asked: \(cycles))")
      }
    }
    self.notes = notes
    // Needs the scenario whole.
    if !responses.isEmpty, metrics.contains(where: { $0.component.needsPerformativeRisk }), PerformativeRisks.areCheap(self),
      let loop = PopulationLoop(self), let risks = PerformativeRisks(loop, cycle: 0)
    {
      traits.hasPerformativeRisk = true
      // A discrepancy that begins later may change what is known.
      // Without an intercept a step that centres gives every sample's model one of its own.
      let isComparable = loop.objective.hasIntercept || pipeline.steps.isEmpty
      traits.hasLeastRisk =
        risks.least != nil && isComparable && (!loop.movesFeatures || (0...cycles).allSatisfy { !loop.deviates(in: $0) })
    }
    let columns = self.columns
    for column in retraining.component.metricColumns where !columns.contains(column) {
      throw ScenarioError(
        .unknownName(column, what: "column of the scenario's metrics", known: columns), path: retraining.path,
        location: document.root.node(at: retraining.path)?.location)
    }
  }

  /// The world of a document alone, whatever its other sections say.
  package static func world(of document: ScenarioDocument, catalog: Catalog) throws(ScenarioError) -> any World {
    var reader = ScenarioReader(document: document, catalog: catalog)
    reader.context = ConstructionContext(
      seed: UInt64(reader.value(seedKey)), cycles: reader.value(cyclesKey), rows: reader.value(rowsKey), tables: TableStore(),
      folder: document.folder, catalog: catalog)
    guard let world = reader.install(.world).first else { throw ScenarioError(reader.problems).located(in: document.root) }
    return world.as((any World).self).component
  }

  /// The pipeline for every set of step discrepancies that acts at some time on a side.
  private static func sidePipelines(
    _ pipeline: Pipeline, steps: [PipelineStep], discrepancies: [Installed<any Discrepancy>], cycles: Int, document: ScenarioDocument
  ) throws(ScenarioError) -> [[Int]: Pipeline] {
    var pipelines: [[Int]: Pipeline] = [:]
    // The sets change only where some discrepancy begins or ends.
    let changes = Set(discrepancies.flatMap { [$0.component.scope.from, ($0.component.scope.until ?? cycles) + 1] } + [0]).filter {
      $0 <= cycles
    }
    for cycle in changes.sorted() {
      for side in Side.allCases {
        let active = activeSteps(discrepancies, on: side, cycle: cycle)
        if active.partial.count > ActiveSteps.partialLimit {
          let last = discrepancies[active.partial[ActiveSteps.partialLimit]].path
          throw ScenarioError(
            .conflict(
              "\(active.partial.count) discrepancies of steps touch a share of the rows at once, and each doubles the code that the side runs",
              advice: "at most \(ActiveSteps.partialLimit) are possible; give some a share of 1, or leave them out"),
            path: last, location: document.root.node(at: last)?.location)
        }
        for set in active.sets where !set.isEmpty && pipelines[set] == nil {
          pipelines[set] = try sidePipeline(pipeline, steps: steps, set.map { discrepancies[$0] }, side: side, document: document)
        }
      }
    }
    return pipelines
  }

  /// The pipeline that a side runs with these step discrepancies, one after another.
  private static func sidePipeline(
    _ pipeline: Pipeline, steps: [PipelineStep], _ active: [Installed<any Discrepancy>], side: Side, document: ScenarioDocument
  ) throws(ScenarioError) -> Pipeline {
    guard let last = active.last else { return pipeline }
    let path = last.path, location = document.root.node(at: path)?.location
    let other: Pipeline
    do throws(ScenarioError) {
      var altered = steps
      for installed in active {
        if let discrepancy = installed.component as? any StepDiscrepancy { altered = try discrepancy.alter(altered) }
      }
      other = try Pipeline(altered.map(\.component), input: pipeline.schemas[0], paths: altered.map { _ in path }, origins: altered)
    } catch {
      throw error.located(at: location)
    }
    if let (column, advice) = other.unfit() {
      throw ScenarioError(
        .conflict(
          "with this, the \(side.rawValue) side would give '\(column.name)', which is not a number without gaps", advice: advice),
        path: path, location: location)
    }
    if other.output.names != pipeline.output.names {
      throw ScenarioError(
        .conflict(
          "with this, the \(side.rawValue) side would give other columns (\(listed(other.output.names))) than the model's (\(listed(pipeline.output.names)))",
          advice: "a discrepancy changes values, not columns; choose another step"),
        path: path, location: location)
    }
    return other
  }

  private static func listed(_ names: [String]) -> String {
    names.count > 6 ? names.prefix(5).joined(separator: ", ") + ", … \(names.count) in all" : names.joined(separator: ", ")
  }

  private static func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

  /// What the pipeline can do, tried on two rows, of zeros and of ones; only numbers without gaps can be affine at all.
  private static func probe(_ pipeline: Pipeline, schema: Schema) -> (isAffine: Bool, fitsFromMoments: Bool) {
    guard schema.columns.allSatisfy({ $0.isNumeric && !$0.mayBeMissing }) else { return (false, false) }
    var sample = Matrix(rows: 2, columns: schema.count)
    for j in 0..<schema.count { sample[1, j] = 1 }
    let isAffine = pipeline.fit(sample, weights: [1, 1]).affineMap != nil
    var moments = Moments(dimension: schema.count)
    moments.add(sample, rows: 0..<2)
    return (isAffine, isAffine && pipeline.fit(moments) != nil)
  }

  private static func reasonToKeepRows(
    window: Window, testsByGroup: Bool, learner: any Learner, discrepancies: [any Discrepancy], fitsFromMoments: Bool, isLogged: Bool
  ) -> String? {
    if testsByGroup { return "the own test by group needs rows" }
    if window.sample != nil { return "a fit takes a sample of the window" }
    if learner.needsRows { return "the learner needs rows" }
    if !fitsFromMoments { return "the pipeline has a step that moments are not enough for" }
    if isLogged { return "losses in the outcome's own units need rows" }
    if discrepancies.contains(where: { $0 is any StepDiscrepancy || $0 is any LogDiscrepancy || $0.scope.side == .training }) {
      return "a discrepancy changes what training reads"
    }
    return nil
  }
}

extension Installed where Kind == any Component {
  /// The component as what its role says it is; the catalog has made sure of it.
  fileprivate func `as`<Other>(_ type: Other.Type) -> Installed<Other> {
    guard let component = component as? Other else { preconditionFailure("'\(id)' is not of the role it is listed under") }
    return Installed<Other>(id: id, cause: cause, path: path, component: component)
  }
}

/// Reads the sections of a document, collecting problems.
private struct ScenarioReader {
  let document: ScenarioDocument
  let catalog: Catalog
  var context: ConstructionContext?
  var problems: [Problem] = []

  init(document: ScenarioDocument, catalog: Catalog) {
    self.document = document
    self.catalog = catalog
    if document.root.entries == nil {
      problems = [
        Problem(.wrongType(expected: "a map of sections", found: document.root), path: DocumentPath(), location: document.root.location)
      ]
    }
  }

  mutating func checkKeys(_ allowed: [String]) {
    for (key, value) in document.root.entries ?? [:] where !allowed.contains(key) {
      problems.append(Problem(.unknownKey(key, allowed: allowed), path: DocumentPath(), location: value.keyLocation ?? value.location))
    }
  }

  mutating func check(_ setting: any ParameterDeclaration) {
    guard let node = document.root[setting.name] else { return }
    do { try setting.type.check(node, at: DocumentPath([setting.name])) } catch { problems += error.problems }
  }

  func value<Value>(_ setting: Parameter<Value>) -> Value {
    guard let value = setting.read(document.root[setting.name] ?? setting.defaultValue) else {
      preconditionFailure("the setting '\(setting.name)' does not read what its type allows")
    }
    return value
  }

  /// The pipeline's steps, which discrepancies may make anew with other parameters.
  mutating func installSteps() -> [PipelineStep] {
    guard let context else { return [] }
    let catalog = catalog
    let items = document.root[Role.transform.section]?.items ?? []
    return install(.transform).enumerated().map { position, installed in
      let node = items.indices.contains(position) ? try? catalog.expanded(items[position], role: .transform, path: installed.path) : nil
      return PipelineStep(
        component: installed.as((any Transform).self).component, id: installed.id, position: position, node: node ?? [:]
      ) { node throws(ScenarioError) in
        try catalog.make(.transform, from: node, path: installed.path, context: context).as((any Transform).self).component
      }
    }
  }

  /// The components of a section: as many as it lists, or the one it has.
  mutating func install(_ role: Role) -> [Installed<any Component>] {
    let section = DocumentPath([role.section])
    guard let context else { return [] }
    guard let node = document.root[role.section] ?? Scenario.neutral(role) else {
      problems.append(
        Problem(.missingKey(role.section, type: "a \(role.rawValue)"), path: DocumentPath(), location: document.root.location))
      return []
    }
    let written: [(DocumentNode, DocumentPath)]
    if role.isList {
      if node.value == .null { return [] }
      guard let items = node.items else {
        problems.append(Problem(.wrongType(expected: "a list", found: node), path: section, location: node.location))
        return []
      }
      written = items.enumerated().map { ($1, section.appending($0)) }
    } else {
      written = [(node, section)]
    }
    var installed: [Installed<any Component>] = []
    var taken: Set<String> = []
    for (item, path) in written {
      do {
        let made = try catalog.make(role, from: item, path: path, context: context)
        for (id, path, node) in catalog.ids(role, of: item, path: path) where role != .transform && !taken.insert(id).inserted {
          problems.append(Problem(.duplicate(role.rawValue, id), path: path, location: node["id"]?.location ?? node.location))
        }
        installed.append(made)
      } catch {
        problems += error.problems
      }
    }
    return installed
  }
}
