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
    A text feature becomes columns `name=level`, in `order`, or in alphabetical order of the levels known to the world, the first one left out with `drop-first: true`. A level that no row of the window \
    had is unseen: its column is 0 in training, and in serving its rows get zeros or the window's most frequent level. A missing value gives zeros; an `impute` before \
    fills it. Without drop-first the columns sum to one, so that with an intercept the design is rank-deficient: OLS takes the minimum-norm solution, a penalty removes the question.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, LevelOrder.parameter, dropFirst, unseen]
  static let features = Parameter.features(about: "the text features to encode; all unless given")
  static let dropFirst = Parameter.flag("drop-first", default: false, about: "whether the first level has no column")
  static let unseen = Parameter<Unseen>.choice("unseen", default: .zeros, about: "what becomes of a level the window did not have")

  var features: FeatureSelection
  var order: LevelOrder
  var dropsFirst: Bool
  var unseen: Unseen

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    order = LevelOrder(arguments)
    dropsFirst = arguments[Self.dropFirst]
    unseen = arguments[Self.unseen]
  }

  /// Each text feature replaced by its columns, where it stood.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let columns = try features.indices(.text, in: schema, at: path)
    try order.check(columns, in: schema, at: path)
    let encoded = Set(columns)
    return Schema(
      schema.columns.enumerated().flatMap { index, column -> [Schema.Column] in
        guard encoded.contains(index), case .categorical(let levels) = column.type else { return [column] }
        return columnCodes(levels).map { Schema.Column("\(column.name)=\(levels[$0])") }
      })
  }

  private func columnCodes(_ levels: [String]) -> ArraySlice<Int> { order.codes(of: levels).dropFirst(dropsFirst ? 1 : 0) }

  /// Which levels the window has.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    let encoded = Set(features.bound(.text, in: schema))
    var blocks: [FittedLevels.Block] = [], state: [FittedValue] = []
    for (index, column) in schema.columns.enumerated() {
      guard encoded.contains(index), case .categorical(let levels) = column.type else {
        blocks.append(.copy)
        continue
      }
      let counts = LevelCounts(matrix, column: index, weights: weights, levels: levels.count)
      let codes = columnCodes(levels), mode = unseen == .mode ? counts.mode : nil
      for code in levels.indices { state.append(FittedValue("\(column.name)=\(levels[code])", "seen", counts.has(code) ? 1 : 0)) }
      if let mode { state.append(FittedValue(column.name, "unseen-becomes", Double(mode))) }
      blocks.append(
        .marks(
          codes.map { counts.has($0) ? $0 : nil }, unseen: mode.flatMap { mode in Array(codes).firstIndex(of: mode) },
          known: levels.indices.map(counts.has)))
    }
    return FittedLevels(input: schema, output: (try? bind(to: schema, at: DocumentPath())) ?? schema, blocks: blocks, state: state)
  }
}
