import SkewlabComponents
import Testing

/// Small cases worked out by hand, with times in whole seconds: sums of small integers, so exact.
@Suite struct QueueProcessTests {
  static func process(workers: Int, capacity: Int? = nil, restart: Double = 0, _ requests: [(gap: Double, service: Double)]) -> QueueProcess
  {
    var process = QueueProcess(workers: workers, capacity: capacity, restart: restart)
    for request in requests { process.arrive(after: request.gap, service: request.service) }
    return process
  }

  @Test func `one worker takes requests in turn`() {
    // Arrivals at 4, 8, 28, 10 s each: 4→14; 8 waits for 14, →24; 28→38.
    let process = Self.process(workers: 1, [(4, 10), (4, 10), (20, 10)])
    #expect(process.latencies == [10, 16, 10])
    #expect(process.decided == 3)
    #expect(process.admitted == 3 && process.waited == 1 && process.waitSum == 6)
    #expect(process.answered == 2, "at 28 the first two have been answered")
    #expect(process.mostInFlight == 2 && process.restarts == 0 && process.seconds == 28)
  }

  @Test func `two workers take the next request when one of them is free`() {
    // Arrivals at 1, 2, 3, 4: 1→11 and 2→12 at once; 3 waits for 11, →21; 4 waits for 12, →13, and overtakes.
    let process = Self.process(workers: 2, [(1, 10), (1, 10), (1, 10), (1, 1)])
    #expect(process.latencies == [10, 10, 18, 9])
    #expect(process.waited == 2 && process.waitSum == 16)
    #expect(process.mostInFlight == 4 && process.answered == 0)
  }

  @Test func `an answer at the moment of an arrival leaves the worker free`() {
    let process = Self.process(workers: 1, capacity: 1, restart: 5, [(1, 10), (10, 10), (11, 1)])
    #expect(process.waited == 0 && process.restarts == 0)
    #expect(process.latencies == [10, 10, -1], "the last may yet be lost")
    #expect(process.decided == 2)
  }

  @Test func `the request that passes the limit takes all in flight with it, and so does the restart`() {
    // Two fit. Arrivals at 1, 2, 3: the third restarts the process, which is up again at 8. 5 and 7.5 are lost; 8 finds it up and empty, →18; 20→30.
    var process = Self.process(
      workers: 1, capacity: 2, restart: 5, [(1, 10), (1, 10), (1, 10), (2, 10), (2.5, 10), (0.5, 10), (12, 10)])
    let lost = Double.infinity
    #expect(process.latencies == [lost, lost, lost, lost, lost, 10, -10])
    #expect(process.decided == 6)
    #expect(process.restarts == 1 && process.mostInFlight == 2 && process.admitted == 4 && process.answered == 1)
    // 31 comes after the answer of 20.
    process.arrive(after: 11, service: 1, counted: false)
    #expect(process.latencies == [lost, lost, lost, lost, lost, 10, 10, -1])
    #expect(process.decided == 7 && process.answered == 1 && process.seconds == 20, "what is not counted only decides")
  }

  @Test func `every worker is up again after a restart, and none before`() {
    // Two workers, two fit. 1 and 2 are worked on, 3 restarts; up at 4. 5 and 6 are taken at once; 7 restarts again, and loses 5 and 6.
    let process = Self.process(workers: 2, capacity: 2, restart: 1, [(1, 9), (1, 9), (1, 9), (2, 9), (1, 9), (1, 9)])
    #expect(process.latencies.allSatisfy { $0 == .infinity })
    #expect(process.restarts == 2 && process.waited == 0)
  }

  @Test func `what is there at the beginning is worked off first`() {
    // 3 s and 2 s of work; an arrival at 1 waits for 5.
    var process = QueueProcess(workers: 1, capacity: nil, restart: 0)
    process.begin(service: 3)
    process.begin(service: 2)
    process.arrive(after: 1, service: 1)
    #expect(process.latencies == [5] && process.waitSum == 4 && process.mostInFlight == 3)
    process.arrive(after: 9, service: 1)
    #expect(process.latencies == [5, 1] && process.answered == 3)
  }

  @Test func `warming up leaves the state and no counts`() {
    // 1→11, 2→21 warm up; the clock starts at 2. A row 3 s later, at 5, waits for 21.
    var process = QueueProcess(workers: 1, capacity: 9, restart: 5)
    process.arrive(after: 1, service: 10, warmsUp: true)
    process.arrive(after: 1, service: 10, warmsUp: true)
    process.beginCounting()
    #expect(process.latencies.isEmpty && process.mostInFlight == 2 && process.admitted == 0 && process.seconds == 0)
    process.arrive(after: 3, service: 10)
    #expect(process.latencies == [-26] && process.waitSum == 16 && process.seconds == 3 && process.mostInFlight == 3)
  }

  /// p₀ = 1/(1 + a + a²/(2 − a)) for two workers (Cooper, section 3.4): 1/3 for a = 1, so that P(N ≥ 2) = 1/3 and P(0 | N < 2) = 1/2.
  @Test func `the number at the start follows the stationary law`() {
    let law = StationaryNumber(load: 1, workers: 2)
    #expect(abs(law.waiting - 1.0 / 3) < 1e-15, "a few units in the last place")
    #expect(law.draw(0.4, 0.49) == 0 && law.draw(0.4, 0.51) == 1)
    #expect(law.draw(0.3, 0.6) == 2 && law.draw(0.3, 0.4) == 3 && law.draw(0.3, 0.2) == 4)
    #expect(StationaryNumber(load: 0.01, workers: 10_000).draw(0.5, 0.5) == 0, "10,000! passes no double")
    #expect(StationaryNumber(load: 9_999, workers: 10_000).waiting < 1)
  }
}
