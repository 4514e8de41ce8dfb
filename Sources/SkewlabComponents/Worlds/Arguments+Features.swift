internal import SkewlabEngine

extension Arguments {
  /// The names of a synthetic world's features, x1, x2, … for a number of them.
  func featureNames(_ parameter: Parameter<Gaussian.FeatureNames>) throws(ScenarioError) -> [String] {
    let names: [String]
    switch self[parameter] {
    case .count(let count): names = (1...count).map { "x\($0)" }
    case .names(let given): names = given
    }
    guard Set(names).count == names.count else { throw outOfRange(parameter, allowed: "names that differ") }
    return names
  }

  /// Numbers given as one for all features, or one each.
  func oneOrEach(_ parameter: Parameter<[Double]>, count: Int) throws(ScenarioError) -> [Double] {
    let given = self[parameter]
    guard given.count == 1 || given.count == count else { throw outOfRange(parameter, allowed: "one number, or \(count) of them") }
    return given.count == count ? given : Array(repeating: given[0], count: count)
  }
}
