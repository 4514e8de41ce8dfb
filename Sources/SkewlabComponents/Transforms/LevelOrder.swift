internal import SkewlabEngine

/// An order of a text feature's levels that a scenario gives.
struct LevelOrder: Sendable {
  /// The levels; empty where the order is the alphabetical one of the world.
  var levels: [String] = []
  var location: SourceLocation?

  static let parameter = Parameter.texts(
    "order", about: "all levels of the feature, in order; alphabetical unless given. It belongs to one feature, named in `features`")

  init(_ arguments: Arguments) {
    levels = arguments[Self.parameter]
    location = arguments[given: Self.parameter]?.location
  }

  /// Refuses an order that is not one of the feature's levels.
  func check(_ columns: [Int], in schema: Schema, at path: DocumentPath) throws(ScenarioError) {
    guard !levels.isEmpty else { return }
    let path = path.appending("order")
    func refuse(_ reason: Problem.Reason) -> ScenarioError { ScenarioError(reason, path: path, location: location) }
    guard columns.count == 1, let column = columns.first, case .categorical(let known) = schema.columns[column].type else {
      throw refuse(
        .conflict(
          "an order belongs to one feature, and the step acts on \(columns.count)",
          advice: "name one in `features`, and give the others a step of their own"))
    }
    var named: Set<String> = []
    for level in levels {
      if !known.contains(level) { throw refuse(.unknownName(level, what: "level of '\(schema.columns[column].name)'", known: known)) }
      if !named.insert(level).inserted { throw refuse(.duplicate("level", level)) }
    }
    if let missing = known.first(where: { !named.contains($0) }) {
      throw refuse(
        .conflict("the order of '\(schema.columns[column].name)' is without the level '\(missing)'", advice: "name every level once"))
    }
  }

  /// The codes of a feature's levels, in order.
  func codes(of known: [String]) -> [Int] { levels.isEmpty ? Array(known.indices) : levels.compactMap(known.firstIndex) }
}
