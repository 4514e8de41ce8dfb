import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import Testing

/// Intervals of two replicates a and b are (a + b)/2 ± 12.7062 · |a − b|/2 (Student's t with one degree of freedom).
@Suite struct ClosingSentenceTests {
  private static func text(_ experiment: Experiment, _ values: [[String: [[Double?]]]]) -> String {
    ClosingSentence(constructed(experiment, values), outcome: "y").text
  }

  /// Differences over both cycles are 0.50 and 0.52 of 3: 17 % ± 12.7062 · 0.01/3 = 4.2 %. In cycle 2
  /// they are 0 and 0.02 of 4: 0.25 % ± 3.18 %. The own test's are −0.80 and −0.78 of 1: −79 % ± 12.7 %.
  @Test func `the worst arm is compared with the first, over all cycles and in the last`() throws {
    let experiment = try smallExperiment(arms: ["none", "bad", "good"], cycles: 2, replicates: 2)
    let best: [[Double?]] = [[1, 1], [1, 1]]
    let text = Self.text(
      experiment,
      [
        [
          "untouched_loss": [[2, 2], [4, 4]], "best_loss": best, "excess_loss": [[1, 1], [3, 3]], "offline_loss": [[1, 1], [1, 1]],
        ],
        [
          "untouched_loss": [[3, 3.02], [4, 4.02]], "best_loss": best, "excess_loss": [[2, 2.02], [3, 3.02]],
          "offline_loss": [[0.2, 0.22], [0.2, 0.22]],
        ],
        [
          "untouched_loss": [[1, 1], [2, 2]], "best_loss": best, "excess_loss": [[0, 0], [1, 1]], "offline_loss": [[1, 1], [1, 1]],
        ],
      ])
    #expect(
      text
        == "Of 2 arms compared with 'none' over shared cycles, 'bad' has the highest excess_loss. Over cycles 1 to 2, the loss of 'bad' on untouched y is 17 % higher than that with 'none' (95 % interval 13 % to 21 %), while the loss in its own test is 79 % lower than that with 'none' (95 % interval 66 % to 92 %). In cycle 2, no difference could be shown between the loss of 'bad' on untouched y and that with 'none' (95 % interval −2.9 % to +3.4 %), while the loss in its own test is 79 % lower than that with 'none' (95 % interval 66 % to 92 %)."
    )
  }

  /// Over cycles 1 and 2 the policy is 4 % better (4.8 of 5), in the last alone 32 % worse (2.64 of 2).
  @Test func `a policy that wins over all cycles and loses in the last is said to do both`() throws {
    let experiment = try smallExperiment(arms: ["every-cycle", "on-loss"], cycles: 2, replicates: 1)
    let text = Self.text(
      experiment, [["untouched_loss": [[8], [2]]], ["untouched_loss": [[6.96], [2.64]]]])
    #expect(
      text
        == "Over cycles 1 to 2, the loss of 'on-loss' on untouched y is 4.0 % lower than that with 'every-cycle' (one replicate: no interval). In cycle 2, the loss of 'on-loss' on untouched y is 32 % higher than that with 'every-cycle' (one replicate: no interval)."
    )
  }

  /// Untouched 300 of 250 is 20 %; served 2.25 of 0.45 is 5 times. A month in which best_loss rises from 185 to 235 is not the model's.
  @Test func `one arm is compared with the best predictor, and its own test with what is served`() throws {
    let experiment = try smallExperiment(arms: ["only"], cycles: 2, replicates: 2)
    let text = Self.text(
      experiment,
      [
        [
          "untouched_loss": [[240, 260], [235, 235]], "best_loss": [[200, 200], [235, 235]], "served_loss": [[2.25, 2.25], [2.25, 2.25]],
          "offline_loss": [[0.45, 0.45], [0.45, 0.45]],
        ]
      ])
    // Over both: 20 and 32.5·… of 217.5: (237.5 − 217.5, 247.5 − 217.5) = 20 and 30, mean 25 (11 %), ± 63.5 (29 %).
    #expect(
      text
        == "Over cycles 1 to 2, no difference could be shown between the loss on untouched y and that of the best predictor (95 % interval −18 % to +41 %), and the served loss is 5.00 times that in its own test (95 % interval 5.00 to 5.00 times). In cycle 2, the loss on untouched y is the same as that of the best predictor, and the served loss is 5.00 times that in its own test (95 % interval 5.00 to 5.00 times)."
    )
  }

  /// The arm's loss is 1.5 times, the best predictor's 1.25 times.
  @Test func `a harder world is told beside the loss`() throws {
    let experiment = try smallExperiment(arms: ["none", "noisier"], cycles: 1, replicates: 1)
    let text = Self.text(
      experiment,
      [
        ["untouched_loss": [[2]], "best_loss": [[1.6]], "excess_loss": [[0.4]]],
        ["untouched_loss": [[3]], "best_loss": [[2]], "excess_loss": [[1]]],
      ])
    #expect(
      text
        == "In cycle 1, the loss of 'noisier' on untouched y is 50 % higher than that with 'none' (one replicate: no interval), and the best predictor's loss is 25 % higher than that with 'none' (one replicate: no interval)."
    )
  }

  @Test func `replicates that ended early are counted and give no interval`() throws {
    let experiment = try smallExperiment(arms: ["none", "wild"], cycles: 2, replicates: 3)
    let text = Self.text(
      experiment, [["untouched_loss": [[1, 1, 1], [1, 1, 1]]], ["untouched_loss": [[1.5, 1.5, 9], [2.5, 2.5, nil]]]])
    #expect(
      text
        == "Over cycles 1 to 2, the loss of 'wild' on untouched y is 2.00 times that with 'none' (2 of 3 replicates, the others ended early: no interval). In cycle 2, the loss of 'wild' on untouched y is 2.50 times that with 'none' (2 of 3 replicates, the others ended early: no interval)."
    )
  }

  @Test func `without a best predictor the last cycle is compared with the first, and without anything nothing is said`() throws {
    let two = try smallExperiment(arms: ["only"], cycles: 2, replicates: 1),
      one = try smallExperiment(arms: ["only"], cycles: 1, replicates: 1)
    #expect(
      Self.text(two, [["untouched_loss": [[2], [2.5]]]])
        == "In cycle 2, the loss on untouched y is 25 % higher than that in cycle 1 (one replicate: no interval).")
    #expect(
      Self.text(one, [["untouched_loss": [[2]]]])
        == "There is neither a best predictor, nor a test of the model's own, nor a second cycle to compare with.")
    #expect(Self.text(one, [["untouched_loss": [[nil]]]]) == "No cycle was served: there is nothing to compare.")
    let other = try smallExperiment(arms: ["only"], cycles: 1, replicates: 1, metrics: ["r2"])
    #expect(
      Self.text(other, [["untouched_r2": [[0.5]]]]) == "The metrics asked for have no untouched loss: there is nothing to compare.")
  }
}
