internal import SkewlabNumerics

/// Weighted mean and sum of squared deviations of the values present (not NaN) in a column; two passes, each summed in blocks of 1,024 rows.
struct PresentMoments {
  private(set) var weight = 0.0
  private(set) var mean = 0.0
  private(set) var squares = 0.0

  init(_ matrix: Matrix, column: Int, weights: [Double]) {
    (weight, mean, squares) = matrix.withColumn(column) { Self.moments($0, weights.span) }
  }

  private static func moments(_ x: Span<Double>, _ weights: Span<Double>) -> (Double, Double, Double) {
    // From a value of the column itself, so that the mean of a constant is that constant to the last bit.
    guard let first = x.indices.first(where: { !x[$0].isNaN && weights[$0] > 0 }) else { return (0, 0, 0) }
    let origin = x[first]
    var weight = 0.0, sum = 0.0, squares = 0.0
    for start in stride(from: 0, to: x.count, by: 1024) {
      var blockWeight = 0.0, blockSum = 0.0
      for i in start..<min(start + 1024, x.count) where !x[i].isNaN {
        blockWeight += weights[i]
        blockSum += weights[i] * (x[i] - origin)
      }
      weight += blockWeight
      sum += blockSum
    }
    let mean = origin + sum / weight
    for start in stride(from: 0, to: x.count, by: 1024) {
      var block = 0.0
      for i in start..<min(start + 1024, x.count) where !x[i].isNaN { block += weights[i] * ((x[i] - mean) * (x[i] - mean)) }
      squares += block
    }
    return (weight, mean, squares)
  }

  /// √(Σw(x − m)²/(W − ddof)); 0 without enough values.
  func standardDeviation(ddof: Double) -> Double { weight > ddof ? (squares / (weight - ddof)).squareRoot() : 0 }
}

/// The least and the greatest value present in a column that have a weight; `nil` without any.
struct PresentRange {
  let least: Double
  let greatest: Double

  init?(_ matrix: Matrix, column: Int, weights: [Double]) {
    var least = Double.infinity, greatest = -Double.infinity, isEmpty = true
    matrix.withColumn(column) { x in
      for i in x.indices where !x[i].isNaN && weights[i] > 0 {
        least = min(least, x[i])
        greatest = max(greatest, x[i])
        isEmpty = false
      }
    }
    if isEmpty { return nil }
    self.least = least
    self.greatest = greatest
  }
}

/// How a quantile is read between the rows; NumPy's names.
enum QuantileRule: String, Sendable, CaseIterable {
  case linear, lower, higher, nearest, midpoint
  case invertedCDF = "inverted-cdf"
  case averagedInvertedCDF = "averaged-inverted-cdf"
  case interpolatedInvertedCDF = "interpolated-inverted-cdf"
  case hazen, weibull
  case medianUnbiased = "median-unbiased"
  case normalUnbiased = "normal-unbiased"

  static let definition = """
    The share-q quantile of the values present, as NumPy's `quantile` has it: `linear` (Hyndman–Fan type 7, the default) is at place (n − 1)q of the \
    sorted values, counted from 0, and between two of them on the line; `lower`, `higher`, `nearest` (ties to even), `midpoint` take a \
    neighbour of that place, or the middle of both; `inverted-cdf`, `averaged-inverted-cdf`, `interpolated-inverted-cdf`, `hazen`, `weibull`, \
    `median-unbiased`, `normal-unbiased` are types 1, 2, 4, 5, 6, 8, 9. A row of weight w counts as w rows: the value in place k (from 1) is the first one at which \
    the weights up to it reach k, and n is their sum.
    """
  static let source = "Hyndman & Fan 1996, Sample quantiles in statistical packages, The American Statistician 50(4)"
}

/// The values present in a column, in increasing order, with their weights.
struct PresentOrder {
  private let values: [Double]
  /// The weights up to each value.
  private let reached: [Double]

  init(_ matrix: Matrix, column: Int, weights: [Double]) {
    var present: [(value: Double, weight: Double)] = []
    matrix.withColumn(column) { x in
      present.reserveCapacity(x.count)
      for i in x.indices where !x[i].isNaN && weights[i] > 0 { present.append((x[i], weights[i])) }
    }
    // Weights of equal values are added in the order of rows.
    var values: [Double] = [], reached: [Double] = [], total = 0.0
    if present.allSatisfy({ $0.weight == 1 }) {
      values = present.map(\.value).sorted()
      reached = (0..<values.count).map { Double($0 + 1) }
    } else {
      present = present.enumerated().sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }.map(\.element)
      for entry in present {
        total += entry.weight
        values.append(entry.value)
        reached.append(total)
      }
    }
    self.values = values
    self.reached = reached
  }

  private var total: Double { reached.last ?? 0 }

  /// The first value at which the weights reach `weight`; the last one if they never do.
  private func index(reaching weight: Double) -> Int {
    var low = 0, high = values.count - 1
    while low < high {
      let middle = (low + high) / 2
      if reached[middle] >= weight { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The value in place k, from 1.
  private func value(_ place: Double) -> Double { values[index(reaching: max(1, place))] }

  /// The value between places k and k + 1, on the line.
  private func value(between place: Double) -> Double {
    let place = min(max(place, 1), max(total, 1))
    let whole = place.rounded(.down), share = place - whole
    let low = value(whole)
    if share == 0 { return low }
    let high = value(whole + 1)
    return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
  }

  /// The quantile of a share; `nil` without values.
  func quantile(_ q: Double, _ rule: QuantileRule) -> Double? {
    guard !values.isEmpty else { return nil }
    let n = total, place = (n - 1) * q + 1
    switch rule {
    case .linear: return value(between: place)
    case .lower: return value(place.rounded(.down))
    case .higher: return value(place.rounded(.up))
    case .nearest: return value((place - 1).rounded(.toNearestOrEven) + 1)
    case .midpoint: return (value(place.rounded(.down)) + value(place.rounded(.up))) / 2
    case .invertedCDF: return values[index(reaching: n * q)]
    case .averagedInvertedCDF:
      let index = index(reaching: n * q)
      return reached[index] == n * q && index + 1 < values.count ? (values[index] + values[index + 1]) / 2 : values[index]
    case .interpolatedInvertedCDF: return value(between: n * q)
    case .hazen: return value(between: n * q + 0.5)
    case .weibull: return value(between: (n + 1) * q)
    case .medianUnbiased: return value(between: n * q + (1 + q) / 3)
    case .normalUnbiased: return value(between: n * q + (3 + 2 * q) / 8)
    }
  }

  /// The weighted median: the middle value, or the mean of the two middle ones; `nil` without values.
  var median: Double? { quantile(0.5, .averagedInvertedCDF) }

  /// The value with the greatest weight, the least such value in a tie; `nil` without values.
  var mode: Double? {
    var best: (value: Double, weight: Double)?
    var index = 0, before = 0.0
    while index < values.count {
      let value = values[index]
      while index < values.count, values[index] == value { index += 1 }
      let weight = reached[index - 1] - before
      before = reached[index - 1]
      if weight > best?.weight ?? 0 { best = (value, weight) }
    }
    return best?.value
  }
}
