import SkewlabEngine
import SkewlabNumerics
import Synchronization

/// A number that a broken kind keeps where it must not.
enum Ambient {
  static let count = Mutex(0.0)

  static func next() -> Double {
    count.withLock { value in
      value += 1
      return value
    }
  }
}

/// Says nothing of itself, and not well.
struct Undocumented: Response {
  static let kind = "Undocumented_Response"
  static let summary = "A summary that goes on and on until it has far more than the eighty characters that a line of `list` has."
  static let definition = " "
  static let parameters: [any ParameterDeclaration] = [Parameter.number("size", default: 1, about: "")]
  static let example: DocumentNode = ["sise": 1]
  init(_ arguments: Arguments) {}
}

/// Cannot be made from its own example.
struct NoExample: Response {
  static let kind = "no-example"
  static let summary = "needs what its example lacks"
  static let definition = "y stays."
  static let parameters: [any ParameterDeclaration] = [Parameter.number("size", about: "required")]
  init(_ arguments: Arguments) {}
}

/// Has a default that its own range excludes.
struct BadDefault: Response {
  static let kind = "bad-default"
  static let summary = "its default is out of range"
  static let definition = "y stays."
  static let parameters: [any ParameterDeclaration] = [Parameter.number("share", default: 2, in: .share, about: "a share")]
  init(_ arguments: Arguments) {}
}

/// Has a declaration that does not read what its type allows.
struct UnreadDefault: Response {
  static let kind = "unread-default"
  static let summary = "its default does not read"
  static let definition = "y stays."
  static let parameters: [any ParameterDeclaration] = [
    Parameter<Int>("size", type: .number(.finite), default: 1.5, about: "a size") { $0?.integer }
  ]
  init(_ arguments: Arguments) {}
}

/// Declares something else each time it is asked.
struct ShiftyDeclaration: Response {
  static let kind = "shifty"
  static let summary = "declares something else each time"
  static let definition = "y stays."
  static var parameters: [any ParameterDeclaration] {
    Ambient.next().truncatingRemainder(dividingBy: 2) == 0
      ? [Parameter.number("size", about: "required")]
      : [
        Parameter.optionalNumber("size", about: "optional"),
        Parameter.optionalNumber("kindx", about: "a typo that is known half of the time"),
      ]
  }
  static let example: DocumentNode = ["size": 1]
  init(_ arguments: Arguments) {}
}

/// Skips what it need not, what there is not, and gives no reason.
struct IdleSkip: Response {
  static let kind = "idle-skip"
  static let summary = "skips a check that it passes"
  static let definition = "y stays."
  static let conformanceSkips = [ConformanceSkip("same-seed", because: "none")]
  init(_ arguments: Arguments) {}
}

/// As ``IdleSkip``, of a check that there is not.
struct UnknownSkip: Response {
  static let kind = "unknown-skip"
  static let summary = "skips a check that there is not"
  static let definition = "y stays."
  static let conformanceSkips = [ConformanceSkip("same-sead", because: "none")]
  init(_ arguments: Arguments) {}
}

/// Adds a count of its calls.
struct CountingResponse: Response {
  static let kind = "counting"
  static let summary = "adds a global count"
  static let definition = "y + the number of calls so far."
  init(_ arguments: Arguments) {}
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    let count = Ambient.next()
    for i in outcomes.indices { outcomes[i] += count * served[i] }
  }
}

/// The same, and says that it cannot do otherwise.
struct JustifiedCounting: Response {
  static let kind = "justified-counting"
  static let summary = "adds a global count, and says so"
  static let definition = "y + the number of calls so far."
  static let conformanceSkips = ["same-seed", "copies", "reset", "chunks", "additions", "response-row-wise"].map {
    ConformanceSkip($0, because: "a count is what it is about")
  }
  init(_ arguments: Arguments) {}
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    let count = Ambient.next()
    for i in outcomes.indices { outcomes[i] += count * served[i] }
  }
}

/// Depends on a row's place in its block.
struct BlockResponse: Response {
  static let kind = "block"
  static let summary = "adds a row's place in its block"
  static let definition = "y + place."
  init(_ arguments: Arguments) {}
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    for i in outcomes.indices { outcomes[i] += Double(i) }
  }
}

/// Has an affine form that is not its own.
struct WrongForm: Response {
  static let kind = "wrong-form"
  static let summary = "says that it adds half the served value, and adds a quarter"
  static let definition = "y + ŷ/4."
  init(_ arguments: Arguments) {}
  var affineForm: AffineResponse? { AffineResponse(served: 0.5) }
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    for i in outcomes.indices { outcomes[i] += 0.25 * served[i] }
  }
}

/// Has cases that are not all there is.
struct WrongCases: Response {
  static let kind = "wrong-cases"
  static let summary = "half of its rows are no case"
  static let definition = "y stays."
  init(_ arguments: Arguments) {}
  var affineForm: AffineResponse? { AffineResponse() }
  var affineCases: [AffineCase]? { [AffineCase(AffineResponse(), probability: 0.5)] }
}

/// Scatters, and does not say so.
struct QuietCases: Response {
  static let kind = "quiet-cases"
  static let summary = "adds noise that its cases do not have"
  static let definition = "y + noise."
  private let noise: RandomStream
  init(_ arguments: Arguments) { noise = arguments.stream("noise") }
  var affineForm: AffineResponse? { AffineResponse() }
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    for i in outcomes.indices { outcomes[i] += noise.normal(at: rows.position, row: rows.range.lowerBound + i) }
  }
}

/// Has an affine form of the features that is not its own.
struct WrongFeatureForm: Response {
  static let kind = "wrong-feature-form"
  static let summary = "says that features follow the weights, and leaves them"
  static let definition = "x stays."
  init(_ arguments: Arguments) {}
  var movesFeatures: Bool { true }
  var readsRawWeights: Bool { true }
  var affineForm: AffineResponse? { AffineResponse() }
  var affineFeatureForm: AffineFeatureResponse? { AffineFeatureResponse(gain: .identity(3)) }
}

/// With ``LeakyWorld``, reaches the rows that are drawn after it.
struct LeakingResponse: Response {
  static let kind = "leaking"
  static let summary = "leaves a number for the world"
  static let definition = "y stays; the next rows move."
  static let leak = Mutex(0.0)
  init(_ arguments: Arguments) {}
  var movesFeatures: Bool { true }
  func respond(features rows: inout Rows, deployed: DeployedModel) { Self.leak.withLock { $0 = 1 } }
}
