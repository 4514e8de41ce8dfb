/// Weighted first and second moments of p columns.
///
/// With rows z and weights w: weight W = Σw, mean Σwz/W, and the centred cross-products C = Σ w (z − mean)(z − mean)ᵀ. Moments of
/// disjoint sets of rows merge by addition, so a window over cycles is a sum of moments and memory does not grow with rows.
///
/// Rows are added in blocks of 1,024 counted from the first row of each call. A block is centred on its own mean before its products
/// are taken (two passes), then merged by the pairwise update of Chan, Golub and LeVeque, "Algorithms for computing the sample variance",
/// The American Statistician 37 (1983) 242–247: no cancellation for means far from zero. Adding rows 0..<4,096 at once, or in
/// calls that begin at multiples of 1,024, gives the same bits. A column that never changes has exactly zero cross-products.
/// NaN and infinities in the rows show as NaN in the moments.
public struct Moments: Sendable, Hashable {
  /// The number of columns p.
  public let dimension: Int
  /// The sum of weights W; rows added without weights count 1 each.
  public private(set) var weight: Double
  /// The weighted mean; zeros while the weight is 0.
  public private(set) var mean: [Double]
  /// What rounding the mean to doubles leaves out; differences of means far from zero keep their digits by it.
  private var meanRest: [Double]
  /// The centred cross-products C: p × p, exactly symmetric.
  public private(set) var cross: Matrix
  /// The number of rows added; subtracting lowers it, scaling leaves it.
  public private(set) var count: Int

  /// The moments of no rows.
  public init(dimension: Int) {
    precondition(dimension >= 0, "the dimension must not be negative")
    self.dimension = dimension
    weight = 0
    mean = [Double](repeating: 0, count: dimension)
    meanRest = mean
    cross = Matrix(rows: dimension, columns: dimension)
    count = 0
  }

  /// Moments known from elsewhere, such as a population's.
  ///
  /// - Parameters:
  ///   - weight: W ≥ 0.
  ///   - mean: One element a column.
  ///   - cross: p × p; the upper triangle is read.
  ///   - count: The number of rows they stand for.
  public init(weight: Double, mean: [Double], cross: Matrix, count: Int) {
    precondition(weight >= 0 && weight.isFinite, "the weight must be finite and not negative")
    precondition(count >= 0, "the count must not be negative")
    precondition(cross.rows == mean.count && cross.columns == mean.count, "the cross-products must match the mean")
    dimension = mean.count
    self.weight = weight
    self.mean = mean
    meanRest = [Double](repeating: 0, count: mean.count)
    self.cross = cross
    self.count = count
    mirror()
  }

  /// Adds rows of the block's first `dimension` columns, each with weight 1.
  public mutating func add(_ block: Matrix, rows: Range<Int>) {
    addBlocks(block, rows: rows, weights: nil)
  }

  /// Adds rows of the block's first `dimension` columns with a finite weight ≥ 0 each.
  ///
  /// Every row counts in ``count``, whatever its weight.
  public mutating func add(_ block: Matrix, rows: Range<Int>, weights: Span<Double>) {
    precondition(weights.count == rows.count, "one weight a row")
    for i in weights.indices { precondition(weights[i] >= 0 && weights[i].isFinite, "weights must be finite and not negative") }
    addBlocks(block, rows: rows, weights: weights)
  }

  private mutating func addBlocks(_ block: Matrix, rows: Range<Int>, weights: Span<Double>?) {
    precondition(block.columns >= dimension, "the block must have a column for each dimension")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= block.rows, "no such rows")
    guard !rows.isEmpty else { return }
    var scratch = MomentsBlock(dimension: dimension, rows: rows.count)
    var start = rows.lowerBound
    while start < rows.upperBound {
      let part = start..<min(start + MomentsBlock.size, rows.upperBound)
      if let weights {
        let first = start - rows.lowerBound
        scratch.fill(block, rows: part, weights: weights.extracting(first..<first + part.count))
      } else {
        scratch.fill(block, rows: part)
      }
      accumulate(scratch)
      start = part.upperBound
    }
    mirror()
  }

  /// Adds a block's rows, as ``add(_:rows:)`` does with its blocks.
  package mutating func add(_ block: MomentsBlock) {
    precondition(dimension == block.dimension, "moments of different dimension")
    accumulate(block)
    mirror()
  }

  private mutating func accumulate(_ block: MomentsBlock) {
    accumulate(weight: block.weight, block.mean, block.meanRest, upper: block.cross, count: block.count)
  }

  /// Adds the rows another value stands for.
  public mutating func merge(_ other: Moments) {
    precondition(dimension == other.dimension, "moments of different dimension")
    accumulate(weight: other.weight, other.mean, other.meanRest, upper: other.cross.elements, count: other.count)
    mirror()
  }

  /// Takes away rows that were added or merged before, such as a cycle that leaves a window.
  ///
  /// Exact up to rounding relative to the moments before: after taking away nearly everything the rest has few digits. Taking away
  /// all weight leaves exact zeros, and a diagonal element that rounding makes negative becomes zero with its row and column.
  public mutating func subtract(_ other: Moments) {
    precondition(dimension == other.dimension, "moments of different dimension")
    precondition(count >= other.count, "more rows taken away than there are")
    count -= other.count
    guard other.weight > 0 else { return }
    let rest = weight - other.weight
    guard rest > 0, count > 0 else {
      let rows = count
      self = Moments(dimension: dimension)
      count = rows
      return
    }
    let difference = (0..<dimension).map { self.difference($0, other.mean, other.meanRest) }
    let factor = weight * other.weight / rest
    for j in 0..<dimension {
      for i in 0...j {
        cross.elements[i + j * dimension] -= other.cross.elements[i + j * dimension] + difference[i] * difference[j] * factor
      }
    }
    for j in 0..<dimension { moveMean(j, by: -difference[j] * (other.weight / rest)) }
    for j in 0..<dimension where cross[j, j] < 0 {
      for i in 0..<dimension { (cross[i, j], cross[j, i]) = (0, 0) }
    }
    weight = rest
    mirror()
  }

  /// Multiplies every row's weight by a finite factor ≥ 0; the mean stays.
  public mutating func scale(by factor: Double) {
    precondition(factor >= 0 && factor.isFinite, "the factor must be finite and not negative")
    weight *= factor
    for i in cross.elements.indices { cross.elements[i] *= factor }
  }

  /// The raw second moment Σwzzᵀ/W = C/W + mean·meanᵀ. NaN while the weight is 0.
  public func secondMoment() -> Matrix {
    var result = covariance()
    for j in 0..<dimension {
      for i in 0..<dimension { result[i, j] += mean[i] * mean[j] }
    }
    return result
  }

  /// C/(W − ddof): the population covariance, or with `ddof: 1` and weights 1 the sample covariance. NaN unless W > ddof.
  public func covariance(ddof: Double = 0) -> Matrix {
    let divisor = weight > ddof ? weight - ddof : .nan
    return Matrix(rows: dimension, columns: dimension, elements: cross.elements.map { $0 / divisor })
  }

  /// The moments of A·z + b: weight and count as they are, mean A·mean + b, cross-products A·C·Aᵀ.
  public func mapped(_ a: Matrix, offset: [Double]) -> Moments {
    precondition(a.columns == dimension && a.rows == offset.count, "the map must fit the dimension and its offset")
    var image = a.times(mean)
    for i in image.indices { image[i] += offset[i] }
    return Moments(weight: weight, mean: weight == 0 ? offset.map { _ in 0 } : image, cross: a * cross * a.transposed, count: count)
  }

  /// The moments of rows to which independent numbers of mean 0 and these variances are added, each to one column.
  public func adding(variances: [(column: Int, variance: Double)]) -> Moments {
    var cross = cross
    for (column, variance) in variances { cross[column, column] += weight * variance }
    return Moments(weight: weight, mean: mean, cross: cross, count: count)
  }

  /// Chan's update; touches the upper triangle only.
  private mutating func accumulate(
    weight other: Double, _ otherMean: [Double], _ otherRest: [Double], upper: [Double], count otherCount: Int
  ) {
    count += otherCount
    guard other > 0 else { return }
    guard weight > 0 else {
      weight = other
      mean = otherMean
      meanRest = otherRest
      cross.elements = upper
      return
    }
    let total = weight + other
    let share = other / total
    let factor = weight * share
    // On the stack: this runs once a block.
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { difference in
      for j in 0..<dimension { unsafe difference.initializeElement(at: j, to: self.difference(j, otherMean, otherRest)) }
      for j in 0..<dimension {
        let scaled = unsafe difference[j] * factor
        for i in 0...j { unsafe cross.elements[i + j * dimension] += upper[i + j * dimension] + difference[i] * scaled }
      }
      for j in 0..<dimension { unsafe moveMean(j, by: difference[j] * share) }
    }
    weight = total
  }

  private func difference(_ j: Int, _ otherMean: [Double], _ otherRest: [Double]) -> Double {
    (otherMean[j] - mean[j]) + (otherRest[j] - meanRest[j])
  }

  private mutating func moveMean(_ j: Int, by step: Double) {
    (mean[j], meanRest[j]) = exactSum(mean[j], meanRest[j] + step)
  }

  private mutating func mirror() {
    for j in 0..<dimension {
      for i in 0..<j { cross.elements[j + i * dimension] = cross.elements[i + j * dimension] }
    }
  }
}
