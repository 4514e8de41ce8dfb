internal import CSkewlabKernels

extension RandomStream {
  /// Poisson variables, as doubles: the exact law for any mean in 0...10⁹.
  ///
  /// Row r uses one block an attempt, row word r, draw word `draw · 2¹⁶ + attempt`. Below mean 10: inversion of the first uniform
  /// by sequential search, one attempt. From 10 on: transformed rejection with squeeze (algorithm PTRS of Hörmann, "The
  /// transformed rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12 (1993)
  /// 39–45), with the log-probability in Loader's form, which keeps its relative accuracy at large means.
  ///
  /// - Parameters:
  ///   - mean: In 0...10⁹.
  ///   - position: Replicate and cycle.
  ///   - rows: Half-open range of row numbers, in 0..<2³².
  ///   - draw: Which of several draws a row, in 0..<65,536.
  ///   - out: One element a row.
  public func poisson(mean: Double, at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>) {
    precondition(0 <= mean && mean <= 1e9, "the mean must be in 0...1e9")
    Self.checkUnpaired(rows, out.count)
    guard mean >= 10 else { return smallPoisson(mean: mean, at: position, rows: rows, draw: draw, into: &out) }
    let sampler = TransformedRejection(mean: mean)
    withBlocks(at: position, rows: rows, draw: draw) { i, block in
      var block = block
      var attempt = 0
      while true {
        if let value = sampler.value(uniform(block[0]), uniform(block[1])) {
          out[i] = value
          return
        }
        attempt += 1
        var span = block.mutableSpan
        Philox.fillBlocks(
          counter(position, draw: draw, attempt: attempt), firstBlock: UInt32(rows.lowerBound + i), into: &span)
      }
    }
  }

  /// Inversion: the smallest k with u ≤ P(X ≤ k). The sum stops growing near 1 − 10⁻¹⁶, where the search ends too.
  private func smallPoisson(
    mean: Double, at position: Position, rows: Range<Int>, draw: Int, into out: inout MutableSpan<Double>
  ) {
    var cumulative: [Double] = []
    var k = 0.0
    var sum = 0.0
    while true {
      let next = sum + (mean == 0 ? 1 : SaddlePoint.poisson(k, mean: mean))
      if (next == sum || sum == 1) && k > mean { break }
      sum = next
      cumulative.append(sum)
      k += 1
    }
    withBlocks(at: position, rows: rows, draw: draw) { i, block in
      let u = uniform(block[0])
      var k = 0
      while k < cumulative.count - 1 && u > cumulative[k] { k += 1 }
      out[i] = Double(k)
    }
  }

  private func uniform(_ lane: UInt64) -> Double {
    (Double(bitPattern: 0x3FF0_0000_0000_0000 | lane >> 12) - 1) + 0x1p-53
  }

  /// Calls the body with (index, first-attempt block) for each row.
  private func withBlocks(at position: Position, rows: Range<Int>, draw: Int, _ body: (Int, [2 of UInt64]) -> Void) {
    let batch = 256
    var lanes = [UInt64](repeating: 0, count: 2 * min(batch, rows.count))
    let at = counter(position, draw: draw)
    for start in stride(from: 0, to: rows.count, by: batch) {
      let count = min(batch, rows.count - start)
      var span = lanes.mutableSpan
      Philox.fillBlocks(at, firstBlock: UInt32(rows.lowerBound + start), into: &span)
      for i in 0..<count { body(start + i, [lanes[2 * i], lanes[2 * i + 1]]) }
    }
  }
}

/// Hörmann's PTRS: constants and one attempt.
private struct TransformedRejection {
  let mean: Double
  let a: Double
  let b: Double
  let inverseAlpha: Double
  let squeeze: Double

  init(mean: Double) {
    self.mean = mean
    b = 0.931 + 2.53 * mean.squareRoot()
    a = -0.059 + 0.02483 * b
    inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    squeeze = 0.9277 - 3.6224 / (b - 2)
  }

  func value(_ u: Double, _ v: Double) -> Double? {
    let centred = u - 0.5
    let distance = 0.5 - abs(centred)
    let k = ((2 * a / distance + b) * centred + mean + 0.43).rounded(.down)
    if distance >= 0.07 && v <= squeeze { return k }
    if k < 0 || (distance < 0.013 && v > distance) { return nil }
    let hat = Elementary.log(v * inverseAlpha / (a / (distance * distance) + b))
    return hat <= SaddlePoint.logPoisson(k, mean: mean) ? k : nil
  }
}
