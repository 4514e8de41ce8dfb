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
    the t-th block of `rows`; shuffle takes a random order per replicate. When fewer rows are left than a cycle asks for, the run ends (stop), or the rows start over (wrap). best_loss is least squares on \
    the whole table, with the pipeline fitted on it. The evaluation share is chosen by row of the file, so that copies of a row stay together. \
    The table is the whole population: served and untouched losses are over rows of which some were fitted, the own test over rows that never were, so that with few rows and many encoded features the own \
    test is the stricter one.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [path, target, features, categories, time, logTarget, draw, exhausted]
  static let path = Parameter.text("path", about: "the CSV file, relative to the scenario's folder")
  static let target = Parameter.text("target", about: "the column to predict; numeric, no missing values")
  static let features = Parameter<[String]?>(
    "features", type: .list(.text, atLeast: 1), about: "the columns to predict from; all but target and time unless given"
  ) { .some($0?.items?.compactMap(\.text)) }
  static let categories = Parameter.texts("categories", about: "columns to read as text even where they hold numbers")
  static let time = Parameter.texts(
    "time", about: "numeric columns that order the rows, the most significant first; needed by draw: in-order unless the file is in order")
  static let logTarget = Parameter.flag(
    "log-target", default: false, about: "whether the model predicts the natural logarithm of the target, which then has to be positive")
  static let draw = Parameter<Draw>.choice("draw", default: .bootstrap, about: "how rows are drawn")
  static let exhausted = Parameter<Exhaustion>.choice(
    "when-exhausted", default: .stop, about: "what happens when in-order or shuffle run out of rows")
  /// Needs a file: see the conformance checks' own.
  public static let example: DocumentNode = ["path": "example.csv", "target": "y"]

  /// The features.
  public let schema: Schema
  /// The target's column.
  public let outcomeName: String
  /// Whether the logarithm is predicted.
  public let outcomeIsLogged: Bool
  /// Rows come from a table.
  public let isSynthetic = false

  private let population: Rows
  private let order: [Int]
  private let draw: Draw
  private let exhaustion: Exhaustion
  private let rowStream: RandomStream
  private let permutations: PermutationCache
  private let rowsPerCycle: Int

  /// Reads the file and the columns.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let given = arguments[Self.path]
    if given.isEmpty { throw arguments.outOfRange(Self.path, allowed: "the path of a CSV file") }
    let file = try arguments.context.tables.value(of: arguments.context.resolve(given)) { (path) throws(ScenarioError) -> CSVTable in
      do throws(CSVError) { return try CSVTable(path: path) } catch {
        throw arguments.error(.unreadable(error.place, why: error.reason), at: Self.path)
      }
    }
    let target = arguments[Self.target], time = arguments[Self.time]
    let features = arguments[Self.features] ?? file.header.filter { $0 != target && !time.contains($0) }
    func column<Value>(_ name: String, _ parameter: Parameter<Value>) throws(ScenarioError) -> Int {
      guard let index = file.header.firstIndex(of: name) else {
        throw arguments.error(.unknownName(name, what: "column", known: file.header), at: parameter)
      }
      return index
    }
    func problem<Value>(_ parameter: Parameter<Value>, _ error: CSVError) -> ScenarioError {
      arguments.error(.unreadable(error.place, why: error.reason), at: parameter)
    }
    for name in arguments[Self.categories] { _ = try column(name, Self.categories) }
    if features.contains(target) {
      throw arguments.error(
        .conflict("the target '\(target)' is among the features", advice: "remove it from `features`"), at: Self.features)
    }
    guard !features.isEmpty else {
      throw arguments.error(
        .conflict("no column is left to predict from", advice: "add one to the table, or name them in `features`"), at: Self.path)
    }
    if Set(features).count != features.count {
      throw arguments.outOfRange(Self.features, allowed: "each column once")
    }
    let rowCount = file.rowCount
    let targetColumn = try column(target, Self.target)
    let isLogged = arguments[Self.logTarget]
    let outcomes: [Double]
    do throws(CSVError) {
      outcomes = try file.outcomes(targetColumn, logged: isLogged)
    } catch { throw problem(Self.target, error) }
    var columns: [Schema.Column] = []
    var values = Matrix(rows: rowCount, columns: features.count)
    for (j, name) in features.enumerated() {
      let index = try column(name, Self.features)
      do throws(CSVError) {
        let parsed = try file.feature(index, asText: arguments[Self.categories].contains(name))
        columns.append(parsed.column)
        values.withMutableColumn(j) { target in for i in 0..<rowCount { target[i] = parsed.values[i] } }
      } catch { throw problem(Self.features, error) }
    }
    schema = Schema(columns)
    outcomeName = target
    outcomeIsLogged = isLogged
    draw = arguments[Self.draw]
    exhaustion = arguments[Self.exhausted]
    rowStream = arguments.stream("row")
    var keys: [[Double]] = []
    for name in time {
      let index = try column(name, Self.time)
      do throws(CSVError) { keys.append(try file.numbers(index, allowMissing: false)) } catch { throw problem(Self.time, error) }
    }
    order = keys.isEmpty ? Array(0..<rowCount) : (0..<rowCount).sorted { Self.precedes($0, $1, keys) }
    var rows = Rows(schema: schema, capacity: rowCount, hasIdentities: true)
    rows.range = 0..<rowCount
    rows.features = values
    rows.outcomes = outcomes
    rows.identities = Array(0..<rowCount)
    population = rows
    permutations = PermutationCache()
    rowsPerCycle = arguments.context.rows
  }

  private static func precedes(_ a: Int, _ b: Int, _ keys: [[Double]]) -> Bool {
    for key in keys where key[a] != key[b] { return key[a] < key[b] }
    return a < b
  }

  /// The whole table, in file order.
  public var everyRow: Rows? { population }

  /// Rows of the table over rows of a cycle, unless they start over.
  public func cyclesAvailable(rows: Int) -> Int? {
    draw == .bootstrap || exhaustion == .wrap ? nil : population.count / rows
  }

  /// Not known from a law: least squares on the whole table takes its place.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? { nil }

  /// Copies rows of the table.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let total = population.count
    switch draw {
    case .bootstrap:
      for (k, i) in range.enumerated() { rows.identities[k] = Int(rowStream.integer(below: total, at: position, row: i)) }
    case .inOrder, .shuffle:
      let start = Int(position.cycle) * rowsPerCycle + range.lowerBound
      let order = draw == .inOrder ? self.order : permutations.permutation(of: total, stream: rowStream, replicate: Int(position.replicate))
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
