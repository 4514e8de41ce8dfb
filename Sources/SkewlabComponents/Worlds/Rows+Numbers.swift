internal import SkewlabEngine
internal import SkewlabNumerics

extension Rows {
  /// One number for each row, as the closure gives them.
  func numbers(_ draw: (inout MutableSpan<Double>) -> Void) -> [Double] {
    var numbers = Array(repeating: 0.0, count: count)
    var span = numbers.mutableSpan
    draw(&span)
    return numbers
  }

  /// Makes the outcomes what a predictor says of the features.
  mutating func setOutcomes(_ predictor: LinearPredictor) {
    var room = outcomes.taken()
    var span = room.mutableSpan
    predictor.predict(features, rows: count, into: &span)
    outcomes = room
  }
}
