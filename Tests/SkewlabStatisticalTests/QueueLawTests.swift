import Foundation
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Runtime `queue` against the steady state of M/M/1, M/M/c and M/G/1; THEORY.md, **R1**. Errors are over replicates: requests that follow each other are late together.
@Suite struct QueueLawTests {
  static let noise = 0.5
  static let population = Population(features: 2, correlation: 0.5)

  static func document(seed: Int, cycles: Int, rows: Int, coefficients: [Double] = [1, -0.5], queue: [(String, DocumentNode)])
    -> ScenarioDocument
  {
    var runtime: DocumentNode = ["kind": "queue"]
    for (key, node) in queue { runtime[key] = node }
    return [
      "seed": .integer(seed), "cycles": .integer(cycles), "rows": .integer(rows), "evaluation": ["share": 0],
      "world": population.world(coefficients: coefficients, intercept: 2, noise: noise), "runtime": runtime, "learner": "ols",
      "retraining": "never", "metrics": ["loss", "latency"],
    ]
  }

  // MARK: R1

  struct Case: Sendable, CustomTestStringConvertible {
    let index: Int, load: Double, service: Double, late: Double, coefficients: [Double]
    var testDescription: String { "\(index): load \(load), \(service) ms, P(late) \(late)" }

    /// Loads from 0.2 to 0.8, services from 1 ms to 1 s, deadlines that 5 % to 95 % miss, coefficients from −2 to 2.
    static let all = (0..<50).map { index in
      let u = RandomStream(seed: 31, name: "cases").uniforms(count: 5, at: .init(replicate: index, cycle: 0))
      return Case(
        index: index, load: 0.2 + 0.6 * u[0], service: pow(1000, u[1]), late: 0.05 + 0.9 * u[2],
        coefficients: [4 * u[3] - 2, 4 * u[4] - 2])
    }
  }

  /// P(late) = e^(−(μ−λ)D), and the excess it causes. Both exact: a row's lateness does not depend on the row. One fit on n rows with p features (and an intercept)
  /// has E‖ŵ − w‖² = σ²[1/n + p(n+1)/(n(n−p−2))] on fresh rows (normal features), and the mean label misses E y by (w′Sw + σ²)/n in the mean square.
  @Test(arguments: Case.all) func `an M/M/1 queue is late as often as theory says, and costs as much`(_ c: Case) async throws {
    let rows = 3000, n = Double(rows), p = 2.0, cycles = 3
    let rate = 1000 * c.load / c.service
    let deadline = -log(c.late) / (1000 / c.service - rate) * 1000
    let document = Self.document(
      seed: 3100 + c.index, cycles: cycles, rows: rows, coefficients: c.coefficients,
      queue: [("arrivals", .number(rate)), ("service", .number(c.service)), ("deadline", .number(deadline))])
    let values = try await replicates(200, of: document) { path in
      (
        late: path.mean("late_share", cycles: 1...cycles),
        excess: path.mean("served_loss", cycles: 1...cycles) - path.mean("best_loss", cycles: 1...cycles)
      )
    }
    expectMean(values.map(\.late), equals: c.late, resolving: 0.05, "late_share")
    let explained = dot(c.coefficients, Self.population.covariance.times(c.coefficients)), variance = Self.noise * Self.noise
    let fitted = variance * (1 / n + p * (n + 1) / (n * (n - p - 2)))
    let expected = c.late * (explained + (explained + variance) / n) + (1 - c.late) * fitted
    expectMean(values.map(\.excess), equals: expected, resolving: 0.06 * explained + 0.01 * variance, "served − best")
  }

  // MARK: Erlang C

  /// P(W > 0) = C(c, a) = (aᶜ/c!)(c/(c−a)) / (Σ_{k<c} aᵏ/k! + (aᶜ/c!)(c/(c−a))) and E W = C/(cμ − λ). Source: Cooper, Introduction to Queueing Theory, 2nd edition (1981), (4.8) and (4.12)
  /// of chapter 3; here summed as it stands, where the code uses the recursion for Erlang B.
  static func erlang(_ c: Int, load a: Double) -> Double {
    var term = 1.0, sum = 0.0
    for k in 0..<c {
      sum += term
      term *= a / Double(k + 1)
    }
    let all = term * Double(c) / (Double(c) - a)
    return all / (sum + all)
  }

  @Test(arguments: [1, 2, 3, 8, 40], [0.5, 0.8])
  func `waiting follows Erlang's formula from the first request on`(workers: Int, utilisation: Double) async throws {
    // 40 requests a cycle: a start outside the steady state would show in most of them.
    let cycles = 150, rate = 100.0 * Double(workers) * utilisation
    let document = Self.document(
      seed: 3200 + workers, cycles: cycles, rows: 40,
      queue: [("arrivals", .number(rate)), ("service", 10), ("workers", .integer(workers))])
    let values = try await replicates(200, of: document) { path in
      (share: path.mean("waiting_share", cycles: 1...cycles), wait: path.mean("mean_wait_ms", cycles: 1...cycles))
    }
    let waiting = Self.erlang(workers, load: utilisation * Double(workers))
    let meanWait = waiting / (Double(workers) * 100 - rate) * 1000
    expectMean(values.map(\.share), equals: waiting, resolving: 0.1 * waiting + 0.005, "waiting_share")
    expectMean(values.map(\.wait), equals: meanWait, resolving: 0.2 * meanWait + 0.05, "mean_wait_ms")
  }

  // MARK: Pollaczek–Khinchine

  struct General: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let service: DocumentNode
    /// E S² / (E S)².
    let secondMoment: Double
    let resolving: Double
  }

  /// E W = λE[S²]/(2(1 − ρ)) for M/G/1 (Pollaczek 1930, Khinchine 1932; Cooper, chapter 5, (8.40)); with a wait there for a share ρ of the requests whatever the law.
  @Test(arguments: [
    General(testDescription: "M/D/1", service: ["deterministic": 10], secondMoment: 1, resolving: 0.05),
    General(
      testDescription: "lognormal", service: ["lognormal": ["mean": 10, "variation": 1.5]], secondMoment: 1 + 1.5 * 1.5, resolving: 0.2),
    // E S = 10, E S² = (4 + 64 + 400)/3.
    General(testDescription: "samples", service: ["samples": [2, 8, 20]], secondMoment: 1.56, resolving: 0.05),
    General(testDescription: "exponential", service: ["exponential": 10], secondMoment: 2, resolving: 0.08),
  ]) func `the mean wait of M/G/1 grows with the second moment of the service`(_ law: General) async throws {
    // The default warm-up of 10,000 requests: at a load of 0.6 a start is forgotten at 0.085 a request for M/M/1, and faster than 0.02 for these.
    let load = 0.6, cycles = 3
    let document = Self.document(
      seed: 3300, cycles: cycles, rows: 5000,
      queue: [("arrivals", .number(load * 100)), ("service", law.service), ("warm-up", 10_000)])
    let values = try await replicates(200, of: document) { path in
      (share: path.mean("waiting_share", cycles: 1...cycles), wait: path.mean("mean_wait_ms", cycles: 1...cycles))
    }
    let expected = load * law.secondMoment * 10 / (2 * (1 - load))
    expectMean(values.map(\.wait), equals: expected, resolving: law.resolving * expected, "mean_wait_ms")
    expectMean(values.map(\.share), equals: load, resolving: 0.02, "waiting_share")
  }

  // MARK: Loss

  /// M/M/1/K with rejection is not what happens here; what is: with room for one request, each restart of exactly R s is a renewal. From an empty process: a request comes after 1/λ; it is
  /// answered with probability μ/(λ+μ), before the next comes, or the next one takes it along. A renewal cycle (from up again to up again) sees 1/(λ/(λ+μ)) requests taken in on average, loses the last of them,
  /// the one that came on top, and λR of those that come while it is down: lost/all = (2 + λR)/((λ+μ)/λ + 1 + λR).
  @Test(arguments: [0.0, 0.05]) func `with room for one request, restarts lose what renewal theory says`(restart: Double) async throws {
    let rate = 50.0, speed = 100.0, cycles = 3
    let document = Self.document(
      seed: 3400, cycles: cycles, rows: 2000,
      queue: [
        ("arrivals", .number(rate)), ("service", 10), ("warm-up", 1000),
        ("memory", ["per-request": 1, "limit": 1, "restart": .number(restart)]),
      ])
    let values = try await replicates(200, of: document) { $0.mean("lost_share", cycles: 1...cycles) }
    let requests = (rate + speed) / rate + 1 + rate * restart
    expectMean(values, equals: (2 + rate * restart) / requests, resolving: 0.01, "lost_share")
  }
}
