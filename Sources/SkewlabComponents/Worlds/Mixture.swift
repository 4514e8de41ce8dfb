internal import OrderedCollections
public import SkewlabEngine
public import SkewlabNumerics

/// World `mixture`: groups of rows, each with a law of its own.
public struct Mixture: World {
  /// `mixture`.
  public static let kind = "mixture"
  /// One line.
  public static let summary = "groups with their own share, mean, covariance and coefficients"
  /// The definition.
  public static let definition = """
    Each row belongs to group g with probability share_g (shares are normalised), whatever the other rows do; x ~ N(m_g, S_g) and y = a_g + x′β_g + noise. The group is no feature: the model does \
    not see it. The best linear predictor follows from the population's moments: weights S⁻¹c with m = Σ share_g m_g, S = Σ share_g (S_g + (m_g − m)(m_g − m)′), \
    c = Σ share_g (S_g β_g + (m_g − m)(a_g + m_g′β_g)); the truth is not linear, and its loss is above the noise. A shift of the mean moves every group; a shift of scale stretches about the \
    population's mean m as described, means of groups included; one of a group's share changes the others in proportion; one of the coefficients or the intercept is one of every group's.
    """
  /// The source.
  public static let source = "G. McLachlan, D. Peel, Finite Mixture Models, Wiley, 2000, section 1.4"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, groupList, noise]
  static let features = Gaussian.features
  private static let vector = ParameterType.either([.number(.finite), .list(.number(.finite), atLeast: 1)])
  static let groupList = Parameter<[DocumentNode]>(
    "groups",
    type: .list(
      .map([
        "name": .text, "share": .number(.atLeast(0)), "mean": vector, "covariance": GaussianCovariance.type, "coefficients": vector,
        "intercept": .number(.finite),
      ]), atLeast: 1),
    default: [
      ["name": "majority", "share": 0.8, "coefficients": 1.0],
      ["name": "minority", "share": 0.2, "mean": 1.0, "coefficients": 0.5, "intercept": 1.0],
    ],
    about: """
      the groups: `name`; `share`, in any unit (1 unless given); `mean` (0 unless given) and `coefficients` (1 unless given), one number for all features or one each; `covariance`, as \
      in a gaussian world (identity unless given); `intercept` (0 unless given)
      """
  ) { $0?.items }
  static let noise = Noise.parameter

  /// One group.
  struct Group: Sendable {
    let name: String
    let share: Double
    let mean: [Double]
    let covariance: GaussianCovariance
    let coefficients: [Double]
    let intercept: Double
  }

  /// The features.
  public let schema: Schema
  /// `y`.
  public let outcomeName = "y"
  /// Rows come from a known law.
  public let isSynthetic = true
  /// Means, scales, covariances, coefficients, intercept, noise, and the groups' shares.
  public let supportedChanges: Set<WorldConditions.Change> = [
    .mean, .scale, .covariance, .coefficient, .intercept, .noise, .groupShare,
  ]
  /// Shares are from 0 to 1, and features do not cancel.
  public let limitedChanges: Set<WorldConditions.Change> = [.groupShare, .covariance]
  /// The groups' names.
  public var groups: [String] { members.map(\.name) }

  private let members: [Group]
  /// Normalised.
  private let shares: [Double]
  /// The sum of the shares up to each group, and with it; the last is 1.
  private let cumulative: [Double]
  /// For each group and feature, what the feature takes of each of the independent normals.
  private let loadings: [[[Double]]]
  private let mean: [Double]
  private let covariance: Matrix
  private let noise: Noise
  private let groupStream: RandomStream
  private let featureStreams: [RandomStream]
  private let noiseStream: RandomStream

  /// Reads the parameters, and checks sizes against the number of features.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    let names = try arguments.featureNames(Self.features)
    schema = Schema(names.map { Schema.Column($0) })
    var members: [Group] = []
    let nodes = arguments[Self.groupList]
    for (index, node) in nodes.enumerated() { members.append(try Group(node, index: index, dimension: names.count, arguments)) }
    let total = members.reduce(0) { $0 + $1.share }
    guard Set(members.map(\.name)).count == members.count, total > 0, total.isFinite else {
      throw arguments.outOfRange(Self.groupList, allowed: "groups whose names differ and whose shares are not all 0")
    }
    self.members = members
    var sum = 0.0
    cumulative = members.map { group in
      sum += group.share
      return sum / total
    }
    loadings = members.map { group in names.indices.map { group.covariance.loadings($0) } }
    let shares = members.map { $0.share / total }
    self.shares = shares
    var mean = Array(repeating: 0.0, count: names.count)
    for (group, share) in zip(members, shares) { for j in names.indices { mean[j] += share * group.mean[j] } }
    var covariance = Matrix(rows: names.count, columns: names.count)
    for (group, share) in zip(members, shares) {
      let within = group.covariance.matrix(names.count)
      for j in names.indices {
        for i in names.indices { covariance[i, j] += share * (within[i, j] + (group.mean[i] - mean[i]) * (group.mean[j] - mean[j])) }
      }
    }
    self.mean = mean
    self.covariance = covariance
    noise = arguments[Self.noise]
    groupStream = arguments.stream("group")
    featureStreams = names.map { arguments.stream("features", feature: $0) }
    noiseStream = arguments.stream("noise")
  }

  /// Of the whole population, groups' means included.
  public var featureDeviations: [Double]? { (0..<schema.count).map { covariance[$0, $0].squareRoot() } }

  /// Draws rows, and says which group each belongs to.
  public func draw(_ range: Range<Int>, at position: RandomStream.Position, conditions: WorldConditions, into rows: inout Rows) {
    rows.position = position
    rows.range = range
    let count = range.count, dimension = schema.count
    if rows.groups.count != rows.capacity { rows.groups = Array(repeating: 0, count: rows.capacity) }
    let numbers = rows.numbers { groupStream.uniforms(at: position, rows: range, into: &$0) }
    for i in 0..<count { rows.groups[i] = cumulative.firstIndex { numbers[i] < $0 } ?? members.count - 1 }
    if let changedShares = changedShares(conditions) {
      let coupling = ShareCoupling(from: shares, to: changedShares)
      let stay = rows.numbers { groupStream.uniforms(at: position, rows: range, draw: 1, into: &$0) }
      let choice = rows.numbers { groupStream.uniforms(at: position, rows: range, draw: 2, into: &$0) }
      for i in 0..<count { rows.groups[i] = coupling.place(rows.groups[i], stay: stay[i], choice: choice[i]) }
    }
    for j in 0..<dimension {
      rows.withFeature(j) { featureStreams[j].normals(at: position, rows: range, into: &$0) }
    }
    let groups = rows.groups
    for j in (0..<dimension).reversed() {
      // The deviation from the population's mean, m_g − m + L_g z, the last feature first, since feature j needs z₁…z_j.
      let row = loadings.map { $0[j] }, deviation = members.map { $0.mean[j] - mean[j] }
      var values = (0..<count).map { deviation[groups[$0]] }
      for k in 0...j where row.contains(where: { $0[k] != 0 }) {
        let loading = row.map { $0[k] }
        rows.features.withColumn(k, rows: 0..<count) { z in
          for i in z.indices { values[i] += loading[groups[i]] * z[i] }
        }
      }
      rows.withFeature(j) { x in
        for i in x.indices { x[i] = values[i] }
      }
    }
    let changed = changed(conditions)
    changed.apply(toDeviations: &rows.features, rows: count)
    let lines = members.map { group in
      (
        group.intercept + conditions.interceptOffset, conditions.coefficients(group.coefficients)
      )
    }
    for i in 0..<count { rows.outcomes[i] = lines[groups[i]].0 }
    for j in 0..<dimension {
      let slopes = lines.map { $0.1[j] }
      for i in 0..<count { rows.outcomes[i] += slopes[groups[i]] * rows.features[i, j] }
    }
    noise.add(
      to: &rows, stream: noiseStream, scale: conditions.noiseScale,
      first: (changed.center[0], covariance[0, 0].squareRoot() * conditions.featureScales[0]))
  }

  /// The best linear predictor of the population of all groups.
  public func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    let law = law(conditions)
    let weights = SymmetricSystem.solve(law.covariance, law.outcomeCovariances).solution
    return LinearPredictor(intercept: law.outcomeMean - dot(weights, law.mean), weights: weights)
  }

  /// None: rows are independent.
  public func covariance(withRowBefore rows: Int, replicate: Int, conditions: WorldConditions) -> Matrix? {
    Matrix(rows: schema.count, columns: schema.count)
  }

  /// Moments of all groups together.
  public func population(replicate: Int, conditions: WorldConditions) -> PopulationLaw? {
    let law = law(conditions)
    return PopulationLaw(
      mean: law.mean, covariance: law.covariance, outcomeCovariances: law.outcomeCovariances, outcomeMean: law.outcomeMean,
      outcomeVariance: law.outcomeVariance)
  }

  /// Moments of each group.
  public func groupPopulations(replicate: Int, conditions: WorldConditions) -> [PopulationLaw] {
    let changed = changed(conditions)
    return members.map { group in
      let deviation = deviation(of: group, changed), within = changed.covariance(group.covariance.matrix(schema.count))
      let truth = LinearPredictor(
        intercept: group.intercept + conditions.interceptOffset, weights: conditions.coefficients(group.coefficients))
      return PopulationLaw(
        mean: zip(changed.center, deviation).map { $0 + $1 }, covariance: within, truth: truth,
        noiseVariance: noiseVariance(deviation: deviation[0], variance: within[0, 0], conditions), isNormal: noise.shape == .normal)
    }
  }

  /// The group's mean away from the population's, as changed.
  private func deviation(of group: Group, _ changed: ChangedFeatures) -> [Double] {
    zip(changed.scales, changed.mixed(zip(group.mean, mean).map { $0 - $1 })).map { $0 * $1 }
  }

  /// The variance of the noise of a group whose first feature has this mean, away from the population's, and variance.
  private func noiseVariance(deviation: Double, variance: Double, _ conditions: WorldConditions) -> Double {
    let unit = covariance[0, 0].squareRoot() * conditions.featureScales[0]
    return noise.variance(scale: conditions.noiseScale, meanSquare: (variance + deviation * deviation) / (unit * unit))
  }

  private func law(
    _ conditions: WorldConditions
  ) -> (mean: [Double], covariance: Matrix, outcomeCovariances: [Double], outcomeMean: Double, outcomeVariance: Double) {
    let dimension = schema.count, changed = changed(conditions)
    let shares = changedShares(conditions) ?? shares
    let deviations = members.map { deviation(of: $0, changed) }
    let middle = (0..<dimension).map { j in zip(shares, deviations).reduce(0) { $0 + $1.0 * $1.1[j] } }
    var meanOutcome = 0.0
    var cross = Array(repeating: 0.0, count: dimension)
    var total = Matrix(rows: dimension, columns: dimension)
    var parts: [(share: Double, level: Double, variance: Double)] = []
    for (group, (share, deviation)) in zip(members, zip(shares, deviations)) {
      let beta = conditions.coefficients(group.coefficients)
      let level = group.intercept + conditions.interceptOffset + dot(beta, zip(changed.center, deviation).map { $0 + $1 })
      meanOutcome += share * level
      let within = changed.covariance(group.covariance.matrix(dimension))
      let slopes = within.times(beta)
      for j in 0..<dimension {
        let off = deviation[j] - middle[j]
        cross[j] += share * (slopes[j] + off * level)
        for i in 0..<dimension { total[i, j] += share * (within[i, j] + (deviation[i] - middle[i]) * off) }
      }
      parts.append(
        (share, level, dot(beta, slopes) + noiseVariance(deviation: deviation[0], variance: within[0, 0], conditions)))
    }
    let variance = parts.reduce(0) { sum, part in
      let away = part.level - meanOutcome
      return sum + part.share * (part.variance + away * away)
    }
    return (zip(changed.center, middle).map { $0 + $1 }, total, cross, meanOutcome, variance)
  }

  /// Features that cancel, or shares that are not from 0 to 1.
  public func problem(under conditions: WorldConditions) -> String? {
    changed(conditions).problem(schema) ?? Shares.problem(shares, by: offsets(conditions), names: groups, what: "groups")
  }

  private func changed(_ conditions: WorldConditions) -> ChangedFeatures {
    ChangedFeatures(mean: mean, covariance: { covariance }, conditions: conditions)
  }

  private func offsets(_ conditions: WorldConditions) -> [Int: Double] {
    var offsets: [Int: Double] = [:]
    for place in members.indices {
      if let offset = conditions.shareOffsets[.group(place)], offset != 0 { offsets[place] = offset }
    }
    return offsets
  }

  /// The shares under these conditions.
  public func groupShares(_ conditions: WorldConditions) -> [Double] { changedShares(conditions) ?? shares }

  /// The shares under these conditions; `nil` where they are as described.
  private func changedShares(_ conditions: WorldConditions) -> [Double]? {
    let offsets = offsets(conditions)
    return offsets.isEmpty ? nil : Shares.changed(shares, by: offsets)
  }
}

extension Mixture.Group {
  /// Reads one item of `groups`.
  fileprivate init(_ node: DocumentNode, index: Int, dimension: Int, _ arguments: Arguments) throws(ScenarioError) {
    let path = arguments.path.appending("groups").appending(index)
    func invalid(_ key: String, _ allowed: String) -> ScenarioError {
      ScenarioError(
        .outOfRange(node[key] ?? node, allowed: allowed), path: path.appending(key), location: node[key]?.location ?? node.location)
    }
    func vector(_ key: String, default value: Double) throws(ScenarioError) -> [Double] {
      let given = node[key]?.numberOrNumbers ?? [value]
      guard given.count == 1 || given.count == dimension else { throw invalid(key, "one number, or \(dimension) of them") }
      return given.count == dimension ? given : Array(repeating: given[0], count: dimension)
    }
    guard let name = node["name"]?.text else {
      throw ScenarioError(.missingKey("name", type: "text"), path: path, location: node.location)
    }
    self.name = name
    share = node["share"]?.double ?? 1
    mean = try vector("mean", default: 0)
    coefficients = try vector("coefficients", default: 1)
    covariance = try GaussianCovariance(node["covariance"], dimension: dimension) { invalid("covariance", $0) }
    intercept = node["intercept"]?.double ?? 0
  }
}
