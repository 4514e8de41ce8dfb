import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics

extension Catalog {
  /// The standard kinds and those of the tests.
  static let forTests = Catalog.standard.adding(UnexposedOnly.self, AnchoringByOriginalRows.self, GivenModel.self)
}

/// Sees only the rows that `label-follows-prediction` does not touch: it reads the same random numbers.
struct UnexposedOnly: Observation {
  static let kind = "unexposed-only"
  static let summary = "the log sees only the rows that did not respond"
  static let definition = "A row is exposed where its number of the stream response/label-follows-prediction/exposed is below `exposed`."
  static let parameters: [any ParameterDeclaration] = [exposed]
  static let exposed = Parameter.number("exposed", default: 0.5, in: .share, about: "the share of rows that respond")

  let seesEverything = false
  private let exposed: Double
  private let stream: RandomStream

  init(_ arguments: Arguments) {
    exposed = arguments[Self.exposed]
    stream = RandomStream(seed: arguments.context.seed, name: "response/label-follows-prediction/exposed")
  }

  func observe(
    served: Span<Double>, outcomes: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, into seen: inout MutableSpan<Double>
  ) {
    for i in seen.indices { seen[i] = stream.uniform(at: position, row: rows.lowerBound + i) < exposed ? 0 : 1 }
  }
}

/// `anchoring` with the RMSE measured on original rows: the population's, which is the noise, in place of the window's.
struct AnchoringByOriginalRows: Response {
  static let kind = "anchoring-by-original-rows"
  static let summary = "anchoring whose spread does not follow the window"
  static let definition = "With probability usage the outcome becomes N(ŷ, (adherence·rmse)²), rmse a constant."
  static let parameters: [any ParameterDeclaration] = [usage, adherence, rmse]
  static let usage = Parameter.number("usage", default: 0.5, in: .share, about: "p")
  static let adherence = Parameter.number("adherence", default: 0.5, in: .atLeast(0), about: "s")
  static let rmse = Parameter.number("rmse", default: 1, in: .atLeast(0), about: "the RMSE on original rows")

  private let usage: Double
  private let spread: Double
  private let users: RandomStream
  private let noise: RandomStream

  init(_ arguments: Arguments) {
    usage = arguments[Self.usage]
    spread = arguments[Self.adherence] * arguments[Self.rmse]
    users = arguments.stream("usage")
    noise = arguments.stream("noise")
  }

  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    for i in outcomes.indices where users.uniform(at: rows.position, row: rows.range.lowerBound + i) < usage {
      outcomes[i] = served[i] + spread * noise.normal(at: rows.position, row: rows.range.lowerBound + i)
    }
  }
}

/// A learner that has made up its mind.
struct GivenModel: Learner {
  static let kind = "given-model"
  static let summary = "deploys the weights and the intercept that it is given"
  static let definition = "ŷ = intercept + weight·x, for every feature, whatever the data."
  static let parameters: [any ParameterDeclaration] = [weight, intercept]
  static let weight = Parameter.number("weight", default: 0, about: "the weight of every feature")
  static let intercept = Parameter.number("intercept", default: 0, about: "the intercept")

  private let weight: Double
  private let intercept: Double

  init(_ arguments: Arguments) {
    weight = arguments[Self.weight]
    intercept = arguments[Self.intercept]
  }

  func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    LinearFit(predictor: LinearPredictor(intercept: intercept, weights: data.features.map { _ in weight }))
  }
}
