import SkewlabReports
import Testing

@Suite struct FormatTests {
  @Test(arguments: [
    (0.0, "0 %"), (0.00002, "0.002 %"), (0.0005, "0.05 %"), (0.00123, "0.1 %"), (0.0123, "1.2 %"), (0.0996, "10 %"), (0.123, "12 %"),
    (-0.5, "−50 %"), (2.5, "250 %"),
  ]) func `shares are percentages of few digits, and none but zero is zero`(share: Double, text: String) {
    #expect(Format.percent(share) == text)
    #expect(Format.signedPercent(share) == (share > 0 ? "+" : "") + text)
  }

  @Test(arguments: [
    (0.0, 3, "0"), (0.99996, 4, "1.000"), (1234.5, 3, "1235"), (-0.01234, 2, "−0.012"), (1.5e9, 2, "1.5e+09"), (2.5e-12, 2, "2.5e-12"),
    (0.00012345, 3, "0.000123"),
  ]) func `numbers have so many significant digits`(value: Double, digits: Int, text: String) {
    #expect(Format.significant(value, digits) == text)
  }

  @Test func `durations, sizes and counts are in words`() {
    #expect(Format.duration(0.85) == "850 ms" && Format.duration(2.5) == "2.5 s" && Format.duration(12) == "12 s")
    #expect(Format.duration(200) == "3 min 20 s" && Format.duration(7260) == "2 h 1 min")
    #expect(Format.bytes(512) == "512 B" && Format.bytes(12_000) == "12.0 kB" && Format.bytes(3_400_000) == "3.40 MB")
    #expect(Format.count(1, "cycle") == "1 cycle" && Format.count(2, "cycle") == "2 cycles")
  }
}
