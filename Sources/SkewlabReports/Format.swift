#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Numbers for people: few digits, no locale.
public enum Format {
  /// With so many significant digits: 0.0123, 4.56, 1.2e+09.
  public static func significant(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    guard value != 0 else { return "0" }
    var exponent = Int(log10(abs(value)).rounded(.down))
    // 0.99996 has four digits as 1.000.
    if (abs(value) / pow(10, Double(exponent + 1 - digits))).rounded() >= pow(10, Double(digits)) { exponent += 1 }
    if exponent >= 9 || exponent < -4 {
      return
        "\(fixed(value / pow(10, Double(exponent)), digits - 1))e\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
    }
    return fixed(value, max(0, digits - 1 - exponent))
  }

  /// With so many decimals.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = pow(10, Double(decimals))
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A share as a percentage with one to three digits: 0.123 is 12 %, 0.0123 is 1.2 %.
  public static func percent(_ share: Double) -> String {
    let value = share * 100
    let size = abs(value)
    if size < 0.0095 { return "\(significant(value, 1)) %" }
    return "\(fixed(value, size < 9.95 ? (size < 0.095 ? 2 : 1) : 0)) %"
  }

  /// The same with its sign.
  public static func signedPercent(_ share: Double) -> String { (share > 0 ? "+" : "") + percent(share) }

  /// A number of things: "1 cycle", "2 cycles".
  public static func count(_ number: Int, _ what: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? what : plural ?? what + "s")"
  }

  /// Why a mean of so many replicates has no interval.
  static func noInterval(_ n: Int) -> String { n == 1 ? "one replicate: no interval" : "no interval: some replicates ended early" }

  /// A duration in words: 850 ms, 12 s, 3 min 20 s.
  public static func duration(_ seconds: Double) -> String {
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 90 { return "\(fixed(seconds, seconds < 10 ? 1 : 0)) s" }
    let whole = Int(seconds.rounded())
    return whole < 5400 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// A number of bytes: 512 B, 12 kB, 3.4 MB.
  public static func bytes(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"]
    var value = Double(count), unit = 0
    while value >= 1000, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    return "\(unit == 0 ? String(count) : significant(value, 3)) \(units[unit])"
  }
}
