/// Decimal numbers in bytes, read exactly: the nearest double, ties to even.
package enum DecimalScanner {
  /// The number that starts at a byte, and the byte after it; `nil` where there is none, or none that 64-bit integers settle.
  ///
  /// Up to 19 significant digits times a power of ten from −27 to 27 are settled here, by one division or multiplication of integers;
  /// what is left is for the standard library's `Double(_:)`, which takes several times as long.
  package static func scan(_ text: Span<UInt8>, from start: Int) -> (value: Double, end: Int)? {
    var i = start
    var isNegative = false
    if i < text.count, text[i] == minus || text[i] == plus {
      isNegative = text[i] == minus
      i += 1
    }
    let first = i
    var digits: UInt64 = 0
    while i < text.count, let digit = digit(text[i]) {
      digits = digits &* 10 &+ digit
      i += 1
    }
    var count = i - first
    var exponent = 0
    if i < text.count, text[i] == point {
      i += 1
      let place = i
      while i < text.count, let digit = digit(text[i]) {
        digits = digits &* 10 &+ digit
        i += 1
      }
      exponent = place - i
      count += i - place
    }
    guard count > 0 else { return nil }
    if count > 19 {
      // Zeros in front do not count; more digits than 19 have run over.
      var k = first
      while k < i, text[k] == zero || text[k] == point {
        if text[k] == zero { count -= 1 }
        k += 1
      }
      if count > 19 { return nil }
    }
    if i < text.count, text[i] | 0x20 == letterE {
      i += 1
      var isBelow = false
      if i < text.count, text[i] == minus || text[i] == plus {
        isBelow = text[i] == minus
        i += 1
      }
      let place = i
      var power = 0
      while i < text.count, let digit = digit(text[i]) {
        power = power &* 10 &+ Int(digit)
        i += 1
      }
      guard 1...9 ~= i - place else { return nil }
      exponent += isBelow ? -power : power
    }
    guard let value = value(digits, exponent: exponent) else { return nil }
    return (isNegative ? -value : value, i)
  }

  /// digits · 10^exponent, rounded once.
  private static func value(_ digits: UInt64, exponent: Int) -> Double? {
    if digits == 0 { return 0 }
    guard -27...27 ~= exponent else { return nil }
    let five = powersOfFive[abs(exponent)]
    // The leading 64 bits, the last one set if there is any bit below: enough to round as if there were all.
    let bits: UInt64
    var scale = exponent
    if exponent < 0 {
      let shift = digits.leadingZeroBitCount, divisorShift = five.leadingZeroBitCount
      let dividend = digits << UInt64(shift), divisor = five << UInt64(divisorShift)
      // Halved if it has to be, so that the quotient has its highest bit set and fits.
      let half: UInt64 = dividend >= divisor ? 1 : 0
      let (quotient, rest) = divisor.dividingFullWidth((dividend >> half, half == 0 ? 0 : dividend << 63))
      bits = quotient | (rest == 0 ? 0 : 1)
      scale += divisorShift - shift - 64 + Int(half)
    } else {
      let (high, low) = digits.multipliedFullWidth(by: five)
      if high == 0 {
        bits = low
      } else {
        let shift = UInt64(high.leadingZeroBitCount)
        bits = high << shift | (shift == 0 ? 0 : low >> (64 - shift)) | (low << shift == 0 ? 0 : 1)
        scale += 64 - Int(shift)
      }
    }
    // From 2^-90 to 2^154: the rounding is in the first factor, the second is exact.
    return Double(bits) * Double(sign: .plus, exponent: scale, significand: 1)
  }

  private static let powersOfFive: [UInt64] = [
    1, 5, 25, 125, 625, 3125, 15625, 78125, 390_625, 1_953_125, 9_765_625, 48_828_125, 244_140_625, 1_220_703_125, 6_103_515_625,
    30_517_578_125, 152_587_890_625, 762_939_453_125, 3_814_697_265_625, 19_073_486_328_125, 95_367_431_640_625, 476_837_158_203_125,
    2_384_185_791_015_625, 11_920_928_955_078_125, 59_604_644_775_390_625, 298_023_223_876_953_125, 1_490_116_119_384_765_625,
    7_450_580_596_923_828_125,
  ]

  private static func digit(_ byte: UInt8) -> UInt64? {
    let digit = byte &- zero
    return digit < 10 ? UInt64(digit) : nil
  }

  private static let minus = UInt8(ascii: "-"), plus = UInt8(ascii: "+"), point = UInt8(ascii: "."), zero = UInt8(ascii: "0"),
    letterE = UInt8(ascii: "e")
}
