import Foundation
import SkewlabNumerics
import Testing

@Suite struct RandomStreamTests {
  private let stream = RandomStream(seed: 2026, name: "world/gaussian/feature/x1")
  private let place = RandomStream.Position(replicate: 3, cycle: 7)

  @Test func `a part of the rows has the same bits as the whole`() {
    check { $0.uniforms(at: place, rows: $1, into: &$2) }
    check { $0.normals(at: place, rows: $1, draw: 5, into: &$2) }
    check { $0.exponentials(at: place, rows: $1, into: &$2) }
    check { $0.studentT(degreesOfFreedom: 2.5, at: place, rows: $1, into: &$2) }
    check { $0.bernoulli(probability: 0.3, at: place, rows: $1, into: &$2) }
    check { $0.poisson(mean: 3.5, at: place, rows: $1, into: &$2) }
    check { $0.poisson(mean: 35, at: place, rows: $1, draw: 2, into: &$2) }
  }

  @Test func `a part of the integers has the same values as the whole`() {
    var whole = [UInt64](repeating: 0, count: 1001)
    var part = [UInt64](repeating: 0, count: 400)
    var span = whole.mutableSpan
    // Just above half of 2⁶⁴: nearly every second lane is rejected.
    stream.integers(below: 1 << 63 + 1, at: place, rows: 0..<1001, into: &span)
    span = part.mutableSpan
    stream.integers(below: 1 << 63 + 1, at: place, rows: 333..<733, into: &span)
    #expect(part[...] == whole[333..<733])
  }

  @Test func `one value has the same bits as many`() {
    #expect((0..<9).map { stream.uniform(at: place, row: $0) } == stream.uniforms(count: 9, at: place))
    #expect((0..<9).map { stream.normal(at: place, row: $0) } == stream.normals(count: 9, at: place))
    #expect((0..<9).map { stream.exponential(at: place, row: $0) } == stream.exponentials(count: 9, at: place))
    #expect((0..<9).map { stream.poisson(mean: 20, at: place, row: $0) } == stream.poisson(mean: 20, count: 9, at: place))
  }

  @Test func `rows beyond 2^32 are their own`() {
    let far = 1 << 33
    #expect(stream.uniform(at: place, row: far - 1) != stream.uniform(at: place, row: far - 2))
    #expect(stream.uniform(at: place, row: far - 2) != stream.uniform(at: place, row: (far >> 1) - 2))
  }

  /// The C library's functions err by less than one unit in the last place each, ours by less than two.
  @Test func `the normals of two rows are Box-Muller of their lanes`() {
    let count = 200_000, unit = 0x1p-52
    let normals = stream.normals(count: count, at: place)
    var lanes = [UInt64](repeating: 0, count: count)
    var span = lanes.mutableSpan
    stream.lanes(at: place, rows: 0..<count, into: &span)
    func open(_ lane: UInt64) -> Double { (Double(lane & 0xF_FFFF_FFFF_FFFF) + 0.5) * unit }
    var worst = 0.0
    for row in stride(from: 0, to: count, by: 2) {
      let radius = (-2 * log(open(lanes[row]))).squareRoot(), direction = lanes[row + 1]
      let angle = open(direction) * Double.pi / 4
      let longer = radius * cos(angle) * (direction >> 63 == 1 ? -1 : 1)
      let shorter = radius * sin(angle) * (direction >> 62 & 1 == 1 ? -1 : 1)
      let expected = direction >> 61 & 1 == 1 ? [shorter, longer] : [longer, shorter]
      for (value, reference) in zip(normals[row..<row + 2], expected) { worst = max(worst, abs(value / reference - 1) / unit) }
    }
    #expect(worst < 4)
  }

  /// Recorded from the first release; a change of any value is a change of every result.
  @Test func `golden bits`() {
    let uniforms = stream.uniforms(count: 3, at: place).map(\.bitPattern)
    let normals = stream.normals(count: 3, at: place).map(\.bitPattern)
    let exponentials = stream.exponentials(count: 2, at: place).map(\.bitPattern)
    let students = stream.studentT(degreesOfFreedom: 3, count: 2, at: place).map(\.bitPattern)
    #expect(stream.key == 12_631_037_684_804_286_394)
    #expect(uniforms == [4_604_568_428_388_419_251, 4_604_475_426_481_808_109, 4_603_887_584_944_760_589])
    #expect(normals == [4_568_980_757_102_743_276, 13_833_090_039_375_464_514, 4_601_701_384_650_833_221])
    #expect(exponentials == [4_599_846_737_141_042_545, 4_600_110_717_052_655_800])
    #expect(students == [13_821_979_872_407_747_673, 4_604_544_072_781_040_405])
    #expect(stream.poisson(mean: 4, count: 6, at: place) == [5, 5, 3, 5, 3, 3])
    #expect(stream.poisson(mean: 400, count: 6, at: place) == [413, 408, 390, 409, 390, 387])
    #expect(stream.permutation(of: 8, at: place) == [3, 7, 6, 5, 1, 0, 4, 2])
  }

  @Test func `the key hashes the bytes of the name`() {
    // FNV-1a 64 of the empty name is its offset basis; the block is Philox's.
    let words = Philox.block(counter: [0x8422_2325, 0xCBF2_9CE4, 0, 0x736B_6577], key: 9)
    #expect(RandomStream(seed: 9, name: "").key == UInt64(words[0]) | UInt64(words[1]) << 32)
    // FNV-1a 64 of "a", from the published test vectors: af63dc4c8601ec8c.
    let other = Philox.block(counter: [0x8601_EC8C, 0xAF63_DC4C, 1, 0x736B_6577], key: 9)
    #expect(RandomStream(seed: 9, name: "a").key == UInt64(other[0]) | UInt64(other[1]) << 32)
  }

  @Test func `empty ranges draw nothing`() {
    #expect(stream.normals(count: 0, at: place) == [])
    #expect(stream.poisson(mean: 50, count: 0, at: place) == [])
    #expect(stream.permutation(of: 0, at: place) == [] && stream.permutation(of: 1, at: place) == [0])
  }

  @Test func `certain events are certain`() {
    #expect(stream.poisson(mean: 0, count: 100, at: place).allSatisfy { $0 == 0 })
    #expect((0..<100).allSatisfy { stream.bernoulli(probability: 1, at: place, row: $0) })
    #expect((0..<100).allSatisfy { !stream.bernoulli(probability: 0, at: place, row: $0) })
    #expect((0..<100).allSatisfy { stream.integer(below: 1, at: place, row: $0) == 0 })
  }

  @Test func `a probability for each row`() {
    let probabilities: [Double] = [0, 1, 0.3, 1, 0]
    var out = [Double](repeating: 9, count: 5)
    var span = out.mutableSpan
    stream.bernoulli(probabilities: probabilities.span, at: place, rows: 0..<5, into: &span)
    #expect(out[0] == 0 && out[1] == 1 && out[3] == 1 && out[4] == 0)
    #expect(out[2] == (stream.bernoulli(probability: 0.3, at: place, row: 2) ? 1 : 0))
  }

  @Test func `places out of range are a caller's bug`() async {
    await #expect(processExitsWith: .failure) { _ = RandomStream.Position(replicate: -1, cycle: 0) }
    await #expect(processExitsWith: .failure) { _ = RandomStream.Position(replicate: 0, cycle: 1 << 32) }
    await #expect(processExitsWith: .failure) {
      _ = RandomStream(seed: 1, name: "x").uniform(at: .init(replicate: 0, cycle: 0), draw: 1 << 16)
    }
    await #expect(processExitsWith: .failure) {
      _ = RandomStream(seed: 1, name: "x").poisson(mean: -1, at: .init(replicate: 0, cycle: 0))
    }
  }

  private func check(_ draw: (RandomStream, Range<Int>, inout MutableSpan<Double>) -> Void) {
    let whole = fill(0..<1500, draw)
    for rows in [0..<1, 1..<2, 1..<4, 2..<5, 7..<700, 513..<1027, 512..<1500, 999..<1499] {
      #expect(fill(rows, draw)[...] == whole[rows], "rows \(rows)")
    }
  }

  private func fill(_ rows: Range<Int>, _ draw: (RandomStream, Range<Int>, inout MutableSpan<Double>) -> Void) -> [Double] {
    var values = [Double](repeating: .nan, count: rows.count)
    var span = values.mutableSpan
    draw(stream, rows, &span)
    return values
  }
}
