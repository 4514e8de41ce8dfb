internal import SkewlabNumerics

/// What two versions of one linear predictor take for a request here: a loop as anyone would write it, "version 1", and BLAS (dgemv), "version 2".
package struct RuntimeTimes: Sendable, Hashable {
  /// What one version takes for requests of one size.
  package struct Version: Sendable, Hashable {
    /// Seconds of each of ``repetitions`` requests, one thread, as they came; reading the clock is in them.
    package let seconds: [Double]
    /// Bytes by which a request in flight, its input and its answer, enlarges this process.
    package let bytes: Double

    /// The middle one.
    package var median: Double { seconds.sorted()[seconds.count / 2] }
  }

  /// Rows in a request.
  package let rows: Int
  /// The loop, and BLAS.
  package let plain: Version, blas: Version

  package static let features = 200
  package static let repetitions = 40
  package static let sizes = [1, 16, 256, 4096]
  /// Bytes that requests in flight take in all where their memory is measured: enough that pages and the allocator's own do not count.
  private static let held = 64e6

  /// Measures both, request by request in turn, so that what else the machine does meets both.
  package static func measured() -> [RuntimeTimes] { sizes.map(measured) }

  private static func measured(rows: Int) -> RuntimeTimes {
    setBLASThreads(1)
    let stream = RandomStream(seed: 1, name: "doctor/runtime"), position = RandomStream.Position(replicate: 0, cycle: 0)
    let input = stream.normals(count: rows * features, at: position), weights = stream.normals(count: features, at: position, draw: 1)
    let versions = [scorePlainly, scoreByBLAS]
    var seconds: [[Double]] = [[], []]
    let clock = ContinuousClock()
    var sums = [0.0, 0.0]
    // The first requests find cold caches, and are not counted.
    for request in -10..<repetitions {
      for (index, version) in versions.enumerated() {
        let time = clock.measure { sums[index] += version(input, weights)[0] }
        if request >= 0 { seconds[index].append(max(time / .seconds(1), 1e-9)) }
      }
    }
    precondition(abs(sums[0] - sums[1]) <= 1e-9 * abs(sums[0]) + 1e-9, "both versions give the same predictions")
    let bytes = versions.map { bytesHeld(by: $0, input, weights) }
    return RuntimeTimes(
      rows: rows, plain: Version(seconds: seconds[0], bytes: bytes[0]), blas: Version(seconds: seconds[1], bytes: bytes[1]))
  }

  /// Row after row, feature after feature.
  private static func scorePlainly(_ input: [Double], _ weights: [Double]) -> [Double] {
    var scores: [Double] = []
    scores.reserveCapacity(input.count / weights.count)
    for start in stride(from: 0, to: input.count, by: weights.count) {
      var sum = 0.0
      for j in weights.indices { sum += input[start + j] * weights[j] }
      scores.append(sum)
    }
    return scores
  }

  /// The rows are the columns of a matrix as it lies in memory.
  private static func scoreByBLAS(_ input: [Double], _ weights: [Double]) -> [Double] {
    Matrix(rows: weights.count, columns: input.count / weights.count, elements: input).transposeTimes(weights)
  }

  /// By how much this process grows for each of many requests whose input and answer are kept; what they hold where the system does not say.
  private static func bytesHeld(by version: ([Double], [Double]) -> [Double], _ input: [Double], _ weights: [Double]) -> Double {
    let own = Double(8 * (input.count + input.count / weights.count))
    let count = Int(held / own) + 1
    var requests: [(input: [Double], answer: [Double])] = []
    requests.reserveCapacity(count)
    guard let before = residentBytes() else { return own }
    for _ in 0..<count {
      let copy = input.map { $0 + 0 }
      requests.append((copy, version(copy, weights)))
    }
    guard let after = residentBytes(), requests.count == count else { return own }
    // Pages that were free before are not seen to grow: never less than what is held.
    return max(own, (after - before) / Double(count))
  }

  /// Bytes of this process in memory, by /proc/self/status; `nil` where there is none.
  package static func residentBytes() -> Double? {
    guard let file = try? BlockFile(path: "/proc/self/status") else { return nil }
    var bytes = Array(repeating: UInt8(0), count: 65_536)
    guard let count = file.read(into: &bytes, from: 0, count: bytes.count) else { return nil }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("VmRSS:") }) else { return nil }
    return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
  }
}
