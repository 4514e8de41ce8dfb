internal import SkewlabEngine

extension Arguments {
  /// The raw columns that a discrepancy acts on: those named, or all that are suitable; at least one.
  func sourceColumns(
    _ parameter: Parameter<FeatureSelection>, requirement: String, where suitable: (Schema.Column) -> Bool
  ) throws(ScenarioError) -> [Int] {
    let schema = context.schema
    let possible = schema.columns.indices.filter { suitable(schema.columns[$0]) }
    guard !possible.isEmpty else {
      throw error(
        .conflict(
          "no feature of the world is \(requirement), and this discrepancy needs one", advice: "remove it, or choose another world"),
        at: parameter)
    }
    guard let names = self[parameter].names else { return possible }
    var columns: [Int] = []
    for name in names {
      guard let column = schema.index(of: name) else {
        throw error(.unknownName(name, what: "feature", known: schema.names), at: parameter)
      }
      guard possible.contains(column) else {
        let known = possible.map { schema.names[$0] }
        let shown = known.count <= 24 ? known.joined(separator: ", ") : known.prefix(24).joined(separator: ", ") + ", …"
        throw error(.conflict("the feature '\(name)' is not \(requirement)", advice: "name one that is: \(shown)"), at: parameter)
      }
      if !columns.contains(column) { columns.append(column) }
    }
    return columns
  }
}
