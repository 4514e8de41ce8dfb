internal import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Which columns a scenario reads of a table, and as what; scenarios that ask for the same share what was read.
struct TableRequest: Hashable, Sendable {
  let target: String
  let isLogged: Bool
  /// The columns to predict from; all others if it is not given.
  let features: [String]?
  let categories: [String]
  let time: [String]
  let missing: MissingTexts
}

/// What a scenario reads of a table.
struct TableContents: Sendable {
  let schema: Schema
  /// Every row, in file order.
  let population: Rows
  /// The rows in order of time.
  let order: [Int]
  /// What features do to the outcome.
  let effects = TableEffects()
  /// Cells of text columns that were read as missing for what they say: by text, how many cells, and of which columns.
  let missingTexts: [(text: String, cells: Int, columns: [String])]

  /// Reads a file; an error says which parameter asked for what is wrong.
  init(_ path: String, _ request: TableRequest, _ arguments: Arguments) throws(ScenarioError) {
    func checked<Value, Result>(
      _ parameter: Parameter<Value>, _ read: () throws(CSVError) -> Result
    ) throws(ScenarioError) -> Result {
      do throws(CSVError) { return try read() } catch {
        throw arguments.error(.unreadable(error.place, why: error.reason), at: parameter)
      }
    }
    var reader = try checked(Table.path) { () throws(CSVError) in try CSVReader(path: path) }
    let header = reader.header
    let positions = Dictionary(uniqueKeysWithValues: zip(header, header.indices))
    func index<Value>(_ name: String, _ parameter: Parameter<Value>) throws(ScenarioError) -> Int {
      guard let index = positions[name] else {
        throw arguments.error(.unknownName(name, what: "column", known: header), at: parameter)
      }
      return index
    }
    let features = request.features ?? header.filter { $0 != request.target && !request.time.contains($0) }
    for name in request.categories { _ = try index(name, Table.categories) }
    if features.contains(request.target) {
      throw arguments.error(
        .conflict("the target '\(request.target)' is among the features", advice: "remove it from `features`"), at: Table.features)
    }
    guard !features.isEmpty else {
      throw arguments.error(
        .conflict("no column is left to predict from", advice: "add one to the table, or name them in `features`"), at: Table.path)
    }
    if Set(features).count != features.count { throw arguments.outOfRange(Table.features, allowed: "each column once") }
    let target = try index(request.target, Table.target)
    var places: [Int] = [], times: [Int] = []
    for name in features { places.append(try index(name, Table.features)) }
    for name in request.time { times.append(try index(name, Table.time)) }

    let featurePlaces = Set(places), categories = Set(request.categories)
    var columns = header.enumerated().map { place, name in
      let isFeature = featurePlaces.contains(place), isText = isFeature && categories.contains(name)
      return CSVColumn(
        readsNumbers: place == target || times.contains(place), readsTexts: isText, mayBeText: isFeature && !isText,
        missing: request.missing)
    }
    let count = try checked(Table.path) { () throws(CSVError) in try reader.read(into: &columns) }

    func named(_ place: Int) -> NamedColumn {
      NamedColumn(path: path, name: header[place], cells: columns[place], missing: request.missing)
    }
    let outcomes = try checked(Table.target) { () throws(CSVError) in try named(target).outcomes(logged: request.isLogged) }
    if !times.contains(target) { columns[target] = .unwanted }
    var keys: [[Double]] = []
    var missingTexts: [String: (cells: Int, columns: [String])] = [:]
    var kinds: [Schema.Column] = []
    var values: [Double] = []
    values.reserveCapacity(count * features.count)
    for place in places {
      let feature = try checked(Table.features) { () throws(CSVError) in try named(place).feature() }
      kinds.append(feature.kind)
      for (text, cells) in columns[place].texts?.rowsMissing(request.missing) ?? [:] {
        let known = missingTexts[text] ?? (cells: 0, columns: [])
        missingTexts[text] = (known.cells + cells, known.columns + [header[place]])
      }
      values += feature.values
      if !times.contains(place) { columns[place] = .unwanted }
    }
    for place in times {
      keys.append(try checked(Table.time) { () throws(CSVError) in try named(place).numbers(allowMissing: false) })
    }
    self.missingTexts = missingTexts.sorted { $0.key < $1.key }.map { ($0.key, $0.value.cells, $0.value.columns) }
    schema = Schema(kinds)
    population = Rows(
      schema: schema, features: Matrix(rows: count, columns: features.count, elements: values), outcomes: outcomes)
    order = keys.isEmpty ? population.identities : population.identities.sorted { Self.precedes($0, $1, keys) }
  }

  private static func precedes(_ a: Int, _ b: Int, _ keys: [[Double]]) -> Bool {
    for key in keys where key[a] != key[b] { return key[a] < key[b] }
    return a < b
  }
}

/// A column that has been read, as what it is used for.
private struct NamedColumn {
  let path: String
  let name: String
  let cells: CSVColumn
  let missing: MissingTexts

  private func error(_ cell: CSVColumn.Cell, _ reason: String) -> CSVError {
    CSVError(place: "\(path):\(cell.line)", reason: reason)
  }

  /// A column of numbers.
  func numbers(allowMissing: Bool) throws(CSVError) -> [Double] {
    let column = "column '\(name)'"
    let wrong = [
      cells.firstText.map {
        ($0, "'\($0.text)' in \(column) is not a number; correct it or \(allowMissing ? "leave it empty" : "remove the row")")
      },
      cells.firstInfinite.map { ($0, "'\($0.text)' in \(column) is not finite; correct it or leave it empty") },
      allowMissing ? nil : cells.firstMissing.map { ($0, "\(column) has no value here; fill it in or remove the row") },
    ]
    if let (cell, reason) = wrong.compactMap(\.self).min(by: { $0.0.line < $1.0.line }) { throw error(cell, reason) }
    return cells.numbers
  }

  /// The target's values, or their logarithms.
  func outcomes(logged: Bool) throws(CSVError) -> [Double] {
    let values = try numbers(allowMissing: false)
    guard logged else { return values }
    if let cell = cells.firstNotPositive {
      throw error(cell, "\(cell.text) in column '\(name)' has no logarithm; drop `log-target`, or remove the row")
    }
    return values.map { log($0) }
  }

  /// A feature: numbers, or codes into sorted levels.
  func feature() throws(CSVError) -> (kind: Schema.Column, values: [Double]) {
    let mixed = cells.firstText
    guard let texts = cells.texts?.sorted(missing: missing) else {
      guard cells.hasNumber || mixed != nil else { throw nothing }
      if let mixed { throw notAlone(mixed) }
      return (Schema.Column(name, mayBeMissing: cells.firstMissing != nil), try numbers(allowMissing: true))
    }
    if texts.levels.isEmpty { throw nothing }
    if cells.becameText, texts.hasNumbers, let mixed { throw notAlone(mixed) }
    return (Schema.Column(name, .categorical(levels: texts.levels), mayBeMissing: texts.hasGaps), texts.values)
  }

  private var nothing: CSVError {
    CSVError(place: path, reason: "column '\(name)' has no value at all; leave it out of `features`")
  }

  private func notAlone(_ cell: CSVColumn.Cell) -> CSVError {
    error(
      cell,
      "'\(cell.trimmed)' in column '\(name)' is not a number, though others are; correct it, leave it empty, or list the column under `categories`"
    )
  }
}
