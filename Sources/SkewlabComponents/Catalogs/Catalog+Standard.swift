public import SkewlabEngine

extension Catalog {
  /// Every kind that Skewlab comes with. One line here enrols a kind in `list`, `describe`, the schema, the documentation and the conformance checks.
  public static let standard = Catalog(
    worlds + shifts + transforms + discrepancies + runtimes + decisions + responses + observations + learners + retraining + detectors
      + metrics)

  private static let worlds: [any Component.Type] = [
    Gaussian.self,
    Table.self,
    Autoregressive.self,
    Categorical.self,
    Mixture.self,
    Nonlinear.self,
    Coin.self,
  ]
  private static let shifts: [any Component.Type] = [
    MeanShift.self,
    ScaleShift.self,
    CovarianceShift.self,
    CoefficientShift.self,
    InterceptShift.self,
    NoiseShift.self,
    GroupShareShift.self,
    CategoryFrequencyShift.self,
    LabelShareShift.self,
    MissingRateShift.self,
  ]
  private static let transforms: [any Component.Type] = [
    Impute.self,
    Standardize.self,
    MinMax.self,
    RobustScale.self,
    Log1p.self,
    Log.self,
    Power.self,
    Clip.self,
    Bin.self,
    OneHot.self,
    Ordinal.self,
    Hash.self,
    Cyclic.self,
    Polynomial.self,
    Interaction.self,
    Drop.self,
    Cast.self,
  ]
  private static let discrepancies: [any Component.Type] = [
    Unit.self,
    StaleFeature.self,
    MisalignedRows.self,
    DefaultOnTimeout.self,
    TimeZoneShift.self,
    FeatureNoise.self,
    UnseenCategory.self,
    SwapFeatures.self,
    ImputeMismatch.self,
    StaleStatistics.self,
    DoubleTransform.self,
    SkipTransform.self,
    StepOrder.self,
    CategoryOrder.self,
    LogVariant.self,
    Truncate.self,
    BinEdges.self,
    DegreesOfFreedom.self,
    RoundingRule.self,
    QuantileMethod.self,
    ClipThreshold.self,
    HashVariant.self,
    MissingAsZero.self,
    Precision.self,
    CoefficientTypo.self,
    LinkApproximation.self,
    TargetLeakage.self,
    DuplicatedRows.self,
    DroppedRows.self,
    LearnerDefault.self,
  ]
  private static let runtimes: [any Component.Type] = [
    Instant.self,
    Queue.self,
  ]
  private static let decisions: [any Component.Type] = [
    Score.self
  ]
  private static let responses: [any Component.Type] = [
    LabelFollowsPrediction.self,
    Anchoring.self,
    LocationFamily.self,
    StrategicFeatures.self,
    SelfLabelling.self,
    SlowWorld.self,
    Participation.self,
  ]
  private static let observations: [any Component.Type] = [
    All.self
  ]
  private static let learners: [any Component.Type] = [
    Constant.self,
    OrdinaryLeastSquares.self,
    Ridge.self,
    WeightedLeastSquares.self,
    RecursiveLeastSquares.self,
    Huber.self,
    Logistic.self,
  ]
  private static let retraining: [any Component.Type] = [
    Every.self,
    OnLoss.self,
    Never.self,
  ]
  private static let detectors: [any Component.Type] = []
  private static let metrics: [any Component.Type] = [
    Loss.self,
    RootMeanSquaredError.self,
    MeanAbsoluteError.self,
    RSquared.self,
    MeanPrediction.self,
    CalibrationSlope.self,
    LossInUnits.self,
    Parity.self,
    ParameterDistance.self,
    Fits.self,
    AverageCost.self,
    Latency.self,
    GroupLoss.self,
    Accuracy.self,
    AreaUnderCurve.self,
    Brier.self,
    ExpectedCalibrationError.self,
  ]
}
