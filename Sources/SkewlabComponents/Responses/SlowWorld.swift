public import SkewlabEngine
internal import SkewlabNumerics

/// Response `state`: a world that answers slowly, with the effect of earlier models still in it.
public struct SlowWorld: Response {
  /// `state`.
  public static let kind = "state"
  /// One line.
  public static let summary = "another response, slowly: it fades in geometrically, or comes k cycles late"
  /// The definition.
  public static let definition = """
    Let e(θ) be the effect that the response inside would have on a row, on its features or its outcome, if model θ served. With memory 1−δ the world shows e_t = (1−δ)e_{t−1} + δ·e(θ_t), e_0 = 0: of the model that served a cycles ago it keeps \
    the share δ(1−δ)^a, and before the first model there was no effect. With delay k it shows e_t = e(θ_{t−k}), and nothing in cycles up to k. Effects are those on the rows of this cycle, with the random numbers of this cycle; the served value of an earlier model is \
    what it says of the row by its training side, without the serving side's discrepancies, runtime and decision. Effects with a share below 2⁻⁶⁰ are dropped. Where the instant loop has the signed rate a, a slow one has (1−δ) + δa: it settles later where a > 0, and can settle where a < −1 does not.
    """
  /// The source.
  public static let source =
    "G. Brown, S. Hod, I. Kalemaj, Performative prediction in a stateful world, AISTATS 2022 (geometric decay, and the k-delayed response)"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [response, memory, delay]
  static let response = Parameter.component("response", .response, about: "the response inside; any that has no memory of its own")
  static let memory = Parameter.optionalNumber(
    "memory", in: .from(0, below: 1),
    about: "1−δ: the share of its state that the world keeps in a cycle; 0 is no memory; 0.5 unless this or `delay` is given")
  static let delay = Parameter.optionalInteger("delay", in: 0...1_000_000, about: "k, in cycles; 0 is no delay")
  /// Outcomes that follow the prediction, half of the way a cycle.
  public static let example: DocumentNode = ["response": ["kind": "label-follows-prediction", "strength": 0.5], "memory": 0.5]

  private let inner: any Response
  private let law: ResponseMemory.Law
  /// The models that served so far and still count, the present one last.
  private var models: [DeployedModel] = []
  /// Their weights, the present one's first.
  private var weights: [Double] = []

  /// Reads the parameters, and makes the response inside.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    guard let inner = try arguments.component(Self.response).component as? any Response else {
      preconditionFailure("a component of the role of responses that is none")
    }
    guard inner.memory == nil, !inner.movesMembership else {
      throw arguments.error(
        .conflict(
          "a response with a memory cannot be remembered once more",
          advice: inner.movesMembership ? "groups' sizes are one; list the response by itself" : "give the response that is inside it"),
        at: Self.response)
    }
    guard inner.affineForm?.isOfProbability != true else {
      throw arguments.error(
        .conflict(
          "this response tosses outcomes anew, and a mean of tosses is no outcome of 0 or 1",
          advice: "choose a world whose outcome is a number"), at: Self.response)
    }
    self.inner = inner
    let memory = arguments[Self.memory], delay = arguments[Self.delay]
    if memory != nil, let delay {
      throw arguments.error(
        .conflict("both `memory` and `delay` are given", advice: "remove one; a delay of \(delay) is what `delay` alone says"),
        at: Self.delay)
    }
    law = delay.map { .delay(cycles: $0) } ?? .geometric(rate: 1 - (memory ?? 0.5))
  }

  /// Whether the response inside does.
  public var movesFeatures: Bool { inner.movesFeatures }
  /// Whether the response inside does.
  public var readsRawWeights: Bool { inner.readsRawWeights }
  /// The response inside, and how it is remembered.
  public var memory: ResponseMemory? { ResponseMemory(law: law, response: inner) }

  /// Remembers the model, and forgets those that no longer count.
  public mutating func beginCycle(deployed: DeployedModel) {
    models.append(deployed)
    weights = law.weights(models.count)
    models.removeFirst(models.count - weights.count)
  }

  /// The models that count now, each with its share and its age.
  private var shares: [(share: Double, age: Int, model: DeployedModel)] {
    zip(weights, models.reversed()).enumerated().compactMap { age, one in one.0 > 0 ? (one.0, age, one.1) : nil }
  }

  /// Moves the features by the mean of what each model would have moved them.
  public func respond(features rows: inout Rows, deployed: DeployedModel) {
    guard inner.movesFeatures else { return }
    if let form = inner.affineFeatureForm {
      var weights = Array(repeating: 0.0, count: rows.schema.count)
      for (share, _, model) in shares {
        for (j, weight) in (model.rawPredictor?.weights ?? []).enumerated() { weights[j] += share * weight }
      }
      return form.apply(to: &rows, weights: weights)
    }
    let original = rows
    for (share, _, model) in shares {
      var moved = original
      inner.respond(features: &moved, deployed: model)
      for j in 0..<rows.schema.count {
        rows.withFeature(j) { x in
          moved.features.withColumn(j, rows: 0..<x.count) { after in
            original.features.withColumn(j, rows: 0..<x.count) { before in
              for i in x.indices { x[i] += share * (after[i] - before[i]) }
            }
          }
        }
      }
    }
  }

  /// Moves the outcomes by the mean of what each model would have moved them.
  public func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {
    let count = outcomes.count
    let original = (0..<count).map { outcomes[$0] }
    for (share, age, model) in shares {
      var answer = original
      var span = answer.mutableSpan
      if age == 0 {
        inner.respond(outcomes: &span, served: served, rows: rows, deployed: model)
      } else {
        inner.respond(outcomes: &span, served: model.trainingPredictions(rows).span, rows: rows, deployed: model)
      }
      for i in 0..<count { outcomes[i] += share * (answer[i] - original[i]) }
    }
  }
}
