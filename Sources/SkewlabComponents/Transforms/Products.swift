internal import SkewlabEngine
internal import SkewlabNumerics

/// Products of columns, for `polynomial` and `interaction`.
struct Products {
  /// The columns of each factor, in increasing order, a column once for each time that it is a factor.
  let factors: [[Int]]

  /// The products of columns with `degrees` factors, fewer factors first, in the order of columns (scikit-learn's PolynomialFeatures).
  init(of columns: [Int], degrees: ClosedRange<Int>, repeats: Bool, mixes: Bool) {
    var factors: [[Int]] = []
    func extend(_ chosen: [Int], from position: Int, degree: Int) {
      if chosen.count == degree {
        factors.append(chosen)
        return
      }
      for next in position..<max(position, columns.count) where mixes || chosen.isEmpty || next == position {
        extend(chosen + [columns[next]], from: repeats ? next : next + 1, degree: degree)
      }
    }
    for degree in degrees { extend([], from: 0, degree: degree) }
    self.factors = factors
  }

  /// How many products there are with up to `degree` factors, or more than `limit`.
  static func count(of columns: Int, degrees: ClosedRange<Int>, repeats: Bool, mixes: Bool, limit: Int) -> Int {
    guard mixes else { return columns * degrees.count }
    var total = 0
    for degree in degrees {
      // n + d − 1 choose d with repeats, n choose d without.
      var number = 1.0
      for k in 0..<degree { number = number * Double(repeats ? columns + k : columns - k) / Double(k + 1) }
      if number > Double(limit) { return limit + 1 }
      total += max(0, Int(number.rounded()))
    }
    return total
  }

  /// `x1^2*x2` for each.
  func columns(of schema: Schema) -> [Schema.Column] {
    factors.map { factors in
      var names: [String] = []
      for column in Array(Set(factors)).sorted() {
        let power = factors.count { $0 == column }
        names.append(schema.columns[column].name + (power > 1 ? "^\(power)" : ""))
      }
      return Schema.Column(names.joined(separator: "*"), mayBeMissing: factors.contains { schema.columns[$0].mayBeMissing })
    }
  }

  /// The most columns that a scenario may have.
  static let limit = 5000
}

/// The columns as they are, then products of them.
struct FittedProducts: FittedTransform {
  let input: Schema
  let output: Schema
  let factors: [[Int]]
  let state: [FittedValue] = []
  var affineMap: AffineMap? { factors.isEmpty && input.isNumericWithoutGaps ? .identity(input.count) : nil }

  init(_ products: Products, _ schema: Schema) {
    input = schema
    output = Schema(schema.columns + products.columns(of: schema))
    factors = products.factors
  }

  func apply(_ matrix: Matrix, rows: Int, into result: inout Matrix) {
    for j in 0..<input.count { result.copy(column: j, from: matrix, rows: rows) }
    var product = [Double](repeating: 0, count: rows)
    for (k, factors) in factors.enumerated() {
      matrix.withColumn(factors[0], rows: 0..<rows) { x in
        var room = product.mutableSpan
        Columns.copy(x, into: &room)
      }
      for factor in factors.dropFirst() {
        matrix.withColumn(factor, rows: 0..<rows) { x in
          result.withMutableColumn(input.count + k, rows: 0..<rows) { out in Columns.multiply(product.span, by: x, into: &out) }
        }
        result.withColumn(input.count + k, rows: 0..<rows) { x in
          var room = product.mutableSpan
          Columns.copy(x, into: &room)
        }
      }
    }
  }
}
