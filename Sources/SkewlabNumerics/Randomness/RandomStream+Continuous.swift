internal import CSkewlabKernels

extension RandomStream {
  /// Uniform variables on the open interval (0, 1): (k + ½)·2⁻⁵² with k the lane's upper 52 bits.
  ///
  /// - Parameters:
  ///   - position: Replicate and cycle.
  ///   - rows: Half-open range of row numbers, in 0..<2³³.
  ///   - draw: Which of several draws a row, in 0..<65,536.
  ///   - out: One element a row.
  public func uniforms(at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>) {
    Self.checkPaired(rows, out.count)
    let at = counter(position, draw: draw)
    let before = Work.randomNumbers.begin()
    defer { before.begin() }
    unsafe out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return }
      unsafe skewlab_uniforms(at, UInt64(rows.lowerBound), rows.count, base)
    }
  }

  /// Standard normal variables by the Box–Muller transform (1958).
  ///
  /// A block's first lane gives the radius √(−2 ln u), its second a direction uniform on the circle; the components go to the even and the
  /// odd row. Both uniforms are (k + ½)·2⁻⁵² with k the lane's lower 52 bits; the direction's upper three bits choose the octant. |z| ≤ 8.58,
  /// the limit of such uniforms; z and −z are equally likely to the bit. Within 4 units in the last place. Parameters as for ``uniforms(at:rows:draw:into:)``.
  public func normals(at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>) {
    Self.checkPaired(rows, out.count)
    let at = counter(position, draw: draw)
    let before = Work.randomNumbers.begin()
    defer { before.begin() }
    unsafe out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return }
      unsafe skewlab_normals(at, UInt64(rows.lowerBound), rows.count, base)
    }
  }

  /// Exponential variables with rate 1: −ln u. Parameters as for ``uniforms(at:rows:draw:into:)``.
  public func exponentials(at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>) {
    Self.checkPaired(rows, out.count)
    let at = counter(position, draw: draw)
    let before = Work.randomNumbers.begin()
    defer { before.begin() }
    unsafe out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return }
      unsafe skewlab_exponentials(at, UInt64(rows.lowerBound), rows.count, base)
    }
  }

  /// Student t variables: √(ν(u^(−2/ν) − 1))·cos 2πv, an exact law for every ν.
  ///
  /// Source: Bailey, "Polar generation of random variates with the t-distribution", Mathematics of Computation 62 (1994) 779–781.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: ν, finite and at least 0.2 (below about 0.11 the largest values would overflow).
  ///   - position: Replicate and cycle.
  ///   - rows: Half-open range of row numbers, in 0..<2³²; one block a row.
  ///   - draw: Which of several draws a row, in 0..<65,536.
  ///   - out: One element a row.
  public func studentT(
    degreesOfFreedom: Double, at position: Position, rows: Range<Int>, draw: Int = 0, into out: inout MutableSpan<Double>
  ) {
    precondition(degreesOfFreedom >= 0.2 && degreesOfFreedom.isFinite, "degrees of freedom must be finite and at least 0.2")
    Self.checkUnpaired(rows, out.count)
    guard !rows.isEmpty else { return }
    let at = counter(position, draw: draw)
    let before = Work.randomNumbers.begin()
    defer { before.begin() }
    unsafe out.withUnsafeMutableBufferPointer { out in
      guard let base = out.baseAddress else { return }
      unsafe skewlab_student_t(at, degreesOfFreedom, UInt32(rows.lowerBound), rows.count, base)
    }
  }
}
