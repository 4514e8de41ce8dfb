public import SkewlabEngine
public import SkewlabNumerics

/// Runtime `queue`: requests wait for workers, and late ones get a fallback.
public struct Queue: Runtime {
  /// `queue`.
  public static let kind = "queue"
  /// One line.
  public static let summary = "requests wait for workers; late or lost ones get a fallback"
  /// The definition.
  public static let definition = """
    Row r is the r-th request of the cycle. Requests arrive as a Poisson process of rate λ = arrivals, wait for one of c = workers, first come first served, and take a service time S of \
    the law `service`, times `slowdown` in cycles from…until. A request is late when its time from arrival to answer passes `deadline`; it is worked off all the same. A late or lost request is \
    served the fallback: `mean`, the mean label of the rows that the model was fitted on; `last-known`, the model's prediction for the latest earlier request of the cycle that was served in time (before there is one: the mean); \
    `previous-model`, what the model before this one says of the same row (before there is one: the mean); or a constant, on the model's scale.
    Memory in use is base + per-request × requests in flight (waiting or worked on). A request that would pass the limit restarts the process: it is lost with all in flight, and so is every request that \
    comes within the seconds of the restart.
    Every cycle starts anew, in the steady state: exactly so for exponential service without a memory limit (the first request finds a number in system drawn from the law of M/M/c), otherwise from an empty process after `warm-up` requests that \
    are not rows, 10,000 unless given; as a yardstick, the start is forgotten at the rate (1 − √ρ)²/ρ a request, ρ = λE[S]/c. A load ρ of 1 or more has no steady state: it needs a `warm-up`, 0 being an empty start, or a memory limit. Requests go on arriving after the last row. \
    For M/M/1 and deadline D, P(late) = e^(−(μ−λ)D), μ = 1/E[S]. Latencies take 8 bytes a row.
    """
  /// The source.
  public static let source = "R. B. Cooper, Introduction to Queueing Theory, 2nd edition, 1981"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [
    arrivals, ServiceLaw.parameter, workers, deadline, Fallback.parameter, slowdown, from, until, QueueMemory.parameter, warmUp,
  ]
  static let arrivals = Parameter.number("arrivals", in: .between(1e-9, 1e9), about: "λ, requests a second")
  static let workers = Parameter.integer("workers", default: 1, in: 1...10_000, about: "c, requests worked on at a time")
  static let deadline = Parameter.optionalNumber(
    "deadline", in: .above(0), about: "milliseconds from arrival after which an answer is late; none is late unless given")
  static let slowdown = Parameter.number(
    "slowdown", default: 1, in: .between(1e-6, 1e6), about: "multiplies every service time: how many times as slow the serving version is")
  static let from = Parameter.integer("from", default: 0, in: 0...1_000_000, about: "the first cycle of the slowdown")
  static let until = Parameter.optionalInteger(
    "until", in: 0...1_000_000, about: "the last cycle of the slowdown; the end unless given")
  static let warmUp = Parameter.optionalInteger(
    "warm-up", in: 0...1_000_000,
    about: "requests before the first row of every cycle, from an empty process; see above for what happens without")
  /// λ = 50/s, μ = 100/s, D = 50 ms.
  public static let example: DocumentNode = ["arrivals": 50, "service": 10, "deadline": 50]

  /// How far below 1 a load has to stay for a start in the steady state: at 1 − 10⁻⁶ it has a
  /// million requests in the queue, on average, and each is drawn.
  private static let leastSlack = 1e-6
  /// The most requests in flight, 24 bytes each, when there is room for more than can be worked off.
  private static let mostInFlight = 1e7

  private enum Start: Sendable {
    case stationary
    case warmUp(Int)
  }

  private let rate: Double
  private let service: ServiceLaw
  private let workerCount: Int
  /// Seconds; infinite when nothing is late.
  private let deadline: Double
  private let fallback: Fallback
  private let factor: Double
  private let slowed: ClosedRange<Int>
  private let memory: QueueMemory?
  private let start: Start
  private let rows: Int
  private let arrivalStream: RandomStream, serviceStream: RandomStream, startStream: RandomStream

  // The cycle.
  private var position = RandomStream.Position(replicate: 0, cycle: 0)
  private var process: QueueProcess
  private var gaps: [Double] = [], services: [Double] = []
  private var served = 0
  private var lastKnown: Double?

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    try ServiceLaw.check(arguments)
    try Fallback.check(arguments)
    try QueueMemory.check(arguments)
    rate = arguments[Self.arrivals]
    service = arguments[ServiceLaw.parameter]
    workerCount = arguments[Self.workers]
    deadline = arguments[Self.deadline].map { $0 / 1000 } ?? .infinity
    fallback = arguments[Fallback.parameter]
    factor = arguments[Self.slowdown]
    let first = arguments[Self.from], last = arguments[Self.until] ?? .max
    guard first <= last else { throw arguments.outOfRange(Self.until, allowed: "\(first) or more, the cycle in `from`") }
    slowed = first...last
    memory = arguments[QueueMemory.parameter]
    rows = arguments.context.rows
    arrivalStream = arguments.stream("arrivals")
    serviceStream = arguments.stream("service")
    startStream = arguments.stream("start")
    let capacity = memory?.capacity
    if let given = arguments[Self.warmUp] {
      start = .warmUp(given)
    } else if capacity == nil, case .exponential = service {
      start = .stationary
    } else {
      start = .warmUp(10_000)
    }
    let isAlwaysSlowed = first == 0 && last >= arguments.context.cycles, isEverSlowed = first <= arguments.context.cycles
    let slowest = isAlwaysSlowed ? factor : isEverSlowed ? max(1, factor) : 1
    let load = rate * service.mean * slowest / Double(workerCount)
    if load > 1 - Self.leastSlack, capacity == nil, arguments[given: Self.warmUp] == nil {
      throw arguments.error(
        .conflict(
          "the load is \(decimalText(load)), arrivals × mean service time × slowdown / workers, so that the queue grows without end and has no steady state to start in",
          advice: "lower it below 1, or give `warm-up: 0` to start every cycle with an empty queue"), at: Self.arrivals)
    }
    if let capacity {
      let warmUp = if case .warmUp(let count) = start { count } else { 0 }
      let following = min(Double(capacity), load * Double(rows + warmUp))
      guard following <= Self.mostInFlight else {
        throw arguments.error(
          .conflict(
            "about \(decimalText(following.rounded())) requests would be in flight before the fate of the last row is known; \(decimalText(Self.mostInFlight)) may be",
            advice: "lower `arrivals` or `limit`, or raise `workers`"), at: QueueMemory.parameter)
      }
    }
    process = QueueProcess(workers: workerCount, capacity: capacity, restart: memory?.restart ?? 0)
  }

  /// Time, and memory where it has one.
  public var measures: RuntimeTraits { memory == nil ? .time : [.time, .memory] }
  /// For its fallback.
  public var usesPreviousModel: Bool { fallback == .previousModel }

  /// Whether the first request comes at once: what arrivals find is the steady state (Poisson arrivals see time averages), and not what is left of it after a gap.
  private var startsInState: Bool {
    if case .stationary = start { true } else { false }
  }

  private var slowdown: Double { slowed.contains(Int(position.cycle)) ? factor : 1 }

  /// Starts anew.
  public mutating func beginCycle(at position: RandomStream.Position) {
    self.position = position
    served = 0
    lastKnown = nil
    process = QueueProcess(workers: workerCount, capacity: memory?.capacity, restart: memory?.restart ?? 0)
    gaps = []
    services = []
    switch start {
    case .stationary:
      let law = StationaryNumber(load: rate * service.mean * slowdown, workers: workerCount)
      let count = law.draw(startStream.uniform(at: position, draw: 1), startStream.uniform(at: position, draw: 2))
      var times = Array(repeating: 0.0, count: count)
      service.draw(startStream, at: position, rows: 0..<count, draw: 0, factor: slowdown, into: &times)
      for time in times { process.begin(service: time) }
    case .warmUp(let count):
      for row in 0..<count {
        draw(row, of: 1)
        process.arrive(after: gaps[row % Simulation.blockRows], service: services[row % Simulation.blockRows], warmsUp: true)
      }
      process.beginCounting()
    }
  }

  /// Draws times for the block that begins at a request.
  private mutating func draw(_ request: Int, of draw: Int) {
    guard request % Simulation.blockRows == 0 else { return }
    let block = request..<(request + Simulation.blockRows)
    var gaps = self.gaps.taken(), services = self.services.taken()
    if gaps.isEmpty {
      gaps = Array(repeating: 0, count: block.count)
      services = gaps
    }
    Self.drawGaps(arrivalStream, at: position, block, draw, rate: rate, into: &gaps)
    service.draw(serviceStream, at: position, rows: block, draw: draw, factor: slowdown, into: &services)
    self.gaps = gaps
    self.services = services
  }

  private static func drawGaps(
    _ stream: RandomStream, at position: RandomStream.Position, _ rows: Range<Int>, _ draw: Int, rate: Double, into gaps: inout [Double]
  ) {
    var span = gaps.mutableSpan
    stream.exponentials(at: position, rows: rows, draw: draw, into: &span)
    for i in span.indices { span[i] /= rate }
  }

  /// Lets time pass until the fate of every row of the block is known, and replaces what is late or lost.
  public mutating func serve(_ predictions: inout MutableSpan<Double>, previous: Span<Double>, rows: Range<Int>, deployed: DeployedModel) {
    while process.decided < rows.upperBound {
      let row = process.latencies.count
      draw(row, of: 0)
      process.arrive(
        after: row == 0 && startsInState ? 0 : gaps[row % Simulation.blockRows], service: services[row % Simulation.blockRows],
        counted: row < self.rows)
    }
    for (i, row) in rows.enumerated() {
      if process.latencies[row] <= deadline, process.latencies[row] < .infinity {
        lastKnown = predictions[i]
        continue
      }
      switch fallback {
      case .mean: predictions[i] = deployed.meanLabel
      case .lastKnown: predictions[i] = lastKnown ?? deployed.meanLabel
      case .previousModel: predictions[i] = previous.isEmpty ? deployed.meanLabel : previous[i]
      case .constant(let value): predictions[i] = value
      }
    }
    served = rows.upperBound
  }

  /// What the rows of the cycle met.
  public mutating func endCycle() -> RuntimeMeasurements? {
    guard served > 0 else { return nil }
    let latencies = process.latencies[..<served]
    let answered = latencies.filter(\.isFinite).sorted()
    func percentile(_ p: Int) -> Double? {
      answered.isEmpty ? nil : answered[max(1, (p * answered.count + 99) / 100) - 1] * 1000
    }
    func share(_ count: Int, of all: Int) -> Double? { all == 0 ? nil : Double(count) / Double(all) }
    return RuntimeMeasurements(
      latencyP50: percentile(50), latencyP95: percentile(95), latencyP99: percentile(99),
      meanWait: process.admitted == 0 ? nil : process.waitSum / Double(process.admitted) * 1000,
      waitingShare: share(process.waited, of: process.admitted),
      lateShare: share(latencies.count { !($0 <= deadline && $0.isFinite) }, of: served) ?? 0,
      lostShare: share(served - answered.count, of: served) ?? 0,
      throughput: process.seconds > 0 ? Double(process.answered) / process.seconds : nil,
      peakMemory: memory.map { $0.base + $0.perRequest * Double(process.mostInFlight) }, restarts: memory.map { _ in process.restarts })
  }
}
