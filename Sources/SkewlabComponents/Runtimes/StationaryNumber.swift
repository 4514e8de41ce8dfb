/// The number of requests in an M/M/c system in its steady state.
///
/// With a = λ/μ < c: P(n) ∝ aⁿ/n! for n < c, and P(n ≥ c) = C, Erlang's second formula, with n − c geometric of ratio a/c. C = B/(1 − (a/c)(1 − B)), B from
/// 1/B(n) = 1 + n/(a·B(n − 1)). Source: Cooper, Introduction to Queueing Theory, 2nd edition (1981), sections 3.3 and 3.4.
package struct StationaryNumber: Sendable {
  /// C: the probability that a request has to wait.
  package let waiting: Double
  private let workers: Int
  private let ratio: Double
  /// P(N ≤ n | N < c) for n = 0…c − 1.
  private let below: [Double]

  /// The law for an offered load of `load` = λ/μ < `workers`.
  package init(load: Double, workers: Int) {
    precondition(load > 0 && load < Double(workers), "there is a steady state")
    self.workers = workers
    ratio = load / Double(workers)
    var blocking = 1.0
    for n in 1...workers { blocking = load * blocking / (Double(n) + load * blocking) }
    waiting = blocking / (1 - ratio * (1 - blocking))
    // Relative to the largest term, so that nothing overflows.
    let mode = min(Int(load), workers - 1)
    var terms = Array(repeating: 1.0, count: workers)
    for n in stride(from: mode, to: 0, by: -1) { terms[n - 1] = terms[n] * Double(n) / load }
    for n in mode..<(workers - 1) { terms[n + 1] = terms[n] * load / Double(n + 1) }
    var sum = 0.0
    let sums = terms.map { term in
      sum += term
      return sum
    }
    below = sums.map { $0 / sum }
  }

  /// The number, from two independent uniform variables.
  package func draw(_ first: Double, _ second: Double) -> Int {
    guard first < waiting else { return below.firstIndex { second <= $0 } ?? workers - 1 }
    // P(N − c ≥ k) = ratioᵏ.
    var number = workers, tail = ratio
    while second < tail {
      number += 1
      tail *= ratio
    }
    return number
  }
}
