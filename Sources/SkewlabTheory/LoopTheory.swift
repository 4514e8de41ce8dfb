public import SkewlabEngine
public import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What theory says of a scenario's loop: where retraining leads, how fast, and what would be best.
///
/// ```swift
/// switch LoopTheory.of(scenario) {
/// case .success(let theory): print(theory.behaviour, theory.stablePoint ?? [])
/// case .failure(let none): for obstacle in none.obstacles { print(obstacle.part, obstacle.reason) }
/// }
/// ```
public struct LoopTheory: Sendable {
  /// Why there is no theory of a scenario.
  public struct None: Error, Sendable, Hashable {
    /// The parts that prevent it.
    public let obstacles: [PopulationLoop.Obstacle]
  }

  /// What a loop does in the long run.
  public enum Behaviour: Sendable, Hashable {
    /// No response: nothing feeds back.
    case noFeedback
    /// The model of cycle 0 stays.
    case neverRefits
    /// Errors are multiplied by `rate` from fit to fit.
    case settles(rate: Double)
    /// Errors fall like a power of the number of fits: (fits)^exponent, exponent below 0.
    case settlesSlowly(exponent: Double)
    /// Errors neither grow nor fall, and come back after so many fits.
    case cycles(period: Int)
    /// Errors neither grow nor fall.
    case neutral
    /// Errors are multiplied by `rate` from fit to fit.
    case diverges(rate: Double)
    /// Errors grow like a power of the number of fits.
    case divergesSlowly(exponent: Double)
    /// No rate is known: it refits at unequal distances, a memory of the world meets a longer window, groups come and go under a window that forgets gradually or never, or it does not settle.
    case unknown
  }

  /// A model that theory names.
  public struct Point: Sendable, Hashable {
    /// The predictor on the features that the loop keeps.
    public let predictor: LinearPredictor
    /// The predictor on encoded features.
    public let encoded: LinearPredictor
    /// Its performative risk, E(y′ − ŷ)² + λ‖θ‖²; `nil` where responses add noise that follows the model's own error.
    public let risk: Double?
  }

  /// The loop.
  public let loop: PopulationLoop
  /// The loop as matrices, under the conditions of the last cycle; where features move, of what does not depend on that.
  public let matrices: AffineLoop
  /// When it refits; `nil` where it never does, or in no regular rhythm.
  public let rhythm: RetrainingRhythm?
  /// Whether it refits in the cycles asked.
  public let everRefits: Bool
  /// The eigenvalues of one retraining on a window that one model served, the largest first; where features move, of its derivative at the stable point; where groups stay or leave, of the
  /// derivative of all that happens from one fit to the next.
  public let eigenvalues: [GeneralEigenvalues.Value]
  /// What it does in the long run.
  public let behaviour: Behaviour
  /// The model that retraining gives back; `nil` without feedback, or where there is none or no single one.
  public let stablePoint: Point?
  /// The model of least performative risk; `nil` without feedback, where there is none, or where it is not known.
  public let optimum: Point?
  /// Where groups stay or leave, what becomes of them; `nil` elsewhere, and where it is not known.
  public let membership: MembershipTheory?

  /// The theory of a scenario, or what prevents it.
  public static func of(_ scenario: Scenario) -> Result<LoopTheory, None> {
    guard let loop = PopulationLoop(scenario) else { return .failure(None(obstacles: PopulationLoop.obstacles(of: scenario))) }
    return .success(LoopTheory(loop))
  }

  init(_ loop: PopulationLoop) {
    self.loop = loop
    let scenario = loop.scenario, matrices = AffineLoop(loop, cycle: scenario.cycles)
    self.matrices = matrices
    let rhythm = RetrainingRhythm(scenario)
    self.rhythm = rhythm
    let everRefits = (1...scenario.cycles).contains { scenario.retraining.component.isScheduled(after: $0) == true }
    self.everRefits = everRefits
    membership =
      loop.movesMembership && everRefits
      ? rhythm.flatMap { MembershipTheory(loop, $0, hasNoise: matrices.hasNoise) } : nil
    if scenario.responses.isEmpty {
      (eigenvalues, behaviour, stablePoint, optimum) = ([], .noFeedback, nil, nil)
    } else if loop.movesMembership {
      let reached = membership?.reached
      eigenvalues = reached?.eigenvalues ?? []
      behaviour = Self.behaviour(eigenvalues.first, everRefits: everRefits)
      (stablePoint, optimum) = (reached?.point, nil)
    } else if loop.movesFeatures {
      let settled = MovingFeatures(loop)
      eigenvalues = settled?.eigenvalues ?? []
      behaviour = settled == nil && everRefits ? .unknown : Self.behaviour(eigenvalues, rhythm, loop.memory, everRefits: everRefits)
      stablePoint = settled.map { loop.point($0.model, hasNoise: matrices.hasNoise) }
      // The intercept follows the move whatever the weights are, so that nothing is left to gain.
      optimum = matrices.hasIntercept && loop.respondsInFeaturesOnly && !loop.deviates(in: scenario.cycles) ? stablePoint : nil
    } else {
      let (map, offset) = matrices.retraining
      func point(_ u: [Double]) -> Point {
        Point(
          predictor: matrices.predictor(u), encoded: matrices.encodedPredictor(u), risk: matrices.hasNoise ? nil : matrices.risk(u))
      }
      eigenvalues = offset.count <= Self.mostParameters ? (try? GeneralEigenvalues(map))?.values ?? [] : []
      behaviour =
        loop.isPartlySlow
        ? Self.behaviour(rhythm.flatMap { $0.factor(PartlySlowLoop(loop, whole: map)) }, everRefits: everRefits)
        : Self.behaviour(
          eigenvalues, rhythm, loop.memory, everRefits: everRefits,
          ofError: matrices.cases.reduce(0) { $0 + $1.probability * $1.relativeVariance })
      func known(_ point: Point?) -> Point? { point.flatMap { loop.keepsProbabilities($0.predictor, in: scenario.cycles) ? $0 : nil } }
      optimum = matrices.hasNoise ? nil : known(matrices.optimum.map(point))
      let solved = try? LeastSquares.minimumNorm(Matrix.identity(offset.count) - map, offset)
      stablePoint = known(solved.flatMap { $0.rank == offset.count ? point($0.solution) : nil })
    }
  }

  /// How close to 1 a magnitude has to be to count as 1: rounding of eigenvalues of well-scaled matrices stays below it.
  static let closeness = 1e-9

  /// No spectrum is taken of larger maps.
  static let mostParameters = 400

  /// - Parameter ofError: What a fit multiplies the mean squared error on its own window by, where labels get noise in proportion to that: Σ ps² (THEORY: F7).
  private static func behaviour(
    _ gains: [GeneralEigenvalues.Value], _ rhythm: RetrainingRhythm?, _ memory: ResponseMemory.Law?, everRefits: Bool,
    ofError noiseGain: Double = 0
  ) -> Behaviour {
    guard everRefits else { return .neverRefits }
    guard let rhythm, !gains.isEmpty else { return .unknown }
    if rhythm.neverForgets, memory == nil {
      let exponent = max((gains.map(\.real).max() ?? 0) - 1, noiseGain > 0 ? (noiseGain - 1) / 2 : -.infinity)
      return exponent < -closeness
        ? .settlesSlowly(exponent: exponent) : exponent > closeness ? .divergesSlowly(exponent: exponent) : .neutral
    }
    var distinct: [GeneralEigenvalues.Value] = []
    for gain in gains where !distinct.contains(where: { abs($0.real - gain.real) + abs($0.imaginary - gain.imaginary) < 1e-13 }) {
      distinct.append(gain)
    }
    var factors = distinct.compactMap { rhythm.factor(gain: $0, memory: memory) }
    if noiseGain > 0, let squared = rhythm.factor(gain: GeneralEigenvalues.Value(real: noiseGain, imaginary: 0), memory: memory) {
      factors.append(GeneralEigenvalues.Value(real: squared.magnitude.squareRoot(), imaginary: 0))
    }
    return Self.behaviour(factors.max { $0.magnitude < $1.magnitude }, everRefits: everRefits)
  }

  /// What the largest factor from fit to fit says.
  private static func behaviour(_ largest: GeneralEigenvalues.Value?, everRefits: Bool) -> Behaviour {
    guard everRefits else { return .neverRefits }
    guard let largest else { return .unknown }
    let rate = largest.magnitude
    if rate < 1 - closeness { return .settles(rate: rate) }
    if rate > 1 + closeness { return .diverges(rate: rate) }
    return period(of: largest).map { .cycles(period: $0) } ?? .neutral
  }

  /// p > 1 with z^p = 1, up to 12; `nil` for 1 itself and for other numbers of magnitude 1.
  private static func period(of z: GeneralEigenvalues.Value) -> Int? {
    var power = z
    for p in 2...12 {
      power = GeneralEigenvalues.Value(
        real: power.real * z.real - power.imaginary * z.imaginary, imaginary: power.real * z.imaginary + power.imaginary * z.real)
      if abs(power.real - 1) + abs(power.imaginary) < 12 * closeness { return abs(z.real - 1) + abs(z.imaginary) < closeness ? nil : p }
    }
    return nil
  }

  /// The share of its first error that the loop still has after the fits of the cycles asked; `nil` where it does not settle.
  public var errorLeft: Double? {
    guard let rhythm else { return nil }
    let refits = Double(loop.scenario.cycles / rhythm.interval)
    switch behaviour {
    case .settles(let rate): return pow(rate, refits)
    // A fit is a mean over the cycles so far: of the model's own errors times the gain, and of one cycle of untouched rows, which give the first error again. Kept originals have their share in the gain.
    case .settlesSlowly(let exponent):
      let gain = exponent + 1, untouched: Double = rhythm.window.originals == nil ? 1 : 0
      var error = 1.0, sum = 0.0
      for fit in 1...Int(refits) {
        sum += Double(rhythm.interval) * error
        error = (untouched + gain * sum) / (untouched + Double(fit * rhythm.interval))
      }
      return abs(error)
    default: return nil
    }
  }
}
