@_exported public import SkewlabComponents
@_exported public import SkewlabEngine
@_exported public import SkewlabExperiments
@_exported public import SkewlabNumerics
@_exported public import SkewlabReports
@_exported public import SkewlabScenarios
@_exported public import SkewlabTheory
