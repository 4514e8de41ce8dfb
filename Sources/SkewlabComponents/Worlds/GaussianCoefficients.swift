internal import OrderedCollections
internal import SkewlabEngine
internal import SkewlabNumerics

/// The coefficients β of a gaussian world.
struct GaussianCoefficients: Sendable {
  /// How a scenario gives them.
  enum Form: Sendable {
    case unit
    case sparse(Int)
    case random(norm: Double)
    case given([Double])

    init(checked node: DocumentNode) {
      let entry = node.entries?.elements.first
      if let values = node.numberOrNumbers {
        self = .given(values)
      } else if entry?.key == "sparse" {
        self = .sparse(entry?.value.integer ?? 1)
      } else if entry?.key == "random" || node.text == "random" {
        self = .random(norm: entry?.value.double ?? 1)
      } else {
        self = .unit
      }
    }
  }

  static let parameter = Parameter<Form>(
    "coefficients",
    type: .either([
      .choice(["unit", "random"]), .list(.number(.finite), atLeast: 1),
      .map(["sparse": .integer(1...100_000), "random": .number(.atLeast(0))]),
    ]), default: "unit",
    about: """
      `unit`, all equal with ‖β‖ = 1; `{sparse: k}`, the first k equal with ‖β‖ = 1, the others 0; a list, one each; `random` or `{random: norm}`, a \
      uniformly random direction of norm 1 or as given
      """
  ) { $0.map(Form.init(checked:)) }

  private let fixed: [Double]?
  private let norm: Double
  private let redraw: Bool
  private let streams: [RandomStream]

  init(_ arguments: Arguments, features: [String], redraw: Bool) throws(ScenarioError) {
    self.redraw = redraw
    if let given = arguments[given: Self.parameter]?.entries, given.count != 1 {
      throw arguments.outOfRange(Self.parameter, allowed: "unit, random, a list, or exactly one of sparse, random")
    }
    streams = features.map { arguments.stream("coefficients", feature: $0) }
    let count = features.count
    switch arguments[Self.parameter] {
    case .unit:
      fixed = Array(repeating: 1 / Double(count).squareRoot(), count: count)
      norm = 1
    case .sparse(let k):
      guard k <= count else { throw arguments.outOfRange(Self.parameter, allowed: "at most \(count) coefficients, one for each feature") }
      fixed = (0..<count).map { $0 < k ? 1 / Double(k).squareRoot() : 0 }
      norm = 1
    case .given(let values):
      guard values.count == count else { throw arguments.outOfRange(Self.parameter, allowed: "\(count) numbers, one for each feature") }
      fixed = values
      norm = 1
    case .random(let norm):
      fixed = nil
      self.norm = norm
    }
  }

  /// β in a replicate.
  func values(replicate: Int) -> [Double] {
    if let fixed { return fixed }
    let position = RandomStream.Position(replicate: redraw ? replicate : 0, cycle: 0)
    let direction = streams.map { $0.normal(at: position, row: 0) }
    let length = dot(direction, direction).squareRoot()
    return direction.map { norm * $0 / length }
  }
}
