import SkewlabNumerics
import Testing

@Suite struct MomentsTests {
  private let origin = RandomStream.Position(replicate: 0, cycle: 0)

  /// n × p normal numbers times scale plus shift.
  private func table(_ n: Int, _ p: Int, scale: Double = 1, shift: Double = 0) -> Matrix {
    let values = RandomStream(seed: 5, name: "moments").normals(count: n * p, at: origin)
    return Matrix(rows: n, columns: p, elements: values.map { scale * $0 + shift })
  }

  private func moments(_ block: Matrix, _ rows: Range<Int>? = nil) -> Moments {
    var result = Moments(dimension: block.columns)
    result.add(block, rows: rows ?? 0..<block.rows)
    return result
  }

  @Test func `small integers by hand`() {
    let result = moments(Matrix([[1, 2], [3, 6], [5, 1]]))
    #expect(result.weight == 3 && result.count == 3 && result.mean == [3, 3])
    #expect(result.cross == Matrix([[8, -2], [-2, 14]]))
    #expect(result.covariance(ddof: 1) == Matrix([[4, -1], [-1, 7]]))
    #expect(relativeError(result.secondMoment().elements, [35.0 / 3, 25.0 / 3, 25.0 / 3, 41.0 / 3]) < Tolerance.nearlyExact)
  }

  @Test func `chunks that begin at multiples of 1024 give the same bits`() {
    let block = table(5000, 4)
    let whole = moments(block)
    for step in [1024, 2048, 4096] {
      var parts = Moments(dimension: 4)
      for start in stride(from: 0, to: 5000, by: step) { parts.add(block, rows: start..<min(5000, start + step)) }
      #expect(parts == whole, "steps of \(step)")
    }
  }

  @Test func `merging blocks of 1024 gives the same bits as adding them`() {
    let block = table(4096, 3)
    var merged = Moments(dimension: 3)
    for start in stride(from: 0, to: 4096, by: 1024) { merged.merge(moments(block, start..<start + 1024)) }
    #expect(merged == moments(block))
  }

  @Test func `products are those of the definition, for every remainder of a tile and beyond what the kernel takes`() {
    for p in [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 159, 160, 161] {
      let n = p > 100 ? 41 : 333
      let block = table(n, p, shift: 3)
      let result = moments(block)
      var expected = Matrix(rows: p, columns: p)
      for j in 0..<p {
        for i in 0..<p {
          for row in 0..<n { expected[i, j] += (block[row, i] - result.mean[i]) * (block[row, j] - result.mean[j]) }
        }
      }
      // Relative to the norms of the columns: an off-diagonal product may cancel to nearly nothing.
      for j in 0..<p {
        for i in 0..<p {
          let scale = (expected[i, i] * expected[j, j]).squareRoot()
          #expect(abs(result.cross[i, j] - expected[i, j]) <= Tolerance.nearlyExact * scale, "\(i), \(j) of \(p)")
        }
      }
    }
  }

  /// Most of the rows, few of them, all, one: what is left out (here NaN) leaves no trace.
  @Test(arguments: [(5, false), (5, true), (2, true), (1, true), (700, true)], [true, false])
  func `chosen rows count as if they stood alone`(_ choice: (every: Int, isKept: Bool), isNarrow: Bool) {
    let (every, isKept) = choice
    let rows = 200..<900
    let isChosen = (0..<1000).map { ($0 % every == 0) == isKept }
    var table = table(1000, 3)
    for row in 0..<1000 where !isChosen[row] || !rows.contains(row) {
      for j in 0..<3 { table[row, j] = .nan }
    }
    let kept = rows.filter { isChosen[$0] }
    var alone = Matrix(rows: kept.count, columns: 4)
    for (place, row) in kept.enumerated() {
      for j in 0..<4 { alone[place, j] = table[row, j == 3 ? 1 : j] }
    }
    let seen = (0..<1000).map { $0 == kept.last ? 0.0 : 1 }
    var chosen = ChosenRows(capacity: 700, columns: isNarrow ? 4 : 50), block = MomentsBlock(dimension: 4), result = Moments(dimension: 4)
    chosen.choose(rows, where: isChosen.span, are: true, seen: [Double](repeating: 1, count: 1000).span)
    block.fill(chosen, of: table, last: table.column(1))
    result.add(block)
    let expected = moments(alone)
    #expect(result.count == kept.count && result.weight == expected.weight)
    #expect(relativeError(result.mean, expected.mean) < Tolerance.nearlyExact)
    for i in expected.cross.elements.indices {
      #expect(abs(result.cross.elements[i] - expected.cross.elements[i]) <= Tolerance.nearlyExact * Double(kept.count))
    }
    chosen.choose(rows, where: isChosen.span, are: true, seen: seen.span)
    #expect(chosen.count == kept.count - 1)
  }

  @Test func `a mean of 1e9 costs no digits of unit variance`() {
    // Shifting by 10⁹ rounds the data to multiples of 2⁻²³; the shifted numbers minus 10⁹ are the reference.
    let shifted = table(10_000, 2, shift: 1e9)
    let reference = moments(Matrix(rows: 10_000, columns: 2, elements: shifted.elements.map { $0 - 1e9 }))
    let result = moments(shifted)
    #expect(relativeError(result.cross.elements, reference.cross.elements) < Tolerance.linear)
  }

  @Test func `a constant column has exactly zero products`() {
    var elements = [Double](repeating: 0.1, count: 3000)
    elements += table(3000, 1).elements
    let block = Matrix(rows: 3000, columns: 2, elements: elements)
    var result = moments(block)
    #expect(result.mean[0] == 0.1 && result.cross[0, 0] == 0 && result.cross[0, 1] == 0)
    result.subtract(moments(block, 0..<1500))
    #expect(result.mean[0] == 0.1 && result.cross[0, 0] == 0)
    var weighted = Moments(dimension: 2)
    let weights = RandomStream(seed: 6, name: "weights").uniforms(count: 3000, at: origin)
    weighted.add(block, rows: 0..<3000, weights: weights.span)
    #expect(weighted.mean[0] == 0.1 && weighted.cross[0, 0] == 0)
  }

  @Test func `subtracting what was merged restores the rest`() {
    let block = table(6000, 3, scale: 2, shift: 100)
    var window = moments(block)
    window.subtract(moments(block, 0..<2500))
    let rest = moments(block, 2500..<6000)
    #expect(window.count == 3500 && window.weight == 3500)
    #expect(relativeError(window.mean, rest.mean) < Tolerance.linear)
    #expect(relativeError(window.cross.elements, rest.cross.elements) < Tolerance.linear)
    window.subtract(window)
    #expect(window == Moments(dimension: 3))
  }

  @Test func `whole weights act as repeated rows`() {
    let weighted = Matrix([[1, 2], [3, 5], [4, 4]])
    let repeated = Matrix([[1, 2], [1, 2], [4, 4], [4, 4], [4, 4]])
    var result = Moments(dimension: 2)
    let weights: [Double] = [2, 0, 3]
    result.add(weighted, rows: 0..<3, weights: weights.span)
    let expected = moments(repeated)
    #expect(result.weight == 5 && result.count == 3)
    #expect(relativeError(result.mean, expected.mean) < Tolerance.nearlyExact)
    #expect(relativeError(result.cross.elements, expected.cross.elements) < Tolerance.linear)
  }

  @Test func `unit weights agree with no weights`() {
    let block = table(3000, 3)
    var weighted = Moments(dimension: 3)
    weighted.add(block, rows: 0..<3000, weights: [Double](repeating: 1, count: 3000).span)
    let plain = moments(block)
    #expect(relativeError(weighted.cross.elements, plain.cross.elements) < Tolerance.linear)
    #expect(weighted.weight == plain.weight)
  }

  @Test func `rows without weight change nothing but the count`() {
    var result = moments(table(10, 2))
    let before = result
    result.add(table(5, 2), rows: 0..<5, weights: [0, 0, 0, 0, 0].span)
    #expect(result.count == 15 && result.weight == before.weight && result.mean == before.mean && result.cross == before.cross)
  }

  @Test func `scaling weighs the past down`() {
    var result = moments(Matrix([[1], [3]]))
    result.scale(by: 0.5)
    #expect(result.weight == 1 && result.mean == [2] && result.cross[0, 0] == 1 && result.count == 2)
    result.scale(by: 0)
    result.add(Matrix([[7], [9]]), rows: 0..<2)
    #expect(result.weight == 2 && result.mean == [8] && result.cross[0, 0] == 2)
  }

  @Test func `an affine map of the moments is the moments of the mapped rows`() {
    let block = table(2000, 2, shift: 3)
    let map = Matrix([[1, 2], [0, -1], [4, 0.5]])
    let offset = [1, 0, -2.0]
    var image = block * map.transposed
    for j in 0..<3 { for i in 0..<2000 { image[i, j] += offset[j] } }
    let expected = moments(image)
    let result = moments(block).mapped(map, offset: offset)
    #expect(relativeError(result.mean, expected.mean) < Tolerance.linear)
    #expect(relativeError(result.cross.elements, expected.cross.elements) < Tolerance.linear)
    #expect(result.cross == result.cross.transposed)
  }

  @Test func `leading columns are used and the rest ignored`() {
    var result = Moments(dimension: 1)
    result.add(Matrix([[1, .nan], [3, .nan]]), rows: 0..<2)
    #expect(result.mean == [2] && result.cross[0, 0] == 2)
  }

  @Test func `no rows, no columns`() {
    let none = Moments(dimension: 2)
    #expect(none.covariance().elements.allSatisfy { $0.isNaN })
    var merged = none
    merged.merge(none)
    merged.add(Matrix(rows: 3, columns: 2), rows: 1..<1)
    #expect(merged == none)
    var flat = Moments(dimension: 0)
    flat.add(Matrix(rows: 3, columns: 0), rows: 0..<3)
    #expect(flat.weight == 3 && flat.count == 3)
  }

  @Test func `infinities show`() {
    #expect(moments(Matrix([[1], [.infinity]])).mean[0].isFinite == false)
  }
}
