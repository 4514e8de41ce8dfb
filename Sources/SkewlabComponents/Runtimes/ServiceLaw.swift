internal import OrderedCollections
internal import SkewlabEngine
internal import SkewlabNumerics

/// The law of the time that a worker takes for a request.
enum ServiceLaw: Sendable, Hashable {
  /// Milliseconds, the mean of an exponential law.
  case exponential(Double)
  /// Always as many milliseconds.
  case deterministic(Double)
  /// Mean in milliseconds, and coefficient of variation.
  case lognormal(mean: Double, variation: Double)
  /// Measured times in milliseconds, drawn with replacement.
  case samples([Double])

  /// Milliseconds: from a nanosecond to 30 years, so that no sum of times overflows or stands still.
  private static let times = NumberRange.between(1e-6, 1e12)

  static let parameter = Parameter<ServiceLaw>(
    "service",
    type: .either([
      .number(times),
      .map([
        "exponential": .number(times), "deterministic": .number(times),
        "lognormal": .map(["mean": .number(times), "variation": .number(.between(0, 1e6))]),
        "samples": .list(.number(times), atLeast: 1),
      ]),
    ]), required: true,
    about: """
      milliseconds that a worker takes for a request: a number, the mean of an exponential law, as is `{exponential: 10}`; `{deterministic: 10}`; `{lognormal: {mean: 10, variation: 1}}`, with the \
      standard deviation in means; or `{samples: [9.1, 12, …]}`, measured times, drawn with replacement
      """
  ) { $0.map(ServiceLaw.init(checked:)) }

  private init(checked node: DocumentNode) {
    let entry = node.entries?.elements.first
    let number = entry?.value.double ?? 1
    switch entry?.key {
    case "deterministic": self = .deterministic(number)
    case "lognormal": self = .lognormal(mean: entry?.value["mean"]?.double ?? 1, variation: entry?.value["variation"]?.double ?? 1)
    case "samples": self = .samples(entry?.value.numberOrNumbers ?? [1])
    case "exponential": self = .exponential(number)
    default: self = .exponential(node.double ?? 1)
    }
  }

  /// Refuses a law with none or several of its keys, and a lognormal one without a mean.
  static func check(_ arguments: Arguments) throws(ScenarioError) {
    guard let entries = arguments[given: parameter]?.entries else { return }
    guard entries.count == 1 else {
      throw arguments.outOfRange(parameter, allowed: "a number, or exactly one of exponential, deterministic, lognormal, samples")
    }
    if let lognormal = entries["lognormal"], lognormal["mean"] == nil {
      throw arguments.outOfRange(parameter, allowed: "a lognormal law with its `mean` in milliseconds")
    }
  }

  /// The mean in seconds.
  var mean: Double {
    switch self {
    case .exponential(let mean), .deterministic(let mean), .lognormal(let mean, _): mean / 1000
    case .samples(let times): times.reduce(0, +) / Double(times.count) / 1000
    }
  }

  /// Seconds, times `factor`, one a row.
  func draw(
    _ stream: RandomStream, at position: RandomStream.Position, rows: Range<Int>, draw: Int, factor: Double, into out: inout [Double]
  ) {
    var span = out.mutableSpan
    switch self {
    case .exponential(let mean):
      stream.exponentials(at: position, rows: rows, draw: draw, into: &span)
      for i in span.indices { span[i] *= mean / 1000 * factor }
    case .deterministic(let time):
      for i in span.indices { span[i] = time / 1000 * factor }
    case .lognormal(let mean, let variation):
      let variance = Elementary.log(1 + variation * variation), centre = Elementary.log(mean / 1000 * factor) - variance / 2
      stream.normals(at: position, rows: rows, draw: draw, into: &span)
      for i in span.indices { span[i] = Elementary.exp(centre + variance.squareRoot() * span[i]) }
    case .samples(let times):
      stream.uniforms(at: position, rows: rows, draw: draw, into: &span)
      for i in span.indices { span[i] = times[min(Int(span[i] * Double(times.count)), times.count - 1)] / 1000 * factor }
    }
  }
}
