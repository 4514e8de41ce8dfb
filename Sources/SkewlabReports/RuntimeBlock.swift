package import SkewlabExperiments

/// The lines of `skewlab doctor --runtime`: YAML for a scenario, what was measured in its comments.
package enum RuntimeBlock {
  /// The size of requests that the block is about.
  package static let rows = 256

  /// A `runtime:` section with the times of the BLAS-backed version as samples, and the plain one as its slowdown.
  ///
  /// - Parameters:
  ///   - times: What was measured; one of them for requests of ``rows`` rows.
  ///   - residentBytes: The memory of a process without requests; `nil` where it is not known.
  package static func text(_ times: [RuntimeTimes], residentBytes: Double?) -> String {
    guard let chosen = times.first(where: { $0.rows == rows }) else { preconditionFailure("requests of \(rows) rows are measured") }
    let samples = chosen.blas.seconds.map { Format.significant($0 * 1000, 4) }
    let read = samples.compactMap { Double($0) }
    let mean = read.reduce(0, +) / Double(read.count)
    let slowdown = chosen.plain.median / chosen.blas.median
    let arrivals = 0.8 * 1000 / (mean * max(1, slowdown))
    let memory = chosen.blas.bytes / 1e6
    var lines = [
      "# A linear predictor of \(RuntimeTimes.features) features, one thread, measured here. Version 1 is a plain loop, version 2 calls BLAS."
    ]
    lines.append("# rows a request   version 1, median   version 2, median   memory a request, version 1 and 2")
    for time in times {
      let cells = [
        left("\(time.rows)", 14), left(milliseconds(time.plain.median), 17), left(milliseconds(time.blas.median), 17),
        "\(megabytes(time.plain.bytes)), \(megabytes(time.blas.bytes))",
      ]
      lines.append("# " + cells.joined(separator: "   "))
    }
    lines += [
      "runtime:", "  kind: queue",
      "  arrivals: \(Format.significant(arrivals, 4))  # requests of \(rows) rows a second: the slower version is busy 80 % of the time",
      "  service:  # version 2, \(samples.count) requests, milliseconds",
      "    samples: [\(samples.joined(separator: ", "))]",
      "  slowdown: \(Format.significant(slowdown, 4))  # version 1 serves; 1 is version 2",
      "  deadline: \(Format.significant(5 * mean * max(1, slowdown), 4))  # milliseconds, five times what the slower version takes",
      "  fallback: mean",
      "  memory: {base: \(Format.significant((residentBytes ?? 0) / 1e6, 4)), per-request: \(Format.significant(memory, 4))}  # megabytes; add a limit to have restarts",
    ]
    return lines.joined(separator: "\n")
  }

  private static func milliseconds(_ seconds: Double) -> String { "\(Format.significant(seconds * 1000, 3)) ms" }
  private static func megabytes(_ bytes: Double) -> String { "\(Format.significant(bytes / 1e6, 3)) MB" }
  private static func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}
