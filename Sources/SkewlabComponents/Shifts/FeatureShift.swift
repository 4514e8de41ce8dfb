internal import SkewlabEngine
internal import SkewlabNumerics

/// What the shifts of features have in common: which features, by how much, and when.
struct FeatureShift: Sendable {
  static let feature = Parameter<String?>("feature", type: .text, about: "the feature that changes; `features` names several") {
    .some($0?.text)
  }
  static let features = Parameter.features(about: "the features that change; all that can, unless given here or by `feature`")

  /// The features' places in the schema.
  let indices: [Int]
  private let change: ProfiledChange

  /// Reads `feature` or `features`, and the profile.
  ///
  /// - Parameters:
  ///   - arguments: The shift's.
  ///   - change: How much.
  ///   - requirement: What a feature has to be, in words.
  ///   - suitable: The same as a condition.
  init(
    _ arguments: Arguments, change: Parameter<Double>, requirement: String, where suitable: (Schema.Column) -> Bool
  ) throws(ScenarioError) {
    let schema = arguments.context.world?.schema ?? Schema([])
    indices = try Self.indices(arguments, schema: schema, requirement: requirement, where: suitable)
    self.change = try ProfiledChange(change, of: arguments, walks: indices.map { schema.columns[$0].name })
  }

  private static func indices(
    _ arguments: Arguments, schema: Schema, requirement: String, where suitable: (Schema.Column) -> Bool
  ) throws(ScenarioError) -> [Int] {
    if let name = arguments[feature] {
      if arguments[given: features] != nil {
        throw arguments.error(.conflict("both `feature` and `features` are given", advice: "keep one of them"), at: feature)
      }
      return [try arguments.featureIndex(name, at: feature, in: schema, requirement: requirement, where: suitable)]
    }
    let found = try arguments[features].indices(in: schema, at: arguments.path, requirement: requirement, where: suitable)
    if found.isEmpty {
      throw ScenarioError(
        .conflict("the world has no feature that is \(requirement)", advice: "remove the shift, or choose another world"),
        path: arguments.path, location: arguments.location)
    }
    return found
  }

  /// `change` times the profile, for each of ``indices``.
  func amounts(at position: RandomStream.Position) -> [(feature: Int, amount: Double)] {
    indices.enumerated().map { ($1, change.value(at: position, walk: $0)) }
  }
}

extension Arguments {
  /// The place of a feature that a parameter names.
  func featureIndex<Value>(
    _ name: String, at parameter: Parameter<Value>, in schema: Schema, requirement: String, where suitable: (Schema.Column) -> Bool
  ) throws(ScenarioError) -> Int {
    guard let index = schema.index(of: name) else {
      throw error(.unknownName(name, what: "feature", known: schema.names), at: parameter)
    }
    guard suitable(schema.columns[index]) else {
      throw error(.conflict("the feature '\(name)' is not \(requirement)", advice: "choose another feature"), at: parameter)
    }
    return index
  }

  /// The standard deviation of each feature of the world as it is described, for a shift that makes a change to some of them, which have to vary.
  func featureDeviations<Value>(
    of features: [Int], for parameter: Parameter<Value>, change: WorldConditions.Change
  ) throws(ScenarioError) -> [Double] {
    if let refusal = context.world?.refusal(of: [change]) { throw ScenarioError(refusal, path: path, location: location) }
    guard let deviations = context.world?.featureDeviations else {
      throw error(
        .conflict("the world does not know the standard deviations of its features", advice: "give the change with `unit: raw`"),
        at: parameter)
    }
    for j in features where !(deviations[j] > 0) {
      let name = context.world?.schema.columns[j].name ?? ""
      throw error(
        .conflict("the feature '\(name)' never changes, so that it has no standard deviation", advice: "choose another feature or unit"),
        at: parameter)
    }
    return deviations
  }
}
