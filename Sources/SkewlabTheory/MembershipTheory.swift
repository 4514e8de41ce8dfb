internal import SkewlabEngine
public import SkewlabNumerics

/// Where a loop leads in which groups stay or leave, by iteration, and whether the world stays there (THEORY: F12).
///
/// The state is the groups' sizes N and the model w, and those of the earlier cycles that a window still reaches; a step is the cycles from one fit to the next, done with the response's own code on the
/// population's moments. A balance is a state that a step gives back. It is kept where the derivative of the step there, by central differences, has no eigenvalue of magnitude above 1.
public struct MembershipTheory: Sendable {
  /// A state that comes back.
  public struct Balance: Sendable {
    /// Each group's share of the rows served.
    public let shares: [Double]
    /// The mean squared error that each group is served; `nil` for a group without rows.
    public let losses: [Double?]
    /// The model. Its performative risk is not told: it depends on who is there.
    public let point: LoopTheory.Point
    /// The metrics of a cycle there, in the order of `Scenario.columns`.
    public let values: [Double?]
    /// The eigenvalues of the step's derivative, the largest in magnitude first.
    public let eigenvalues: [GeneralEigenvalues.Value]
    /// Where every cycle fits the last one: the largest real part of the eigenvalues of ∂N′/∂N + ∂N′/∂w·(I − ∂w′/∂w)⁻¹·∂w′/∂N, by which deviations of the sizes would grow if the model followed at
    /// once. It passes 1 exactly where a real eigenvalue of the step does; for two like groups at ±D it is ν₀ + 2D²|ν′|. `nil` elsewhere.
    public let condition: Double?

    /// By how much a deviation is multiplied from fit to fit in the long run.
    public var rate: Double { eigenvalues.first?.magnitude ?? 0 }
  }

  /// Each group's share of the rows of cycle 1.
  public let start: [Double]
  /// Where the loop goes from the scenario's start, without sampling error; `nil` where it does not settle.
  public let reached: Balance?
  /// Where it goes from there once the first group is a thousandth larger; `nil` where ``reached`` is kept, and where that does not settle.
  public let afterwards: Balance?
  /// The balance next to groups of equal sizes; `nil` where it is ``reached``, or not found.
  public let even: Balance?

  /// `nil` for a window that never forgets, or forgets gradually, and for responses that are not a function of sizes and weights.
  init?(_ loop: PopulationLoop, _ rhythm: RetrainingRhythm, hasNoise: Bool) {
    guard !hasNoise, let steps = MembershipSteps(loop, rhythm), let first = steps.start else { return nil }
    start = steps.shares(first)
    let reached = steps.settled(from: first)
    self.reached = reached.flatMap(steps.balance)
    guard let reached, let balance = self.reached else {
      afterwards = nil
      even = steps.even.flatMap(steps.balance)
      return
    }
    afterwards =
      balance.rate > 1 + LoopTheory.closeness ? steps.settled(from: steps.enlarged(reached)).flatMap(steps.balance) : nil
    let even = steps.even.flatMap(steps.balance)
    let isSame = even.map { zip($0.shares, balance.shares).allSatisfy { abs($0 - $1) < 1e-6 } } ?? true
    self.even = isSame ? nil : even
  }
}

/// The step from one fit to the next.
private struct MembershipSteps {
  /// A cycle: the groups' sizes before it, and the model that served; `nil` for the untouched one.
  struct Cycle {
    var sizes: [Double]
    var model: PopulationModel?
  }

  /// A state after a fit.
  struct State {
    var sizes: [Double]
    var model: PopulationModel
    /// Earlier cycles, the last one first.
    var older: [Cycle]
  }

  let loop: PopulationLoop
  private let cycle: Int
  private let interval: Int
  /// Cycles in the window.
  private let length: Int
  private let originals: PopulationRows?
  /// Of larger windows no balance is looked for.
  private static let mostWork = 1000

  init?(_ loop: PopulationLoop, _ rhythm: RetrainingRhythm) {
    switch rhythm.window.extent {
    case .all, .decay: return nil
    case .cycles, .rows: break
    }
    self.loop = loop
    cycle = loop.scenario.cycles
    interval = rhythm.interval
    var length = 0
    while !rhythm.window.rows(age: length, of: loop.scenario.rows).isEmpty { length += 1 }
    self.length = length
    // A derivative replays every cycle of the window for each of its numbers.
    let numbers = loop.scenario.responses.reduce(0) { $0 + $1.component.groupSizes.count } + loop.features.count + 1
    guard numbers * length * length <= Self.mostWork else { return nil }
    originals = rhythm.window.originals.map { _ in loop.rows(in: 0) }
  }

  // MARK: Steps

  private var described: [any Response] { loop.scenario.responses.map(\.component) }

  private func sizes(_ responses: [any Response]) -> [Double] { responses.flatMap(\.groupSizes) }

  private func responses(_ sizes: [Double]) -> [any Response] {
    var responses = described, rest = sizes[...]
    for index in responses.indices {
      let count = responses[index].groupSizes.count
      if count > 0 { responses[index].groupSizes = Array(rest.prefix(count)) }
      rest = rest.dropFirst(count)
    }
    return responses
  }

  /// The fit on untouched rows, before anybody was served.
  var start: State? {
    guard let model = loop.fit(loop.rows(in: cycle), after: 0) else { return nil }
    let sizes = sizes(described)
    let older = originals == nil && length > interval ? [Cycle(sizes: sizes, model: nil)] : []
    return State(sizes: sizes, model: model, older: older)
  }

  private func logged(_ old: Cycle) -> PopulationRows {
    guard let model = old.model else { return loop.rows(in: cycle) }
    var responses = responses(old.sizes)
    return loop.step(model, &responses, in: cycle).logged
  }

  /// The cycles to the next fit, and that fit; `nil` where numbers are not finite.
  func next(_ state: State) -> State? {
    var logs = state.older.map(logged), history = state.older
    var responses = responses(state.sizes)
    for _ in 0..<interval {
      history.insert(Cycle(sizes: sizes(responses), model: state.model), at: 0)
      logs.insert(loop.step(state.model, &responses, in: cycle).logged, at: 0)
    }
    let window = logs.prefix(length).enumerated().map { (age: $0, rows: $1) }
    guard let model = loop.fit(loop.window(window, originals: originals), after: cycle), sizes(responses).allSatisfy(\.isFinite) else {
      return nil
    }
    return State(sizes: sizes(responses), model: model, older: Array(history.prefix(max(0, length - interval))))
  }

  // MARK: States as numbers

  private func numbers(_ model: PopulationModel) -> [Double] { [model.predictor.intercept] + model.predictor.weights }

  private func numbers(_ state: State) -> [Double] {
    state.sizes + numbers(state.model) + state.older.flatMap { $0.sizes + ($0.model.map(numbers) ?? []) }
  }

  /// Whether a place of the numbers is a size.
  private func isSize(_ place: Int, _ state: State) -> Bool {
    place % (state.sizes.count + state.model.predictor.weights.count + 1) < state.sizes.count
  }

  private func replacing(_ state: State, by numbers: [Double]) -> State {
    var state = state, rest = numbers[...]
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let count = state.sizes.count
    func take(_ model: PopulationModel) -> PopulationModel {
      var model = model
      let values = take(1 + model.predictor.weights.count)
      model.predictor = LinearPredictor(intercept: values[0], weights: Array(values.dropFirst()))
      return model
    }
    state.sizes = take(count)
    state.model = take(state.model)
    for index in state.older.indices {
      state.older[index].sizes = take(count)
      state.older[index].model = state.older[index].model.map(take)
    }
    return state
  }

  /// Steps tried.
  private static let most = 10_000
  /// What is left of the distance when an iteration ends, relative to each size, and to the model's largest parameter or 1.
  private static let closeness = 1e-13

  private func isClose(_ a: State, _ b: State, within tolerance: Double) -> Bool {
    let before = numbers(a), after = numbers(b)
    guard before.count == after.count else { return false }
    let scale = numbers(b.model).reduce(1) { max($0, abs($1)) }
    return before.indices.allSatisfy { abs(before[$0] - after[$0]) <= tolerance * (isSize($0, b) ? abs(after[$0]) : scale) }
  }

  /// Where the steps from a state end; `nil` where they don't.
  func settled(from state: State) -> State? {
    var state = state
    for _ in 0..<Self.most {
      guard let after = next(state) else { return nil }
      // A last step of Newton's method: slow steps are small before their end is near.
      if isClose(state, after, within: Self.closeness) { return newton(after).flatMap(next) ?? after }
      state = after
    }
    return nil
  }

  /// With the first group a thousandth larger in every cycle.
  func enlarged(_ state: State) -> State {
    var state = state
    guard !state.sizes.isEmpty else { return state }
    state.sizes[0] *= 1.001
    for index in state.older.indices { state.older[index].sizes[0] *= 1.001 }
    return state
  }

  /// The derivative of a step. Central differences of a smooth map: with a step of 1e-5 the error is near 1e-10 of the third derivative, and rounding near 1e-11.
  private func jacobian(_ state: State) -> Matrix? {
    let point = numbers(state)
    var jacobian = Matrix(rows: point.count, columns: point.count)
    for j in point.indices {
      let step = 1e-5 * (isSize(j, state) && point[j] != 0 ? abs(point[j]) : max(1, abs(point[j])))
      var images: [[Double]] = []
      for sign in [1.0, -1.0] {
        var moved = point
        moved[j] += sign * step
        guard let image = next(replacing(state, by: moved)).map(numbers), image.count == point.count else { return nil }
        images.append(image)
      }
      for i in point.indices { jacobian[i, j] = (images[0][i] - images[1][i]) / (2 * step) }
    }
    return jacobian
  }

  /// A step of Newton's method towards a state that comes back.
  private func newton(_ state: State) -> State? {
    guard let image = next(state), let jacobian = jacobian(state) else { return nil }
    let point = numbers(state), residual = zip(numbers(image), point).map { $0 - $1 }
    guard residual.count == point.count,
      let step = try? LeastSquares.minimumNorm(Matrix.identity(point.count) - jacobian, residual).solution
    else { return nil }
    let moved = replacing(state, by: zip(point, step).map { $0 + $1 })
    return moved.sizes.allSatisfy { $0 > 0 } ? moved : nil
  }

  /// The balance that Newton's method finds from groups of equal sizes.
  var even: State? {
    guard let start, !start.sizes.isEmpty else { return nil }
    var state = start
    state.sizes = start.sizes.map { _ in start.sizes.reduce(0, +) / Double(start.sizes.count) }
    // As long as it takes until the window is full of cycles that were served.
    for _ in 0...length {
      let sizes = state.sizes
      guard let after = next(state) else { return nil }
      state = after
      state.sizes = sizes
    }
    for _ in 0..<50 {
      guard let moved = newton(state) else { return nil }
      // The derivative's error of 1e-10 is left of each step.
      if isClose(state, moved, within: 1e-11) { return next(moved) }
      state = moved
    }
    return nil
  }

  // MARK: Balances

  /// Each group's share in the cycle that a state serves first.
  func shares(_ state: State) -> [Double] {
    let groups = loop.rows(in: cycle, respondingTo: responses(state.sizes)).groups, total = groups.reduce(0) { $0 + $1.weight }
    return groups.map { $0.weight / total }
  }

  func balance(_ state: State) -> MembershipTheory.Balance? {
    guard let jacobian = jacobian(state), let spectrum = try? GeneralEigenvalues(jacobian) else { return nil }
    var responses = responses(state.sizes)
    let served = loop.step(state.model, &responses, in: cycle)
    return MembershipTheory.Balance(
      shares: shares(state),
      losses: served.losses,
      point: LoopTheory.Point(predictor: state.model.predictor, encoded: state.model.encoded, risk: nil),
      values: served.values, eigenvalues: spectrum.values,
      condition: interval == 1 && length == 1 ? condition(jacobian, sizes: state.sizes.count) : nil)
  }

  /// The largest real part of the eigenvalues of A + B(I − D)⁻¹C, with A, B, C, D the blocks of the derivative.
  private func condition(_ jacobian: Matrix, sizes: Int) -> Double? {
    let count = jacobian.rows
    func block(_ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
      Matrix(rows: rows.count, columns: columns.count, elements: columns.flatMap { j in rows.map { jacobian[$0, j] } })
    }
    let n = 0..<sizes, w = sizes..<count
    let own = Matrix.identity(w.count) - block(w, w), c = block(w, n)
    var columns: [[Double]] = []
    for j in 0..<sizes {
      guard let solved = try? LeastSquares.minimumNorm(own, c.column(j)), solved.rank == w.count else { return nil }
      columns.append(solved.solution)
    }
    let following = Matrix(rows: w.count, columns: sizes, elements: Array(columns.joined()))
    let values = (try? GeneralEigenvalues(block(n, n) + block(n, w) * following))?.values
    return values?.map(\.real).max()
  }
}
