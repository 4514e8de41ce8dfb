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
    `categories`. An empty cell is missing, and so are NA, N/A, NaN, nan, NULL and null. bootstrap draws each row with replacement; in-order takes rows by the time columns, ties in file order, cycle t \
    the t-th block of `rows`; shuffle takes a random order per replicate; first-period draws with replacement from the first \
    `first-period` rows by the time columns: a world that stays as it was then, to compare one in order of time with. When fewer rows are left than a cycle asks for, the run ends (stop), or the rows start over (wrap). best_loss is least squares on \
    the whole table (of a first period: on its rows), with the pipeline fitted on it. The evaluation share is chosen by row of the file, so that copies of a row stay together. \
    The table is the whole population: served and untouched losses are over rows of which some were fitted, the own test over rows that never were, so that with few rows and many encoded features the own \
    test is the stricter one.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    path, target, features, categories, time, logTarget, draw, firstPeriod, exhausted,
  ]
  static let path = Parameter.text("path", about: "the CSV file, relative to the scenario's folder")
  static let target = Parameter.text("target", about: "the column to predict; numeric, no missing values")
  static let features = Parameter<[String]?>(
    "features", type: .list(.text, atLeast: 1), about: "the columns to predict from; all but target and time unless given"
  ) { .some($0?.items?.compactMap(\.text)) }
  static let categories = Parameter.texts("categories", about: "columns to read as text even where they hold numbers")
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

  private let contents: TableContents
  private let draw: Draw
  private let exhaustion: Exhaustion
  private let rowStream: RandomStream
  private let permutations: PermutationCache
  private let rowsPerCycle: Int
  /// The rows drawn from with replacement, by their identities; `nil` for every row.
  private let period: [Int]?

  /// Reads the file and the columns.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let given = arguments[Self.path]
    if given.isEmpty { throw arguments.outOfRange(Self.path, allowed: "the path of a CSV file") }
    let request = TableRequest(
      target: arguments[Self.target], isLogged: arguments[Self.logTarget], features: arguments[Self.features],
      categories: arguments[Self.categories], time: arguments[Self.time])
    let path = arguments.context.resolve(given)
    contents = try arguments.context.tables.value(of: path, for: request) { () throws(ScenarioError) in
      try TableContents(path, request, arguments)
    }
    outcomeName = request.target
    outcomeIsLogged = request.isLogged
    draw = arguments[Self.draw]
    exhaustion = arguments[Self.exhausted]
    rowStream = arguments.stream("row")
    permutations = PermutationCache()
    rowsPerCycle = arguments.context.rows
    let size = arguments[Self.firstPeriod] ?? rowsPerCycle
    guard draw != .firstPeriod || size <= contents.order.count else {
      throw arguments.error(
        .outOfRange(.integer(size), allowed: "at most \(contents.order.count), the rows of the table"), at: Self.firstPeriod)
    }
    period = draw == .firstPeriod ? Array(contents.order[..<size]) : nil
  }

  /// Whether rows are taken in order of time.
  public var isInOrder: Bool { draw == .inOrder }

  /// The whole table, in file order.
  public var everyRow: Rows? { contents.population }

  /// Rows of the table over rows of a cycle, unless they start over.
  public func cyclesAvailable(rows: Int) -> Int? {
    draw == .bootstrap || draw == .firstPeriod || exhaustion == .wrap ? nil : contents.population.count / rows
  }

  /// Of a first period, its rows alone.
  public func population(under conditions: WorldConditions) -> PopulationState {
    guard let period else { return PopulationState() }
    var weights = Array(repeating: 0.0, count: contents.population.count)
    for i in period { weights[i] = 1 }
    return PopulationState(weights: weights)
  }

  /// Not known from a law: least squares on the whole table takes its place.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { nil }

  /// Copies rows of the table.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let population = contents.population, total = population.count
    switch draw {
    case .bootstrap:
      for (k, i) in range.enumerated() { rows.identities[k] = Int(rowStream.integer(below: total, at: position, row: i)) }
    case .firstPeriod:
      for (k, i) in range.enumerated() {
        rows.identities[k] = contents.order[Int(rowStream.integer(below: period?.count ?? total, at: position, row: i))]
      }
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
  }
}
