internal import SkewlabNumerics

/// How long the BLAS of this process takes for what Skewlab asks of it most, at 200 features.
package struct KernelTimes: Sendable, Hashable {
  /// The kernel that was in use.
  package let kernel: String
  /// Seconds, one a task.
  package let seconds: [Double]

  /// Below this gain a kernel is not worth a setting: it would not show beside the random numbers and the reading of a run.
  package static let materialGain = 1.1
  package static let tasks = ["moments of 1,024 rows", "product", "solution"]
  private static let features = 200
  /// Each task is repeated for so long, and the shortest time counts.
  private static let patience = Duration.milliseconds(25)

  /// Times the tasks, with one BLAS thread as in every run.
  package static func measured() -> KernelTimes {
    setBLASThreads(1)
    let numbers = RandomStream(seed: 1, name: "doctor").normals(count: MomentsBlock.size * features, at: .init(replicate: 0, cycle: 0))
    let rows = Matrix(rows: MomentsBlock.size, columns: features, elements: numbers)
    var moments = Moments(dimension: features)
    moments.add(rows, rows: 0..<rows.rows)
    let square = moments.covariance(), right = Array(repeating: 1.0, count: features)
    return KernelTimes(
      kernel: BLASInfo.current.coreName,
      seconds: [
        shortest {
          var moments = Moments(dimension: features)
          moments.add(rows, rows: 0..<rows.rows)
          return moments.weight
        },
        shortest { (square * square)[0, 0] },
        shortest { SymmetricSystem.solve(square, right).reciprocalCondition },
      ])
  }

  private static func shortest(_ task: () -> Double) -> Double {
    let clock = ContinuousClock(), start = clock.now
    var best = Duration.seconds(1), check = 0.0
    while start.duration(to: clock.now) < patience { best = min(best, clock.measure { check += task() }) }
    precondition(check.isFinite, "a task gives numbers")
    return best / .seconds(1)
  }

  /// One line, for the process that asked.
  package var text: String { ([kernel] + seconds.map { "\($0)" }).joined(separator: " ") }

  package init?(text: String) {
    let words = text.split { $0 == " " || $0 == "\n" }
    let numbers = words.dropFirst().compactMap { Double($0) }
    guard let first = words.first, numbers.count == Self.tasks.count, words.count == numbers.count + 1, numbers.allSatisfy({ $0 > 0 })
    else {
      return nil
    }
    self.init(kernel: String(first), seconds: numbers)
  }

  package init(kernel: String, seconds: [Double]) {
    self.kernel = kernel
    self.seconds = seconds
  }

  /// The shorter of each time; the kernel is this one's.
  package func merged(_ other: KernelTimes) -> KernelTimes {
    KernelTimes(kernel: kernel, seconds: zip(seconds, other.seconds).map { min($0, $1) })
  }

  /// How many times as fast as another: the geometric mean over the tasks.
  package func gain(over other: KernelTimes) -> Double {
    Elementary.exp(zip(other.seconds, seconds).reduce(0) { $0 + Elementary.log($1.0 / $1.1) } / Double(seconds.count))
  }
}
