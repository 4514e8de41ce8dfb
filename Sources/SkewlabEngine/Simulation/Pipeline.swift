public import SkewlabNumerics

/// The steps of one side, bound to the columns they meet.
public struct Pipeline: Sendable {
  /// The steps, in order.
  public let steps: [any Transform]
  /// The columns before each step, and after the last.
  public let schemas: [Schema]
  /// Its steps, as discrepancies address them and left them.
  let origins: [PipelineStep]

  /// Binds steps to the raw features; the encoded features have to be numbers without gaps.
  public init(_ steps: [any Transform], input: Schema, paths: [DocumentPath]) throws(ScenarioError) {
    try self.init(steps, input: input, paths: paths, origins: [])
  }

  init(_ steps: [any Transform], input: Schema, paths: [DocumentPath], origins: [PipelineStep]) throws(ScenarioError) {
    var schemas = [input]
    for (index, step) in steps.enumerated() {
      let path = index < paths.count ? paths[index] : DocumentPath(["pipeline"])
      if let first = Self.first(of: index, in: origins), schemas[first].columns != schemas[index].columns {
        throw ScenarioError(
          .conflict(
            "a step of kind '\(type(of: step).kind)' gives other columns than it gets", advice: "choose a step that can be repeated"),
          path: path)
      }
      let output = try step.bind(to: schemas[index], at: path)
      var names: Set<String> = []
      for name in output.names where !names.insert(name).inserted {
        throw ScenarioError(
          .conflict("two columns would both be named '\(name)'", advice: "rename one in the table, or drop the step that makes it again"),
          path: path)
      }
      schemas.append(output)
    }
    self.steps = steps
    self.schemas = schemas
    self.origins = origins
  }

  /// Where the step stands that a step repeats; `nil` for one that repeats none.
  private static func first(of index: Int, in origins: [PipelineStep]) -> Int? {
    guard origins.indices.contains(index), origins[index].isRepeat else { return nil }
    return origins.firstIndex { $0.position == origins[index].position }
  }

  /// The encoded features.
  public var output: Schema { schemas[schemas.count - 1] }

  /// The first encoded column that a linear model cannot take, and what to do about it.
  func unfit() -> (column: Schema.Column, advice: String)? {
    for column in output.columns {
      if !column.isNumeric { return (column, "text columns need a step such as `{kind: one-hot}`") }
      if column.mayBeMissing { return (column, "its missing values need a step such as `{kind: impute}`") }
    }
    return nil
  }

  /// The side fitted on rows, one weight for each.
  public func fit(_ features: Matrix, weights: [Double]) -> FittedPipeline {
    fit(features, weights: weights).0
  }

  /// The side fitted on rows, and those rows encoded.
  public func fitEncoding(_ features: Matrix, weights: [Double]) -> (FittedPipeline, Matrix) {
    fit(features, weights: weights, encodesLast: true)
  }

  /// The side fitted on rows, but for steps, by their index, whose state is known already, or that count the rows with other weights; the rows as the last step gets them, or encoded.
  func fit(
    _ features: Matrix, weights: [Double], known: [Int: any FittedTransform] = [:], counting others: [Int: [Double]] = [:],
    encodesLast: Bool = false
  ) -> (FittedPipeline, Matrix) {
    var input = features
    var fitted: [any FittedTransform] = []
    // Storage of the step before the last: new memory costs more than most steps.
    var spare: Matrix?
    for (index, step) in steps.enumerated() {
      let repeated = Self.first(of: index, in: origins).map { fitted[$0] }
      let state = repeated ?? known[index] ?? step.fit(input, weights: others[index] ?? weights, schema: schemas[index])
      fitted.append(state)
      guard encodesLast || index + 1 < steps.count else { break }
      var output = Self.room(&spare, rows: input.rows, columns: state.output.count)
      state.apply(input, rows: input.rows, into: &output)
      spare = index > 0 ? input : nil
      input = output
    }
    return (FittedPipeline(steps: fitted, input: schemas[0]), input)
  }

  private static func room(_ spare: inout Matrix?, rows: Int, columns: Int) -> Matrix {
    guard spare?.columns == columns, let room = spare.take() else { return Matrix(rows: rows, columns: columns) }
    return room
  }

  /// The side fitted on moments of the raw features (and whatever columns follow them); `nil` where a step needs rows.
  public func fit(_ moments: Moments) -> FittedPipeline? { fit(moments, known: [:]) }

  /// The same, but for steps, by their index, whose state is known already.
  func fit(_ moments: Moments, known: [Int: any FittedTransform]) -> FittedPipeline? {
    var moments = moments
    var fitted: [any FittedTransform] = []
    for (index, step) in steps.enumerated() {
      let repeated = Self.first(of: index, in: origins).map { fitted[$0] }
      guard let state = repeated ?? known[index] ?? step.fit(moments, schema: schemas[index]), let map = state.affineMap else { return nil }
      fitted.append(state)
      moments = moments.mapping(leading: map)
    }
    return FittedPipeline(steps: fitted, input: schemas[0])
  }
}

extension Moments {
  /// Moments after a map of the leading columns; the columns after them stay.
  func mapping(leading map: AffineMap) -> Moments { mapping(0..<map.matrix.columns, by: map) }

  /// Moments after a map of some columns, whose images stand in their place; the others stay.
  public func mapping(_ columns: Range<Int>, by map: AffineMap) -> Moments {
    precondition(columns.count == map.matrix.columns, "the map must fit the columns")
    let first = columns.lowerBound, images = map.matrix.rows, after = dimension - columns.upperBound
    var full = Matrix(rows: first + images + after, columns: dimension)
    for k in 0..<first { full[k, k] = 1 }
    for j in columns { for i in 0..<images { full[first + i, j] = map.matrix[i, j - first] } }
    for k in 0..<after { full[first + images + k, columns.upperBound + k] = 1 }
    return mapped(full, offset: Array(repeating: 0, count: first) + map.offset + Array(repeating: 0, count: after))
  }

  /// Moments with some columns once more, right after themselves.
  func repeating(_ columns: Range<Int>) -> Moments {
    let count = columns.count, end = columns.upperBound
    var full = Matrix(rows: dimension + count, columns: dimension)
    for k in 0..<end { full[k, k] = 1 }
    for k in columns { full[k + count, k] = 1 }
    for k in end..<dimension { full[k + count, k] = 1 }
    return mapped(full, offset: Array(repeating: 0, count: dimension + count))
  }

  /// Moments without some columns.
  func removing(_ columns: Range<Int>) -> Moments {
    let kept = (0..<dimension).filter { !columns.contains($0) }
    var cross = Matrix(rows: kept.count, columns: kept.count)
    for (j, from) in kept.enumerated() { for (i, row) in kept.enumerated() { cross[i, j] = self.cross[row, from] } }
    return Moments(weight: weight, mean: kept.map { mean[$0] }, cross: cross, count: count)
  }

  /// The moments of rows of which these shares have these moments.
  static func mixed(_ parts: [(moments: Moments, share: Double)]) -> Moments {
    if parts.count == 1 { return parts[0].moments }
    var sum = Moments(dimension: parts[0].moments.dimension)
    for (moments, share) in parts where share > 0 {
      var part = moments
      part.scale(by: share)
      sum.merge(part)
    }
    return sum
  }
}

/// A side with its state: a pure function from raw features to encoded ones.
public struct FittedPipeline: Sendable {
  /// The fitted steps.
  public let steps: [any FittedTransform]
  /// The raw features.
  public let input: Schema

  init(steps: [any FittedTransform], input: Schema) {
    self.steps = steps
    self.input = input
  }

  /// The encoded features.
  public var output: Schema { steps.last?.output ?? input }

  /// Everything the steps learned; two sides agree when these are equal.
  public var state: [FittedValue] { steps.flatMap(\.state) }

  /// The whole side as one map of the raw features, when every step is affine on every row.
  public var affineMap: AffineMap? {
    var map = AffineMap.identity(input.count)
    for step in steps {
      guard let next = step.affineMap else { return nil }
      map = map.followed(by: next)
    }
    return map
  }

  /// Room for the columns after each step.
  public func makeBuffers(capacity: Int) -> [Matrix] { steps.map { Matrix(rows: capacity, columns: $0.output.count) } }

  /// Encodes the first `rows` rows, through buffers from ``makeBuffers(capacity:)``.
  public func encode(_ features: Matrix, rows: Int, buffers: inout [Matrix]) -> Matrix {
    var current = features
    for (index, step) in steps.enumerated() {
      step.apply(current, rows: rows, into: &buffers[index])
      current = buffers[index]
    }
    return current
  }
}
