import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import Testing

/// y₀ = 2x + noise of variance 1, and y = y₀ + w·x/2 is learned without an intercept: w becomes 2 + w/2 + e, where e, the
/// estimation error on 80 of 100 normal rows, has variance 1/(80 − 2).
@Suite struct ExplanationTests {
  /// The rate is ½, so that half is gone after one fit; w settles at 2/(1 − ½) = 4, where w·x/2 − w·x makes up for 2x: risk 1.
  ///
  /// With v = 1/78: in cycle 1, w = 2 + e₀; own test and untouched 1 + v, served (1 − e₀/2)² + 1 = 2 + v/4. In cycle 2,
  /// w = 3 + e₀/2 + e₁; untouched 2 + 1.25v, served ¼ + 0.3125v + 1. Settled: untouched 1 + (4 − 2)² = 5, served 1.
  @Test func `every number of an explanation by hand`() throws {
    let document: ScenarioDocument = [
      "cycles": 2, "rows": 100, "replicates": 1, "world": ["kind": "gaussian", "features": 1, "coefficients": [2], "noise": 1],
      "pipeline": [], "learner": ["kind": "ols", "intercept": false], "retraining": ["every": 1, "window": ["cycles": 1]],
      "feedback": [["kind": "label-follows-prediction", "form": "additive", "strength": 0.5]],
    ]
    let text = Explanation(try Experiment(document).arms[0].scenario).text
    #expect(
      text == """
          loop          1 parameter; retrained every cycle on the last cycle
          behaviour     settles: errors are multiplied by 0.5000 from fit to fit; half is gone after 1.0 fits
          stable point  x1 4.000  (performative risk 1.0000)
          optimum       x1 4.000  (performative risk 1.0000)
          expected  own test  served  untouched   best
        ──────────────────────────────────────────────
          cycle 1      1.013   2.003      1.013  1.000
          cycle 2      1.013   1.254      2.016  1.000
          settled      1.000   1.000      5.000  1.000
          exact in expectation at 100 rows a cycle; settled: without sampling error
        note: 25 % of the first model's distance to the stable point is left after the 2 cycles asked: what a run shows is the way there
        note: stable point and optimum coincide: retraining finds what is best here, and knowing the response would gain nothing; by construction, as long as the model has no penalty and can follow every answer
        """)
  }
}
