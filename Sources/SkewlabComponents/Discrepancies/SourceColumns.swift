internal import SkewlabEngine

extension Arguments {
  /// The raw columns that a source discrepancy acts on: those named, or all that are suitable; at least one.
  func sourceColumns(
    _ parameter: Parameter<FeatureSelection>, requirement: String, where suitable: (Schema.Column) -> Bool
  ) throws(ScenarioError) -> [Int] {
    let schema = context.world?.schema ?? Schema([])
    let columns = try self[parameter].indices(in: schema, at: path, requirement: requirement, where: suitable)
    if columns.isEmpty {
      throw error(
        .conflict("no feature of the world is \(requirement), and this discrepancy needs one", advice: "remove it, or choose another world"),
        at: parameter)
    }
    return columns
  }
}
