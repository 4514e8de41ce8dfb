public import SkewlabEngine
public import SkewlabNumerics

/// World `table`: rows of a user's CSV file.
public struct Table: World {
  /// How rows are drawn.
  public enum Draw: String, Sendable, CaseIterable {
    /// Each row at random, with replacement.
    case bootstrap
    /// In order of the time columns.
    case inOrder = "in-order"
    /// In a random order, without replacement.
    case shuffle
    /// Each of the first rows in time at random, with replacement.
    case firstPeriod = "first-period"
  }

  /// What happens when the rows run out.
  public enum Exhaustion: String, Sendable, CaseIterable {
    /// The run ends.
    case stop
    /// The rows start over, in the same order.
    case wrap
  }

  /// `table`.
  public static let kind = "table"
  /// One line.
  public static let summary = "rows of a CSV file: bootstrapped, in order of time, or shuffled"
  /// The definition.
  public static let definition = """
    The file is RFC 4180 CSV in UTF-8 with a header. A column whose cells are all numbers is numeric; one with none is text, its levels in alphabetical order; a mix is refused unless listed under \
    `categories`. An empty cell is missing, and so are the texts in `missing`; a number in `missing` is missing however it is written. Texts that are canonically equivalent in Unicode are one level. bootstrap draws each row with replacement; in-order takes rows by the time columns, ties in file order, cycle t \
    the t-th block of `rows`; shuffle takes a random order per replicate; first-period draws with replacement from the first \
    `first-period` rows by the time columns: a world that stays as it was then, to compare one in order of time with. When fewer rows are left than a cycle asks for, the run ends (stop), or the rows start over (wrap). best_loss is least squares on \
    the whole table (of a first period: on its rows), with the pipeline fitted on it. Shifts: a mean or a share moves by weights on the rows, w ∝ exp(θ′g), the nearest to equal ones that give it exactly, and only where rows are drawn with replacement; a row stays drawn with probability min(1, w). A coefficient moves \
    outcomes by its change times x − x̄, or by a share of the effect that least squares on the whole table gives the feature, in raw numbers and a column for each level; noise grows by independent normals, in units of what those least \
    squares leave. best_loss is then of the weighted rows with their new outcomes. The evaluation share is chosen by row of the file, so that copies of a row stay together. \
    The table is the whole population: served and untouched losses are over rows of which some were fitted, the own test over rows that never were, so that with few rows and many encoded features the own \
    test is the stricter one.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    path, target, features, categories, missing, time, logTarget, draw, firstPeriod, exhausted,
  ]
  static let path = Parameter.text("path", about: "the CSV file, relative to the scenario's folder")
  static let target = Parameter.text("target", about: "the column to predict; numeric, no missing values")
  static let features = Parameter<[String]?>(
    "features", type: .list(.text, atLeast: 1), about: "the columns to predict from; all but target and time unless given"
  ) { .some($0?.items?.compactMap(\.text)) }
  static let categories = Parameter.texts("categories", about: "columns to read as text even where they hold numbers")
  static let missing = Parameter<[String]?>(
    "missing", type: .list(.text, atLeast: 0),
    about: "what cells without a value say, besides the empty cell; NA, N/A, NaN, nan, NULL and null unless given"
  ) { .some($0?.items?.compactMap(\.text)) }
  static let time = Parameter.texts(
    "time",
    about:
      "numeric columns that order the rows, the most significant first; needed by draw: in-order and first-period unless the file is in order"
  )
  static let logTarget = Parameter.flag(
    "log-target", default: false, about: "whether the model predicts the natural logarithm of the target, which then has to be positive")
  static let draw = Parameter<Draw>.choice("draw", default: .bootstrap, about: "how rows are drawn")
  static let firstPeriod = Parameter.optionalInteger(
    "first-period", in: 1...1_000_000_000,
    about: "how many rows the first period has, for draw: first-period; those of cycle 0, which are `rows`, unless given")
  static let exhausted = Parameter<Exhaustion>.choice(
    "when-exhausted", default: .stop, about: "what happens when in-order or shuffle run out of rows")
  /// The first period is the rows of cycle 0, unless it is given.
  public static let conformanceSkips = [
    ConformanceSkip("world-extends", because: "of a first period that is not given, more rows a cycle are a longer period")
  ]
  /// Needs a file: see the conformance checks' own.
  public static let example: DocumentNode = ["path": "example.csv", "target": "y"]

  /// The features.
  public var schema: Schema { contents.schema }
  /// The target's column.
  public let outcomeName: String
  /// Whether the logarithm is predicted.
  public let outcomeIsLogged: Bool
  /// Rows come from a table.
  public let isSynthetic = false

  /// What was read as missing in text columns, unless the scenario says itself what is missing.
  public let notes: [String]

  private let contents: TableContents
  private let draw: Draw
  private let exhaustion: Exhaustion
  private let rowStream: RandomStream
  private let weightStream: RandomStream
  private let noiseStream: RandomStream
  private let permutations: PermutationCache
  private let rowsPerCycle: Int
  /// The rows drawn from with replacement, by their identities.
  private let drawn: [Int]
  private let changes: TableChanges
  private let hasLabels: Bool

  /// Reads the file and the columns.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let given = arguments[Self.path]
    if given.isEmpty { throw arguments.outOfRange(Self.path, allowed: "the path of a CSV file") }
    let request = TableRequest(
      target: arguments[Self.target], isLogged: arguments[Self.logTarget], features: arguments[Self.features],
      categories: arguments[Self.categories], time: arguments[Self.time],
      missing: arguments[Self.missing].map(MissingTexts.init) ?? .standard)
    let path = arguments.context.resolve(given)
    contents = try arguments.context.tables.value(of: path, for: request) { () throws(ScenarioError) in
      try TableContents(path, request, arguments)
    }
    outcomeName = request.target
    outcomeIsLogged = request.isLogged
    draw = arguments[Self.draw]
    exhaustion = arguments[Self.exhausted]
    rowStream = arguments.stream("row")
    weightStream = arguments.stream("weight")
    noiseStream = arguments.stream("noise")
    permutations = PermutationCache()
    rowsPerCycle = arguments.context.rows
    let size = arguments[Self.firstPeriod] ?? rowsPerCycle
    guard draw != .firstPeriod || size <= contents.order.count else {
      throw arguments.error(
        .outOfRange(.integer(size), allowed: "at most \(contents.order.count), the rows of the table"), at: Self.firstPeriod)
    }
    drawn = draw == .firstPeriod ? Array(contents.order[..<size]) : contents.population.identities
    changes = TableChanges(contents.population, effects: contents.effects, drawn: drawn)
    let mayMean = arguments[Self.missing] == nil ? contents.missingTexts : []
    notes = mayMean.map { text, cells, columns in
      let shown =
        columns.count > 3 ? columns.prefix(3).joined(separator: ", ") + " and \(columns.count - 3) more" : columns.joined(separator: ", ")
      return
        "'\(text)' was read as a missing value in \(cells) cell\(cells == 1 ? "" : "s") of text (\(shown)); if it is a level, list what is missing instead in the world's `missing`, such as `missing: []`"
    }
    hasLabels = contents.population.outcomes.allSatisfy { $0 == 0 || $0 == 1 }
  }

  /// Whether rows are taken in order of time.
  public var isInOrder: Bool { draw == .inOrder }

  /// The whole table, in file order.
  public var everyRow: Rows? { contents.population }

  /// The table, where its rows are drawn with replacement and none goes missing; of a first period, its rows alone.
  public func finitePopulation(at position: RandomStream.Position, conditions: WorldConditions) -> FinitePopulation? {
    guard drawsWithReplacement, conditions.missingRates.allSatisfy({ $0 == 0 }) else { return nil }
    let state = population(under: conditions), noise = changes.state(under: conditions)?.noise ?? 0
    var rows = contents.population
    if let outcomes = state.outcomes { rows.outcomes = outcomes }
    return FinitePopulation(rows, weights: state.weights ?? Array(repeating: 1, count: rows.count), noiseVariance: noise * noise)
  }

  /// Rows of the table over rows of a cycle, unless they start over.
  public func cyclesAvailable(rows: Int) -> Int? {
    drawsWithReplacement || exhaustion == .wrap ? nil : contents.population.count / rows
  }

  /// Effects, outcomes and noise; where rows are drawn with replacement, also how often.
  public var supportedChanges: Set<WorldConditions.Change> {
    var changes: Set<WorldConditions.Change> = [.coefficient, .intercept, .noise]
    guard drawsWithReplacement else { return changes }
    changes.insert(.mean)
    if schema.columns.contains(where: { !$0.isNumeric }) { changes.insert(.categoryFrequency) }
    if hasLabels { changes.insert(.labelShare) }
    return changes
  }
  /// Means and shares stay within what the rows have, and noise can only grow.
  public let limitedChanges: Set<WorldConditions.Change> = [.mean, .categoryFrequency, .labelShare, .noise]
  /// What a table needs for each change.
  public let adviceOnChanges = """
    means and shares of a table change by weights of its rows, which need `draw: bootstrap`, a text feature, or outcomes of 0 and 1; else remove the shift
    """

  /// Of the values that are there, over the rows drawn from.
  public var featureDeviations: [Double]? {
    schema.columns.indices.map { schema.columns[$0].isNumeric ? changes.mean($0).sd : .nan }
  }

  private var drawsWithReplacement: Bool { draw == .bootstrap || draw == .firstPeriod }

  /// Means and shares beyond what the rows have, or less noise than there is.
  public func problem(under conditions: WorldConditions) -> String? { changes.problem(under: conditions) }

  /// Of a first period, its rows alone; with the weights and outcomes that shifts give.
  public func population(under conditions: WorldConditions) -> PopulationState {
    let population = contents.population
    let state = changes.state(under: conditions)
    var weights: [Double]?
    if draw == .firstPeriod || state?.weights != nil {
      var all = Array(repeating: 0.0, count: population.count)
      for (k, i) in drawn.enumerated() { all[i] = state?.weights?[k] ?? 1 }
      weights = all
    }
    let outcomes = state?.added.map { added in zip(population.outcomes, added).map { $0 + $1 } }
    return PopulationState(outcomes: outcomes, weights: weights)
  }

  /// Not known from a law: least squares on the whole table takes its place.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { nil }

  /// Copies rows of the table, with the outcomes that shifts give.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let population = contents.population, total = population.count
    let state = changes.state(under: conditions)
    switch draw {
    case .bootstrap, .firstPeriod:
      for (k, i) in range.enumerated() { rows.identities[k] = rowStream.integer(below: drawn.count, at: position, row: i) }
      if let coupling = state?.coupling {
        let stay = rows.numbers { weightStream.uniforms(at: position, rows: range, into: &$0) }
        let choice = rows.numbers { weightStream.uniforms(at: position, rows: range, draw: 1, into: &$0) }
        for k in 0..<range.count { rows.identities[k] = coupling.place(rows.identities[k], stay: stay[k], choice: choice[k]) }
      }
      for k in 0..<range.count { rows.identities[k] = drawn[rows.identities[k]] }
    case .inOrder, .shuffle:
      let start = Int(position.cycle) * rowsPerCycle + range.lowerBound
      let order =
        draw == .inOrder ? contents.order : permutations.permutation(of: total, stream: rowStream, replicate: Int(position.replicate))
      for k in 0..<range.count { rows.identities[k] = order[(start + k) % total] }
    }
    for j in 0..<schema.count {
      population.features.withColumn(j) { source in
        rows.features.withMutableColumn(j, rows: 0..<range.count) { target in
          for k in target.indices { target[k] = source[rows.identities[k]] }
        }
      }
    }
    for k in 0..<range.count { rows.outcomes[k] = population.outcomes[rows.identities[k]] }
    guard let state else { return }
    if let added = state.added { for k in 0..<range.count { rows.outcomes[k] += added[rows.identities[k]] } }
    if state.noise > 0 {
      let noise = rows.numbers { noiseStream.normals(at: position, rows: range, into: &$0) }
      for k in 0..<range.count { rows.outcomes[k] += state.noise * noise[k] }
    }
  }
}
