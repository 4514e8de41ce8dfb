internal import OrderedCollections
internal import SkewlabEngine

/// What is served in place of a prediction that is late or lost.
enum Fallback: Sendable, Hashable {
  case mean
  case lastKnown
  case previousModel
  case constant(Double)

  static let parameter = Parameter<Fallback>(
    "fallback",
    type: .either([.choice(["mean", "last-known", "previous-model"]), .map(["constant": .number(.finite)])]), default: "mean",
    about: "what a late or lost request is served: `mean`, `last-known`, `previous-model`, or `{constant: value}`"
  ) { $0.map(Fallback.init(checked:)) }

  private init(checked node: DocumentNode) {
    let constant = node["constant"]?.double
    if let constant {
      self = .constant(constant)
    } else {
      switch node.text {
      case "last-known": self = .lastKnown
      case "previous-model": self = .previousModel
      default: self = .mean
      }
    }
  }

  /// Refuses a map without its key.
  static func check(_ arguments: Arguments) throws(ScenarioError) {
    if let entries = arguments[given: parameter]?.entries, entries.isEmpty {
      throw arguments.outOfRange(parameter, allowed: "mean, last-known, previous-model, or {constant: value}")
    }
  }
}
