public import SkewlabEngine

/// Metric `loss`: the losses that a deployed model is judged by, and their differences.
public struct Loss: Metric {
  /// `loss`.
  public static let kind = "loss"
  /// One line.
  public static let summary = "offline, served, untouched and best loss; skew and excess"
  /// The definition.
  public static let definition = """
    Mean squared errors on the model's scale; for a model that predicts probabilities mean log losses, −[y ln p̂ + (1 − y) ln(1 − p̂)], exact where p̂ is the logistic function of a score; any other value served counts as in [2⁻⁵², 1 − 2⁻⁵²], so that a wrong certainty costs 36.04. offline_loss: the model serving in the cycle, on the evaluation share of its own window, with the labels logged there. \
    served_loss: on this cycle's rows, as served, against outcomes as they happened. skew = served − offline. untouched_loss: on the twin, the same rows had nothing been predicted. best_loss: \
    the best linear predictor on the twin, from the population, or for a table least squares on the whole table; for probabilities the best logistic function of a linear score, where the world knows it (`coin`, and a gaussian one whose binary outcome has the \
    logistic link: the truth itself), or for a table logistic regression without penalty on all of it. excess_loss = untouched − best. \
    served_excess = served_loss minus the loss of the best predictor of the served outcome given the deployed model; there where every response is affine.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// The losses this scenario defines.
  public func columns(for traits: MeasurementTraits) -> [String] {
    (traits.hasEvaluation ? ["offline_loss"] : []) + ["served_loss"] + (traits.hasEvaluation ? ["skew"] : []) + ["untouched_loss"]
      + (traits.hasBest ? ["best_loss", "excess_loss"] : []) + (traits.hasServedBest ? ["served_excess"] : [])
  }

  /// The losses of a cycle.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    let offline = cycle.offline?.meanLoss, served = cycle.served?.meanLoss
    let untouched = cycle.untouched?.meanLoss, best = cycle.best?.meanLoss
    var values: [Double?] = traits.hasEvaluation ? [offline] : []
    values.append(served)
    if traits.hasEvaluation { values.append(difference(served, offline)) }
    values.append(untouched)
    if traits.hasBest { values += [best, difference(untouched, best)] }
    if traits.hasServedBest { values.append(difference(served, cycle.servedBest?.meanLoss)) }
    return values
  }
}

/// a − b, where there are both.
func difference(_ a: Double?, _ b: Double?) -> Double? {
  guard let a, let b else { return nil }
  return a - b
}
