/// The events of a queue: requests come one after another, `workers` of them are worked on at a time, first come first served.
///
/// A request that comes while the process is down is lost. One that would bring the requests in flight above `capacity` makes the process restart: it is
/// lost with all that are in flight, and after `restart` seconds the process is up again, with nothing in flight. A request whose
/// client has given up is worked off like any other: nobody tells the process.
package struct QueueProcess: Sendable {
  /// The most requests that fit into the memory; `nil` when any number does.
  private let capacity: Int?
  private let restart: Double
  /// When each worker is free.
  private var workers = EventHeap()
  /// When each request in flight is answered, with its row.
  private var inFlight = EventHeap()
  private var clock = 0.0
  private var upAgain = 0.0

  /// Seconds from arrival to answer of each row so far: infinite for one that is lost; with a minus sign for one that may yet be lost.
  package private(set) var latencies: [Double] = []
  /// Rows before this one are decided.
  package private(set) var decided = 0
  /// What is counted from the first row on: requests let in, how many of them found no worker free, the sum of the seconds that they wait, answers, and restarts.
  package private(set) var admitted = 0, waited = 0, answered = 0, restarts = 0
  /// Seconds waited, in sum.
  package private(set) var waitSum = 0.0
  /// The most requests in flight at a time.
  package private(set) var mostInFlight = 0
  /// Seconds from the beginning to the last arrival that is counted.
  package private(set) var seconds = 0.0

  /// An empty process that is up.
  package init(workers count: Int, capacity: Int?, restart: Double) {
    self.capacity = capacity
    self.restart = restart
    for _ in 0..<count { workers.insert(0, 0) }
  }

  /// A request that is there at the beginning.
  package mutating func begin(service: Double) {
    let start = workers.first ?? 0
    workers.replaceFirst(start + service, 0)
    inFlight.insert(start + service, -1)
    mostInFlight = max(mostInFlight, inFlight.count)
  }

  /// The next request, so many seconds after the last. It belongs to the next row, unless it is there to warm up; what comes while rows are not `counted` any
  /// more decides the fate of those in flight, and is in no count.
  package mutating func arrive(after gap: Double, service: Double, warmsUp: Bool = false, counted: Bool = true) {
    clock += gap
    if counted { seconds = clock }
    let row = warmsUp ? -1 : latencies.count
    while let time = inFlight.first, time <= clock {
      settle(inFlight.removeFirst())
      if counted { answered += 1 }
    }
    if clock < upAgain {
      if row >= 0 { latencies.append(.infinity) }
    } else if let capacity, inFlight.count >= capacity {
      for lost in inFlight.numbers where lost >= 0 { latencies[lost] = .infinity }
      if row >= 0 { latencies.append(.infinity) }
      inFlight.removeAll()
      upAgain = clock + restart
      let count = workers.count
      workers.removeAll()
      for _ in 0..<count { workers.insert(upAgain, 0) }
      if counted { restarts += 1 }
    } else {
      let wait = max(0, (workers.first ?? 0) - clock)
      workers.replaceFirst(clock + wait + service, 0)
      inFlight.insert(clock + wait + service, row)
      // Without a limit nothing is ever lost, so that the fate of a request is known when it comes.
      if row >= 0 { latencies.append(capacity == nil ? wait + service : -(wait + service)) }
      if counted {
        admitted += 1
        waited += wait > 0 ? 1 : 0
        waitSum += wait
        mostInFlight = max(mostInFlight, inFlight.count)
      }
    }
    while decided < latencies.count, latencies[decided].sign == .plus { decided += 1 }
  }

  private mutating func settle(_ row: Int) {
    guard row >= 0 else { return }
    latencies[row] = abs(latencies[row])
  }

  /// Ends the warm-up: what is in flight stays, and counting begins.
  package mutating func beginCounting() {
    admitted = 0
    waited = 0
    answered = 0
    restarts = 0
    waitSum = 0
    mostInFlight = inFlight.count
    let past = clock
    clock = 0
    seconds = 0
    upAgain -= past
    workers.shift(by: -past)
    inFlight.shift(by: -past)
  }
}
