/// Continued fractions by the modified Lentz method.
enum ContinuedFraction {
  /// 1/(b₀ + a₁/(b₁ + a₂/(b₂ + …))) with b₀ = `first` and (aₖ, bₖ) = `next(k)`.
  ///
  /// Source: Thompson and Barnett, "Coulomb and Bessel functions of complex arguments and order", Journal of Computational
  /// Physics 64 (1986) 490–509. Stops when a step changes nothing, at the latest after 10⁷ steps.
  static func value(first: Double, next: (Double) -> (a: Double, b: Double)) -> Double {
    let tiny = 1e-300
    var f = first == 0 ? tiny : first
    var (c, d) = (f, 0.0)
    for k in 1...10_000_000 {
      let (a, b) = next(Double(k))
      d = b + a * d
      if abs(d) < tiny { d = tiny }
      c = b + a / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let step = c * d
      f *= step
      if abs(step - 1) <= 0x1p-52 { break }
    }
    return 1 / f
  }
}
