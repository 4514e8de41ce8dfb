import SkewlabNumerics
import Testing

@Suite struct MeanIntervalTests {
  @Test func `the interval of five numbers agrees with SciPy`() throws {
    // scipy.stats.t.interval(0.95, 4, loc=6, scale=sqrt(10)/sqrt(5)), SciPy 1.17.1
    let interval = MeanInterval([2, 4, 6, 8, 10])
    #expect(interval.n == 5)
    #expect(interval.mean == 6)
    #expect(relativeError(interval.standardDeviation, 10.0.squareRoot()) < Tolerance.nearlyExact)
    #expect(relativeError(interval.standardError, 2.0.squareRoot()) < Tolerance.nearlyExact)
    #expect(relativeError(try #require(interval.low), 2.0735136770448857) < Tolerance.special)
    #expect(relativeError(try #require(interval.high), 9.926486322955114) < Tolerance.special)
  }

  @Test func `one value has a mean and no interval`() {
    let interval = MeanInterval([3])
    #expect(interval.mean == 3)
    #expect(interval.low == nil && interval.high == nil)
    #expect(interval.standardDeviation.isNaN)
  }

  @Test func `no values have no mean`() {
    let interval = MeanInterval([])
    #expect(interval.n == 0 && interval.mean.isNaN && interval.low == nil)
  }

  @Test func `equal values have an interval of no width`() {
    let interval = MeanInterval([0.1, 0.1, 0.1])
    #expect(interval.mean == 0.1 && interval.low == 0.1 && interval.high == 0.1)
  }

  @Test func `a mean far from zero costs no digits`() {
    let interval = MeanInterval([1e9 + 1, 1e9 + 2, 1e9 + 3])
    #expect(interval.mean == 1e9 + 2 && interval.standardDeviation == 1)
  }

  @Test func `values whose squares overflow have a mean and a deviation`() throws {
    // 1e200 times the five numbers above.
    let interval = MeanInterval([2e200, 4e200, 6e200, 8e200, 10e200])
    #expect(relativeError(interval.mean, 6e200) < Tolerance.nearlyExact)
    #expect(relativeError(interval.standardDeviation, 10.0.squareRoot() * 1e200) < Tolerance.nearlyExact)
    #expect(relativeError(try #require(interval.low), 2.0735136770448857e200) < Tolerance.special)
    #expect(MeanInterval([-1.5e308, 1.5e308]).mean == 0)
  }
}
