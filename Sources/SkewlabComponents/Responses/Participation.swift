public import SkewlabEngine
internal import SkewlabNumerics

/// Response `participation`: groups stay or leave with their loss.
public struct Participation: Response {
  /// How the share that stays follows from the loss.
  public enum Form: String, Sendable, CaseIterable {
    /// ν = most·e^(−steepness·loss).
    case exponential
    /// ν = most/(1 + e^(steepness·(loss − midpoint))).
    case logistic
  }

  /// `participation`.
  public static let kind = "participation"
  /// One line.
  public static let summary = "groups stay or leave with the loss they are served"
  /// The definition.
  public static let definition = """
    Each group of the world has a size N, at first its share. After each cycle N′ = N·ν(L) + inflow, with L the loss served to the group in the cycle, the mean squared error or, for probabilities, the log loss (the last known where it had no row, 0 before) and ν the share that stays: exponential, \
    ν = most·e^(−steepness·L); or logistic, ν = most/(1 + e^(steepness·(L − midpoint))). The next cycle draws its rows in proportion: each group's share is multiplied by its size over its first one (one that had no share at first gets its size as its share), and all are brought to the sum 1; the number of rows stays. Where all have left the run ends. Two groups whose outcomes are ±D apart from the middle, served their common mean, \
    are in balance; it is lost where ν₀ + 2D²|ν′| > 1, with ν₀ and ν′ at the balance: the group that is a little larger draws the model to itself, and the other one leaves. Twin and untouched metrics have the groups as they were.
    """
  /// The source.
  public static let source =
    "T. Hashimoto, M. Srivastava, H. Namkoong, P. Liang, Fairness without demographics in repeated loss minimization, ICML 2018, section 3"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [retention, most, steepness, midpoint, inflow]
  static let retention = Parameter<Form>.choice("retention", default: .exponential, about: "how the share that stays follows from the loss")
  static let most = Parameter.number("most", default: 1, in: .share, about: "the share that stays at the least loss")
  static let steepness = Parameter.number(
    "steepness", default: 0.5, in: .atLeast(0), about: "how fast the share that stays falls, per unit of loss")
  static let midpoint = Parameter.number("midpoint", default: 1, about: "logistic: the loss at which half of `most` stays")
  static let inflow = Parameter<[Double]>(
    "inflow", type: .either([.number(.atLeast(0)), .list(.number(.atLeast(0)), atLeast: 1)]), default: 0.1,
    about: "what each group gains in a cycle, one number for all or one each; the first sizes of all groups add up to 1"
  ) { $0?.numberOrNumbers }

  private let form: Form
  private let most: Double
  private let steepness: Double
  private let midpoint: Double
  private let inflow: [Double]
  /// The sizes before anything was served, and now.
  private let first: [Double]
  private var sizes: [Double]
  /// What each group was served last.
  private var losses: [Double]

  /// Reads the parameters, and checks that there are groups.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let world = arguments.context.world
    let groups = world?.groups ?? []
    guard let world, !groups.isEmpty else {
      throw ScenarioError(
        .conflict("this world has no groups that could stay or leave", advice: "choose a world with groups, such as `mixture`"),
        path: arguments.path, location: arguments.location)
    }
    form = arguments[Self.retention]
    most = arguments[Self.most]
    steepness = arguments[Self.steepness]
    midpoint = arguments[Self.midpoint]
    try arguments.refuseGiven(
      Self.midpoint, unless: form == .logistic, because: "an exponential has no midpoint", write: "retention: logistic")
    let given = arguments[Self.inflow]
    guard given.count == 1 || given.count == groups.count else {
      throw arguments.outOfRange(
        Self.inflow, allowed: "one number, or \(groups.count) of them, for the groups \(groups.joined(separator: ", "))")
    }
    inflow = given.count == groups.count ? given : Array(repeating: given[0], count: groups.count)
    first = world.groupShares(WorldConditions(features: world.schema.count))
    sizes = first
    losses = Array(repeating: 0, count: groups.count)
  }

  /// It does.
  public var movesMembership: Bool { true }
  /// Outcomes stay.
  public var keepsOutcomesBinary: Bool { true }
  /// Outcomes stay.
  public var affineForm: AffineResponse? { AffineResponse() }

  /// The share that stays at a loss.
  func stays(_ loss: Double) -> Double {
    switch form {
    case .exponential: most * Elementary.exp(-steepness * loss)
    case .logistic: most / (1 + Elementary.exp(steepness * (loss - midpoint)))
    }
  }

  /// Multiplies each group's share by how its size has grown; gives one that had none its size.
  public func respond(shares: inout [Double]) {
    for group in shares.indices {
      shares[group] = first[group] > 0 ? shares[group] / first[group] * sizes[group] : shares[group] + sizes[group]
    }
  }

  /// N of each group.
  public var groupSizes: [Double] {
    get { sizes }
    set { sizes = newValue }
  }

  /// Lets groups stay or leave.
  public mutating func endCycle(groups: [PredictionSums]) {
    for (group, sums) in groups.enumerated() {
      if sums.count > 0 { losses[group] = sums.meanLoss }
      sizes[group] = sizes[group] * stays(losses[group]) + inflow[group]
    }
  }
}
