internal import SkewlabEngine
internal import SkewlabNumerics

/// change·v(t): by how much a shift acts, and when.
struct ProfiledChange: Sendable {
  private let change: Double
  private let profile: Profile

  init(_ change: Parameter<Double>, of arguments: Arguments, walks: [String] = []) throws(ScenarioError) {
    self.change = arguments[change]
    profile = try Profile(arguments, walks: walks)
  }

  func value(at position: RandomStream.Position, walk: Int = 0) -> Double { change * profile.value(at: position, walk: walk) }
}
