import SkewlabNumerics
import Testing

/// Forces each instruction set that this machine has, and compares every bit with the baseline's.
@Suite struct InstructionSetTests {
  private let stream = RandomStream(seed: 7, name: "instruction/sets")
  private let place = RandomStream.Position(replicate: 5, cycle: 11)
  /// Starts inside and between blocks, and past 2³² rows; counts below, at and above vectors and batches.
  private let starts = [0, 1, 2, 7, 1_023, 1 << 32 - 3, 1 << 32 + 1]
  private let counts = [0, 1, 2, 3, 5, 15, 16, 17, 31, 33, 64, 127, 255, 511, 1_023, 1_024, 1_025, 2_051]

  @Test func `forcing a set chooses it, and only inside`() {
    let before = InstructionSet.inUse
    #expect(before == InstructionSet.best)
    #expect(InstructionSet.baseline.isAvailable)
    for set in InstructionSet.allCases where set.isAvailable {
      #expect(set.force { InstructionSet.inUse } == set)
      #expect(InstructionSet.inUse == before)
    }
  }

  @Test func `paired laws`() {
    expectSameBits { rows, out in stream.uniforms(at: place, rows: rows, into: &out) }
    expectSameBits { rows, out in stream.normals(at: place, rows: rows, draw: 3, into: &out) }
    expectSameBits { rows, out in stream.exponentials(at: place, rows: rows, into: &out) }
  }

  @Test func `laws of one block a row`() {
    for degreesOfFreedom in [0.2, 1, 3, 1e6] {
      expectSameBits(below: 1 << 32) { rows, out in
        stream.studentT(degreesOfFreedom: degreesOfFreedom, at: place, rows: rows, into: &out)
      }
    }
    expectSameBits(below: 1 << 32) { rows, out in stream.poisson(mean: 12, at: place, rows: rows, into: &out) }
  }

  @Test func `lanes and integers`() {
    for start in starts {
      for count in counts {
        expectSameBits("\(count) rows from \(start)") {
          var lanes = [UInt64](repeating: 0, count: count), integers = lanes
          var span = lanes.mutableSpan
          stream.lanes(at: place, rows: start..<start + count, into: &span)
          span = integers.mutableSpan
          stream.integers(below: 1_000_003, at: place, rows: start..<start + count, into: &span)
          return lanes + integers
        }
      }
    }
  }

  @Test func `row words wrap at the end of their range`() {
    let end = 1 << 33
    expectSameBits("the last rows") {
      var values = [Double](repeating: .nan, count: 77)
      var span = values.mutableSpan
      stream.normals(at: place, rows: end - 77..<end, into: &span)
      return values.map(\.bitPattern)
    }
  }

  @Test func `elementary functions, special values too`() {
    let special = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, 0x1p-1074, 0x1p-1022, 709.79, -745.14, 1e308, -1e308, 0.25, 0.75]
    let spread = stream.normals(count: 4_000, at: place).enumerated().map { $1 * [1e-300, 1e-9, 1, 30, 400, 1e300][$0 % 6] }
    let values = special + spread + special
    let turns = [0, 0.125, 0.25, 0.375, 0.5, 1] + stream.uniforms(count: 4_001, at: place)
    for count in counts + [values.count] {
      expectSameBits("\(count) values") {
        var log = [Double](repeating: .nan, count: count), exp = log, expm1 = log
        var span = log.mutableSpan
        Elementary.log(values.span.extracting(0..<count), into: &span)
        span = exp.mutableSpan
        Elementary.exp(values.span.extracting(0..<count), into: &span)
        span = expm1.mutableSpan
        Elementary.expm1(values.span.extracting(0..<count), into: &span)
        var logistic = Array(values[..<count]), softplus = log
        span = logistic.mutableSpan
        Elementary.logistic(&span)
        span = softplus.mutableSpan
        Elementary.softplus(values.span.extracting(0..<count), into: &span)
        let loss = LogLoss.sum(logistic.span, values.span.extracting(0..<count))
        return (log + exp + expm1 + logistic + softplus + [loss]).map(Self.bits)
      }
      expectSameBits("\(count) turns") {
        let count = min(count, turns.count)
        var cosines = [Double](repeating: .nan, count: count), sines = cosines
        var first = cosines.mutableSpan, second = sines.mutableSpan
        Elementary.cosineAndSine(turns: turns.span.extracting(0..<count), cosines: &first, sines: &second)
        return (cosines + sines).map(Self.bits)
      }
    }
  }

  @Test func `feature handling, special values too`() {
    let special = [
      0, -0.0, 1, -1, 0.5, 2.5, -2.5, .infinity, -.infinity, .nan, 0x1p-1074, 0x1p-1022, 65_520, 3.5e38, 1e308, -1e308, 0x1p52, 0x1p53,
    ]
    let spread = stream.normals(count: 2_100, at: place).enumerated().map { $1 * [1e-300, 1e-9, 1, 30, 4e4, 1e38][$0 % 6] }
    let values = special + spread
    let changes: [(String, (Span<Double>, inout MutableSpan<Double>) -> Void)] = [
      ("copy", { Columns.copy($0, into: &$1) }),
      ("fill", { Columns.fillMissing($0, with: 7, into: &$1) }),
      ("mark", { Columns.markMissing($0, into: &$1) }),
      ("rescale", { Columns.rescale($0, origin: 0.1, factor: 3.7, offset: 0.3, into: &$1) }),
      ("clip", { Columns.clip($0, low: -1.5, high: 20, into: &$1) }),
      ("log1p", { Columns.log1p($0, into: &$1) }),
      ("log", { Columns.log($0, offset: 0.5, divisor: 2.3, into: &$1) }),
      ("bins", { Columns.countEdges($0, [-1, 0, 1, 2.5], includesEqual: true, into: &$1) }),
      ("bins on the right", { Columns.countEdges($0, [-1, 0, 1, 2.5], includesEqual: false, into: &$1) }),
      ("mark equal", { Columns.markEqual($0, to: 1, into: &$1) }),
      ("look up", { Columns.lookUp($0, in: [3, 1, 4], missing: -1, other: -2, into: &$1) }),
      ("multiply", { Columns.multiply($0, by: $0, into: &$1) }),
      ("float32", { Columns.round($0, to: .float32, into: &$1) }),
      ("float16", { Columns.round($0, to: .float16, into: &$1) }),
      ("bfloat16", { Columns.round($0, to: .bfloat16, into: &$1) }),
    ]
    let powers = [0, 0.5, 1, 2, 7, -3, 1.5, 0.3, -1.7].map { power in
      ("power \(power)", { (x: Span<Double>, out: inout MutableSpan<Double>) in Columns.power(x, power, into: &out) })
    }
    let roundings = Columns.Rounding.allCases.map { rounding in
      (
        rounding.rawValue,
        { (x: Span<Double>, out: inout MutableSpan<Double>) in Columns.round(x, scale: 16, rounding, low: -1e6, high: 1e6, into: &out) }
      )
    }
    for (name, change) in changes + powers + roundings {
      for count in counts + [values.count] {
        expectSameBits("\(name) of \(count) values") {
          let count = min(count, values.count)
          var out = [Double](repeating: .nan, count: count)
          var span = out.mutableSpan
          change(values.span.extracting(0..<count), &span)
          return out.map(Self.bits)
        }
      }
    }
    expectSameBits("turns") {
      var cosines = [Double](repeating: .nan, count: 2_051), sines = cosines
      var first = cosines.mutableSpan, second = sines.mutableSpan
      Columns.cosineAndSine(
        spread.span.extracting(0..<2_051), start: 0.3, period: 2.7, cosines: &first, sines: &second)
      return (cosines + sines).map(Self.bits)
    }
  }

  @Test func `weighted sums of columns`() {
    for columns in [0, 1, 2, 3, 4, 5, 7, 8, 9, 20] {
      for rows in counts where rows > 0 {
        let matrix = Matrix(rows: rows, columns: columns, elements: stream.normals(count: rows * columns, at: place))
        let weights = stream.normals(count: columns, at: place, draw: 1)
        var half = Matrix.identity(columns)
        for j in 0..<columns / 2 { half[j, j] = 0 }
        expectSameBits("\(rows) rows of \(columns) columns") {
          var sums = [Double](repeating: .nan, count: rows)
          var span = sums.mutableSpan
          matrix.addProduct(rows: 0..<rows, weights: weights, constant: 0.7, into: &span)
          matrix.add(rows: 0..<rows, weights: weights, through: half, to: &span)
          return sums.map(\.bitPattern)
        }
      }
    }
  }

  @Test func `moments, of all rows and of chosen ones`() {
    for rows in counts where rows > 0 {
      for columns in [1, 2, 3, 4, 5, 8, 13] {
        let matrix = Matrix(rows: rows, columns: columns, elements: stream.normals(count: rows * columns, at: place).map { 1e4 + $0 })
        let block = 0..<min(rows, 1024)
        let flags = (0..<rows).map { $0 % 5 == 0 }, seen = [Double](repeating: 1, count: rows)
        expectSameBits("\(rows) rows of \(columns) columns") {
          var moments = Moments(dimension: columns), parts = Moments(dimension: columns + 1)
          moments.add(matrix, rows: 0..<rows)
          var chosen = ChosenRows(capacity: block.count, columns: columns + 1), scratch = MomentsBlock(dimension: columns + 1)
          for evaluation in [false, true] {
            chosen.choose(block, where: flags.span, are: evaluation, seen: seen.span)
            guard chosen.count > 0 else { continue }
            scratch.fill(chosen, of: matrix, last: matrix.column(0))
            parts.add(scratch)
          }
          return (moments.mean + moments.cross.elements + parts.mean + parts.cross.elements).map(\.bitPattern)
        }
      }
    }
  }

  @Test func `sums of pairs`() {
    for count in counts where count > 0 {
      let x = stream.normals(count: count, at: place), y = stream.normals(count: count, at: place, draw: 1)
      expectSameBits("\(count) pairs") {
        let sums = PairSums(x.span, y.span)
        return [sums.meanX, sums.meanY, sums.xx, sums.yy, sums.xy, sums.squaredDifferences, sums.absoluteDifferences].map(\.bitPattern)
      }
    }
  }

  @Test func `columns are added to what is there`() {
    let matrix = Matrix([[1, .infinity, 10, 100], [2, .nan, 20, 200], [3, -.infinity, 30, 300]])
    var sums = [0.5, 0.25]
    var span = sums.mutableSpan
    // Factors 1, 0, 2 and 3; a column times zero is left out.
    matrix.add(rows: 1..<3, weights: [1, 2], through: Matrix([[1, 0], [2, -1], [0, 1], [1, 1]]), to: &span)
    #expect(sums == [642.5, 963.25])
  }

  /// NaN has many bit patterns, and which one comes out is nowhere promised.
  private static func bits(_ value: Double) -> UInt64 { value.isNaN ? Double.nan.bitPattern : value.bitPattern }

  private func expectSameBits(below limit: Int = 1 << 33, _ fill: (Range<Int>, inout MutableSpan<Double>) -> Void) {
    for start in starts {
      for count in counts where start + count <= limit {
        expectSameBits("\(count) rows from \(start)") {
          var values = [Double](repeating: .nan, count: count)
          var span = values.mutableSpan
          fill(start..<start + count, &span)
          return values.map(\.bitPattern)
        }
      }
    }
  }

  private func expectSameBits(_ what: String, _ values: () -> [UInt64]) {
    let expected = InstructionSet.baseline.force(values)
    for set in InstructionSet.allCases where set != .baseline && set.isAvailable {
      #expect(set.force(values) == expected, "\(set.rawValue): \(what)")
    }
  }
}
