import SkewlabNumerics
import Testing

/// Known-answer vectors: Random123 1.14, tests/kat_vectors, lines "philox4x32 10".
@Suite struct PhiloxTests {
  @Test func `zero counter and key`() {
    expect([0, 0, 0, 0], 0, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
  }

  @Test func `counter and key of ones`() {
    let ones = UInt32.max
    expect([ones, ones, ones, ones], .max, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  }

  @Test func `counter and key from the digits of pi`() {
    expect(
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], 0x299f_31d0_a409_3822,
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  private func expect(_ counter: [4 of UInt32], _ key: UInt64, _ words: [UInt32]) {
    let block = Philox.block(counter: counter, key: key)
    #expect(block.indices.map { block[$0] } == words)
  }
}
