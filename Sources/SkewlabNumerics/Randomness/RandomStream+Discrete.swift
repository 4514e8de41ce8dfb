internal import CSkewlabKernels

extension RandomStream {
  /// Bernoulli variables, 1 where the row's uniform is below the probability and else 0.
  ///
  /// P(1) is the probability rounded to a multiple of 2⁻⁵², so 0 and 1 are certain. Draws with the same place and rising
  /// probability only turn zeros into ones. Other parameters as for ``uniforms(at:rows:draw:into:)``.
  ///
  /// - Parameters:
  ///   - probability: P(1), in 0...1.
  ///   - position: Replicate and cycle.
  ///   - rows: Half-open range of row numbers, in 0..<2³³.
  ///   - draw: Which of several draws a row, in 0..<65,536.
  ///   - out: One element a row.
  public func bernoulli(
    probability: Double, at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>
  ) {
    precondition(0 <= probability && probability <= 1, "the probability must be in 0...1")
    uniforms(at: position, rows: rows, draw: draw, into: &out)
    for i in out.indices { out[i] = out[i] < probability ? 1 : 0 }
  }

  /// Bernoulli variables with a probability of its own for each row; see ``bernoulli(probability:at:rows:draw:into:)``.
  public func bernoulli(
    probabilities: Span<Double>, at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>
  ) {
    precondition(probabilities.count == out.count, "one probability a row")
    uniforms(at: position, rows: rows, draw: draw, into: &out)
    for i in out.indices {
      precondition(0 <= probabilities[i] && probabilities[i] <= 1, "the probability must be in 0...1")
      out[i] = out[i] < probabilities[i] ? 1 : 0
    }
  }

  /// Integers uniform on 0..<bound, without bias, by multiplication with rejection.
  ///
  /// A rejected lane is redrawn from the same row at the next attempt word. Source: Lemire, "Fast random integer generation in an
  /// interval", ACM Transactions on Modeling and Computer Simulation 29 (2019).
  ///
  /// - Parameters:
  ///   - bound: The number of values, at least 1.
  ///   - position: Replicate and cycle.
  ///   - rows: Half-open range of row numbers, in 0..<2³³.
  ///   - draw: Which of several draws a row, in 0..<65,536.
  ///   - out: One element a row.
  public func integers(
    below bound: UInt64, at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<UInt64>
  ) {
    precondition(bound > 0, "the bound must be at least 1")
    lanes(at: position, rows: rows, draw: draw, into: &out)
    let threshold = (0 &- bound) % bound
    for i in out.indices {
      out[i] = reduce(out[i], below: bound, threshold: threshold, position, row: rows.lowerBound + i, draw: draw)
    }
  }

  /// A uniformly distributed permutation of 0..<count: the Fisher–Yates shuffle, element i swapped with one of 0...i.
  ///
  /// Element i draws its partner at row i, as ``integers(below:at:rows:draw:into:)`` does, so it is unbiased.
  public func permutation(of count: Int, at position: Position, draw: Int = 0) -> [Int] {
    precondition(count >= 0, "the count must not be negative")
    var random = [UInt64](repeating: 0, count: count)
    var span = random.mutableSpan
    lanes(at: position, rows: 0..<count, draw: draw, into: &span)
    var result = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      let bound = UInt64(i + 1)
      let partner = reduce(random[i], below: bound, threshold: (0 &- bound) % bound, position, row: i, draw: draw)
      result.swapAt(i, Int(partner))
    }
    return result
  }

  /// The raw 64-bit lane of each row; what every paired law is made of. Parameters as for ``uniforms(at:rows:draw:into:)``.
  public func lanes(at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<UInt64>) {
    lanes(at: position, rows: rows, draw: draw, attempt: 0, into: &out)
  }

  private func lanes(at position: Position, rows: Range<Int>, draw: Int, attempt: Int, into out: inout MutableSpan<UInt64>) {
    Self.checkPaired(rows, out.count)
    let at = counter(position, draw: draw, attempt: attempt)
    let before = Work.randomNumbers.begin()
    defer { before.begin() }
    unsafe out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return }
      unsafe skewlab_lanes(at, UInt64(rows.lowerBound), rows.count, base)
    }
  }

  private func reduce(
    _ lane: UInt64, below bound: UInt64, threshold: UInt64, _ position: Position, row: Int, draw: Int
  ) -> UInt64 {
    var product = lane.multipliedFullWidth(by: bound)
    var attempt = 0
    while product.low < threshold {
      attempt += 1
      var next: [1 of UInt64] = [0]
      var span = next.mutableSpan
      lanes(at: position, rows: row..<row + 1, draw: draw, attempt: attempt, into: &span)
      product = next[0].multipliedFullWidth(by: bound)
    }
    return product.high
  }
}
