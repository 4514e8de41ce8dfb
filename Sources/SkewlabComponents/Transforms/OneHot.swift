public import SkewlabEngine
public import SkewlabNumerics

/// Transform `one-hot`: a column of 0 and 1 for each level of a text feature.
public struct OneHot: Transform {
  /// What a level that the window did not have becomes.
  public enum Unseen: String, Sendable, CaseIterable {
    /// Zero in every column of the feature.
    case zeros
    /// The most frequent level of the window.
    case mode
  }

  /// `one-hot`.
  public static let kind = "one-hot"
  /// One line.
  public static let summary = "a column of 0 and 1 for each level of a text feature"
  /// The definition.
  public static let definition = """
    A text feature becomes columns `name=level`, in alphabetical order of the levels known to the world, the first one left out with `drop-first: true`. A level that no row of the window \
    had is unseen: its column is 0 in training, and in serving its rows get zeros or the window's most frequent level. A missing value gives zeros; an `impute` before \
    fills it. Without drop-first the columns sum to one, so that with an intercept the design is rank-deficient: OLS takes the minimum-norm solution, a penalty removes the question.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, dropFirst, unseen]
  static let features = Parameter.features(about: "the text features to encode; all unless given")
  static let dropFirst = Parameter.flag("drop-first", default: false, about: "whether the first level has no column")
  static let unseen = Parameter<Unseen>.choice("unseen", default: .zeros, about: "what becomes of a level the window did not have")

  private let features: FeatureSelection
  private let dropsFirst: Bool
  private let unseen: Unseen

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    dropsFirst = arguments[Self.dropFirst]
    unseen = arguments[Self.unseen]
  }

  private func columns(_ schema: Schema, at path: DocumentPath) throws(ScenarioError) -> [Int] {
    try features.indices(in: schema, at: path, requirement: "a text feature") { !$0.isNumeric }
  }

  /// Each text feature replaced by its columns, where it stood.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let encoded = Set(try columns(schema, at: path))
    return Schema(
      schema.columns.enumerated().flatMap { index, column -> [Schema.Column] in
        guard encoded.contains(index), case .categorical(let levels) = column.type else { return [column] }
        return levels.dropFirst(dropsFirst ? 1 : 0).map { Schema.Column("\(column.name)=\($0)") }
      })
  }

  /// Which levels the window has.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    let encoded = Set((try? columns(schema, at: DocumentPath())) ?? [])
    let output = (try? bind(to: schema, at: DocumentPath())) ?? schema
    var blocks: [FittedOneHot.Block] = []
    for (index, column) in schema.columns.enumerated() {
      guard encoded.contains(index), case .categorical(let levels) = column.type else {
        blocks.append(.copy)
        continue
      }
      var counts = Array(repeating: 0.0, count: levels.count)
      matrix.withColumn(index) { codes in
        for i in codes.indices where !codes[i].isNaN && counts.indices.contains(Int(codes[i])) { counts[Int(codes[i])] += weights[i] }
      }
      let mode = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
      blocks.append(.levels(seen: counts.map { $0 > 0 }, replacement: unseen == .mode ? mode : nil, first: dropsFirst ? 1 : 0))
    }
    return FittedOneHot(output: output, blocks: blocks, input: schema)
  }
}

/// `one-hot` with the levels its window had.
struct FittedOneHot: FittedTransform {
  enum Block: Sendable {
    case copy
    case levels(seen: [Bool], replacement: Int?, first: Int)
  }

  let output: Schema
  let blocks: [Block]
  let input: Schema
  var affineMap: AffineMap? {
    blocks.contains { if case .levels = $0 { true } else { false } } || input.columns.contains { $0.mayBeMissing }
      ? nil : .identity(input.count)
  }

  var state: [FittedValue] {
    zip(input.columns, blocks).flatMap { column, block -> [FittedValue] in
      guard case .levels(let seen, let replacement, _) = block, case .categorical(let levels) = column.type else { return [] }
      return zip(levels, seen).map { FittedValue("\(column.name)=\($0)", "seen", $1 ? 1 : 0) }
        + (replacement.map { [FittedValue(column.name, "unseen-becomes", Double($0))] } ?? [])
    }
  }

  func apply(_ matrix: Matrix, rows: Int, into result: inout Matrix) {
    var next = 0
    for (source, block) in blocks.enumerated() {
      switch block {
      case .copy:
        result.map(column: next, from: matrix, column: source, rows: rows) { $0 }
        next += 1
      case .levels(let seen, let replacement, let first):
        for level in first..<max(first, seen.count) {
          let code = Double(level), isReplacement = replacement == level, isSeen = seen[level]
          result.map(column: next, from: matrix, column: source, rows: rows) { value in
            if value == code { return isSeen ? 1 : 0 }
            return isReplacement && !value.isNaN && !(seen.indices.contains(Int(value)) && seen[Int(value)]) ? 1 : 0
          }
          next += 1
        }
      }
    }
  }
}
