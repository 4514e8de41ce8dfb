public import SkewlabEngine
internal import SkewlabNumerics

/// Response `strategic-features`: people move their features so that the model predicts less for them (or more).
public struct StrategicFeatures: Response {
  /// `strategic-features`.
  public static let kind = "strategic-features"
  /// One line.
  public static let summary = "features move against the deployed weights: x′ = x − εBθ"
  /// The definition.
  public static let definition = """
    x′ = x − ε·r·B(θ̂) on the chosen features, with θ the deployed weights of the (linear) score on the raw features, intercept not counted, ε the strength, B the sensitivity. Outcomes stay what they were: the move games the model. It is the \
    best response of someone whose utility is minus the score and whose cost is (1/2ε)(x′ − x)′B⁻¹(x′ − x); a negative ε raises the score. What people know: of a feature that is not in `known` they take the weight to be 0; with \
    `knowledge-noise` s each row sees the weight of each known feature with an error of its own, θ̂ⱼ = θⱼ + s·z, z ~ N(0, 1), anew in every cycle. Who moves: a share `exposed` of the rows, each by a random number of its own; r is the `responsiveness` of the row's group. \
    Where every row moves alike and the model has a free intercept, the intercept absorbs the move: one retraining reaches the stable point, weights stay what they were without the response, and stable and optimal coincide. Needs numeric features without gaps and an affine pipeline.
    """
  /// The source.
  public static let source =
    """
    J. Perdomo, T. Zrnic, C. Mendler-Dünner, M. Hardt, Performative prediction, ICML 2020, section 5 (x′ = x − εθ on strategic features); M. Hardt, N. Megiddo, C. Papadimitriou, M. Wootters, \
    Strategic classification, ITCS 2016; J. Miller, J. Perdomo, T. Zrnic, Outside the echo chamber, ICML 2021
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    strength, features, sensitivity, known, knowledgeNoise, exposed, responsiveness,
  ]
  static let strength = Parameter.number("strength", default: 0.5, about: "ε: how far features move; negative raises the score")
  static let features = Parameter.features(about: "the features that move; all unless given")
  static let sensitivity = SquareMatrix.parameter(
    "sensitivity", default: 1,
    about:
      "B: a number b for bI, or a matrix as a list of rows, chosen × chosen features in the order chosen; the inverse of the cost of moving"
  )
  static let known = Parameter.features(
    "known", about: "the features, of those chosen, whose weights people know; they take the others for 0. All unless given")
  static let knowledgeNoise = Parameter.number(
    "knowledge-noise", default: 0, in: .atLeast(0),
    about: "s: the standard deviation of each row's error about each known weight, in units of the weight")
  static let exposed = Parameter.number("exposed", default: 1, in: .share, about: "the share of rows that respond")
  static let responsiveness = Parameter<[Double]?>(
    "responsiveness", type: .list(.number(.finite), atLeast: 1),
    about: "r: one number for each group of the world, in its order; 1 for all unless given"
  ) { .some($0?.numberOrNumbers) }

  private let strength: Double
  /// The features that move.
  private let chosen: [Int]
  /// Those of them whose weights are known, as places among the chosen.
  private let known: [Int]
  /// B; `nil` for a multiple of the identity, whose factor is in `strength`.
  private let matrix: Matrix?
  private let noise: Double
  private let exposed: Double
  private let responsiveness: [Double]?
  private let features: Int
  private let exposure: RandomStream
  private let errors: [RandomStream]

  /// Reads the parameters, and checks their sizes against the features and the groups.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let schema = arguments.context.world?.schema ?? Schema([])
    let chosen = try arguments[Self.features].indices(in: schema, at: arguments.path, requirement: "numeric") { $0.isNumeric }
    let names = chosen.map { schema.columns[$0].name }
    let selection = Schema(chosen.map { schema.columns[$0] })
    known = try arguments[Self.known].indices(in: selection, at: arguments.path, key: Self.known.name, requirement: "numeric") { _ in true }
    switch arguments[Self.sensitivity] {
    case .multiple(let number):
      strength = arguments[Self.strength] * number
      matrix = nil
    case .rows:
      guard let given = arguments[Self.sensitivity].matrix(chosen.count) else {
        throw arguments.outOfRange(
          Self.sensitivity, allowed: "\(chosen.count) rows of \(chosen.count) numbers, for the \(chosen.count) chosen features")
      }
      strength = arguments[Self.strength]
      matrix = given
    }
    let groups = arguments.context.world?.groups ?? []
    responsiveness = arguments[Self.responsiveness]
    if let given = responsiveness, given.count != groups.count {
      throw groups.isEmpty
        ? arguments.error(
          .conflict("this world has no groups", advice: "leave `responsiveness` out, or choose a world with groups, such as `mixture`"),
          at: Self.responsiveness)
        : arguments.outOfRange(Self.responsiveness, allowed: "\(groups.count) numbers, for the groups \(groups.joined(separator: ", "))")
    }
    self.chosen = chosen
    noise = arguments[Self.knowledgeNoise]
    exposed = arguments[Self.exposed]
    features = schema.count
    exposure = arguments.stream("exposed")
    errors = names.map { arguments.stream("knowledge", feature: $0) }
  }

  /// It does.
  public var movesFeatures: Bool { true }
  /// It does.
  public var readsRawWeights: Bool { true }
  /// Outcomes stay.
  public var affineForm: AffineResponse? { AffineResponse() }

  /// F = −εB, on the chosen features and the known weights, where every row moves alike.
  public var affineFeatureForm: AffineFeatureResponse? {
    guard let cases = affineFeatureCases, cases.count == 1, cases[0].noise == nil else { return nil }
    return AffineFeatureResponse(gain: cases[0].gain)
  }

  /// The exposed rows move by −εBθ and noise of covariance s²·ε²Σ BₖBₖ′ over the known weights, Bₖ columns of B; the others stay. Nothing of the kind where groups respond more or less.
  public var affineFeatureCases: [AffineFeatureCase]? {
    guard let factor = commonFactor else { return nil }
    var gain = Matrix(rows: features, columns: features), errors = gain
    for k in known {
      let steps = steps(of: k)
      for (place, step) in steps.enumerated() {
        gain[chosen[place], chosen[k]] = factor * step
        for (other, otherStep) in steps.enumerated() {
          errors[chosen[place], chosen[other]] += factor * factor * noise * noise * step * otherStep
        }
      }
    }
    let moved = AffineFeatureCase(gain: gain, probability: exposed, noise: noise > 0 ? errors : nil)
    return exposed < 1 ? [moved, AffineFeatureCase(gain: Matrix(rows: features, columns: features), probability: 1 - exposed)] : [moved]
  }

  /// The responsiveness of all groups, where it is the same.
  private var commonFactor: Double? {
    guard let responsiveness else { return 1 }
    return Set(responsiveness).count == 1 ? responsiveness[0] : nil
  }

  /// −εB of one known weight: how far each chosen feature moves by a unit of it.
  private func steps(of known: Int) -> [Double] {
    guard let matrix else { return chosen.indices.map { $0 == known ? -strength : 0 } }
    return matrix.column(known).map { -strength * $0 }
  }

  /// Moves the features of the exposed rows.
  public func respond(features rows: inout Rows, deployed: DeployedModel) {
    guard let weights = deployed.rawPredictor?.weights else { return }
    var move = Array(repeating: 0.0, count: chosen.count)
    for k in known { for (place, step) in steps(of: k).enumerated() { move[place] += step * weights[chosen[k]] } }
    let factors = factors(rows)
    for (place, step) in move.enumerated() where step != 0 {
      rows.withFeature(chosen[place]) { x in
        if let factors { for i in x.indices { x[i] += factors[i] * step } } else { for i in x.indices { x[i] += step } }
      }
    }
    guard noise > 0 else { return }
    for k in known {
      let position = rows.position, range = rows.range
      let draws = rows.numbers { errors[k].normals(at: position, rows: range, into: &$0) }
      for (place, step) in steps(of: k).enumerated() where step != 0 {
        rows.withFeature(chosen[place]) { x in
          for i in x.indices { x[i] += (factors?[i] ?? 1) * step * noise * draws[i] }
        }
      }
    }
  }

  /// What each row's move is multiplied by; `nil` where that is 1 for all.
  private func factors(_ rows: Rows) -> [Double]? {
    guard exposed < 1 || responsiveness != nil else { return nil }
    var factors =
      exposed < 1
      ? rows.numbers { exposure.bernoulli(probability: exposed, at: rows.position, rows: rows.range, into: &$0) }
      : Array(repeating: 1.0, count: rows.count)
    if let responsiveness { for i in factors.indices { factors[i] *= responsiveness[rows.groups[i]] } }
    return factors
  }
}
