extension RandomStream {
  /// One uniform variable on (0, 1): the same bits as the bulk call.
  public func uniform(at position: Position, row: Int = 0, draw: Int = 0) -> Double {
    one { uniforms(at: position, rows: row..<row + 1, draw: draw, into: &$0) }
  }

  /// One standard normal variable: the same bits as the bulk call.
  public func normal(at position: Position, row: Int = 0, draw: Int = 0) -> Double {
    one { normals(at: position, rows: row..<row + 1, draw: draw, into: &$0) }
  }

  /// One exponential variable with rate 1: the same bits as the bulk call.
  public func exponential(at position: Position, row: Int = 0, draw: Int = 0) -> Double {
    one { exponentials(at: position, rows: row..<row + 1, draw: draw, into: &$0) }
  }

  /// One Student t variable: the same bits as the bulk call.
  public func studentT(degreesOfFreedom: Double, at position: Position, row: Int = 0, draw: Int = 0) -> Double {
    one { studentT(degreesOfFreedom: degreesOfFreedom, at: position, rows: row..<row + 1, draw: draw, into: &$0) }
  }

  /// One Bernoulli variable: the same choice as the bulk call.
  public func bernoulli(probability: Double, at position: Position, row: Int = 0, draw: Int = 0) -> Bool {
    one { bernoulli(probability: probability, at: position, rows: row..<row + 1, draw: draw, into: &$0) } == 1
  }

  /// One Poisson variable: the same value as the bulk call.
  public func poisson(mean: Double, at position: Position, row: Int = 0, draw: Int = 0) -> Double {
    one { poisson(mean: mean, at: position, rows: row..<row + 1, draw: draw, into: &$0) }
  }

  /// One integer uniform on 0..<bound: the same value as the bulk call.
  public func integer(below bound: Int, at position: Position, row: Int = 0, draw: Int = 0) -> Int {
    precondition(bound > 0, "the bound must be at least 1")
    var value: [1 of UInt64] = [0]
    var span = value.mutableSpan
    integers(below: UInt64(bound), at: position, rows: row..<row + 1, draw: draw, into: &span)
    return Int(value[0])
  }

  /// Uniform variables of rows 0..<count.
  public func uniforms(count: Int, at position: Position, draw: Int = 0) -> [Double] {
    many(count) { uniforms(at: position, rows: 0..<count, draw: draw, into: &$0) }
  }

  /// Standard normal variables of rows 0..<count.
  public func normals(count: Int, at position: Position, draw: Int = 0) -> [Double] {
    many(count) { normals(at: position, rows: 0..<count, draw: draw, into: &$0) }
  }

  /// Exponential variables of rows 0..<count.
  public func exponentials(count: Int, at position: Position, draw: Int = 0) -> [Double] {
    many(count) { exponentials(at: position, rows: 0..<count, draw: draw, into: &$0) }
  }

  /// Student t variables of rows 0..<count.
  public func studentT(degreesOfFreedom: Double, count: Int, at position: Position, draw: Int = 0) -> [Double] {
    many(count) { studentT(degreesOfFreedom: degreesOfFreedom, at: position, rows: 0..<count, draw: draw, into: &$0) }
  }

  /// Poisson variables of rows 0..<count.
  public func poisson(mean: Double, count: Int, at position: Position, draw: Int = 0) -> [Double] {
    many(count) { poisson(mean: mean, at: position, rows: 0..<count, draw: draw, into: &$0) }
  }

  private func one(_ fill: (inout MutableSpan<Double>) -> Void) -> Double {
    var value: [1 of Double] = [0]
    var span = value.mutableSpan
    fill(&span)
    return value[0]
  }

  private func many(_ count: Int, _ fill: (inout MutableSpan<Double>) -> Void) -> [Double] {
    precondition(count >= 0, "the count must not be negative")
    var values = [Double](repeating: 0, count: count)
    var span = values.mutableSpan
    fill(&span)
    return values
  }
}
