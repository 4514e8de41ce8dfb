import Foundation
import SkewlabComponents
import Testing

/// Decimal texts against two other readers: the C library's `strtod`, correctly rounded in glibc, and Swift's `Double(_:)`.
@Suite struct DecimalScannerTests {
  /// SplitMix64 (Steele, Lea and Flood 2014).
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  static func digits(_ count: Int, _ random: inout Generator) -> String {
    String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &random))) })
  }

  static func pointed(_ digits: String, _ random: inout Generator) -> String {
    var digits = digits
    digits.insert(".", at: digits.index(digits.startIndex, offsetBy: Int.random(in: 0...digits.count, using: &random)))
    return digits
  }

  /// How the texts of each kind are made, and the least share of them that the scanner settles without help.
  static let shapes: [(name: String, share: Double, make: @Sendable (inout Generator) -> String)] = [
    ("shortest text of any bits", 0.03, { "\(Double(bitPattern: $0.next() & ~(1 << 62)))" }),
    ("shortest text of a number in 0..<1", 0.99, { "\(Double.random(in: 0..<1, using: &$0))" }),
    ("subnormal", 0, { "\(Double(bitPattern: $0.next() >> Int.random(in: 12...63, using: &$0)))" }),
    ("up to 19 digits with a point", 1, { pointed(digits(Int.random(in: 1...19, using: &$0), &$0), &$0) }),
    ("prices", 1, { "\(Int.random(in: -99999...99999, using: &$0)).\(digits(2, &$0))" }),
    (
      "up to 25 digits with any exponent", 0.02,
      {
        let sign = ["", "+", "-"].randomElement(using: &$0) ?? "", e = ["e", "E"].randomElement(using: &$0) ?? ""
        return sign + pointed(digits(Int.random(in: 1...25, using: &$0), &$0), &$0) + e + "\(Int.random(in: -400...400, using: &$0))"
      }
    ),
    (
      "19 digits times a power that the scanner takes", 0.99,
      { "\(UInt64.random(in: 1...9_999_999_999_999_999_999, using: &$0))e\(Int.random(in: -27...27, using: &$0))" }
    ),
    (
      // An odd number of 54 bits is halfway between two doubles, whatever power of two it is multiplied with.
      "halfway, as a fraction", 1,
      {
        let odd = UInt64.random(in: 1 << 53..<1 << 54, using: &$0) | 1
        let halvings = Int.random(in: 0...2, using: &$0)
        return "\(odd * [1, 5, 25][halvings])e-\(halvings)"
      }
    ),
    (
      "halfway, with a power of ten", 1,
      {
        let power = Int.random(in: 0...22, using: &$0)
        let five = (0..<power).reduce(UInt64(1)) { product, _ in product * 5 }
        let low = (1 << 53) / five + 1, high = (1 << 54) / five
        return "\(low < high ? UInt64.random(in: low..<high, using: &$0) | 1 : 1)e\(power)"
      }
    ),
    (
      "next to halfway", 1,
      {
        let odd = UInt64.random(in: 1 << 53..<1 << 54, using: &$0) | 1
        return "\($0.next() & 1 == 0 ? odd * 25 + 1 : odd * 25 - 1)e-2"
      }
    ),
    ("zeros in front", 1, { String(repeating: "0", count: Int.random(in: 1...40, using: &$0)) + "." + digits(12, &$0) }),
    ("400 digits", 0, { pointed("1" + digits(399, &$0), &$0) }),
  ]

  @Test(arguments: shapes.indices)
  func `random texts are read as strtod and Swift read them`(shape: Int) {
    let shape = Self.shapes[shape]
    var random = Generator(state: 2026)
    var settled = 0.0
    let count = shape.name == "400 digits" ? 20_000 : 100_000
    for _ in 0..<count {
      let text = shape.make(&random), bytes = Array(text.utf8)
      let reference = unsafe strtod(text, nil)
      if let (value, end) = DecimalScanner.scan(bytes.span, from: 0), end == bytes.count {
        settled += 1
        #expect(value.bitPattern == reference.bitPattern, "\(text) was scanned as \(value)")
      }
      guard let value = CSVText.number(bytes.span), value.bitPattern == reference.bitPattern, Double(text)?.bitPattern == value.bitPattern
      else {
        Issue.record("\(text) was read as \(String(describing: CSVText.number(bytes.span))), is \(reference)")
        return
      }
    }
    #expect(settled >= shape.share * Double(count), "\(shape.name): \(settled) of \(count) settled by the scanner")
  }

  @Test(
    arguments: [
      ("-0", -0.0), ("0", 0), ("+7", 7), (".5", 0.5), ("5.", 5), ("5.e3", 5000), ("1E5", 100_000), ("1e+05", 100_000), ("1e-400", 0),
      ("1e400", .infinity), ("-1e400", -.infinity), ("inf", .infinity), ("-Infinity", -.infinity), ("5e-324", .leastNonzeroMagnitude),
      ("2.4703282292062327e-324", 0), ("2.4703282292062328e-324", .leastNonzeroMagnitude),
      ("1.7976931348623157e308", .greatestFiniteMagnitude),
      ("9007199254740993", 9_007_199_254_740_992), ("9007199254740993.00000000000000000000001", 9_007_199_254_740_994),
      ("18446744073709551615", 18_446_744_073_709_551_616), ("99999999999999999999", 1e20), ("0e9999999999", 0),
    ] as [(String, Double)])
  func `numbers at the edges`(text: String, value: Double) {
    #expect(CSVText.number(Array(text.utf8).span)?.bitPattern == value.bitPattern)
  }

  @Test(arguments: ["0x10", "0X1p3", "1e", "e5", ".", "+", "-", "--1", "1.2.3", "1 2", "1_000", "1e5.5", "٣", "infin", "1e+", "abc", "0x"])
  func `what is not a decimal number is text`(text: String) {
    #expect(CSVText.number(Array(text.utf8).span) == nil)
  }

  @Test(arguments: ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "-nan", "NAN"])
  func `missing is missing`(text: String) {
    #expect(CSVText.number(Array(text.utf8).span)?.isNaN == true)
  }
}
