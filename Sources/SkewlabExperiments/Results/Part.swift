internal import SkewlabEngine

/// The file of one finished run: text lines, the last of which is `end`, so that a part is whole or not a part.
enum Part {
  private static let version = "skewlab-part 4"

  static func text(_ result: RunResult, fingerprint: String) -> String {
    var text = "\(version) \(fingerprint)\n"
    text +=
      "run \(result.run.arm) \(result.run.replicate)\nending \(result.ending) \(result.endingCycle.map(String.init) ?? "-")\n\(result.endingText.replacing("\n", with: " "))\ncycles \(result.cycles.count)\n"
    var lines = CSVText()
    for cycle in result.cycles {
      lines.add(cycle.cycle)
      for value in cycle.values { lines.add(value) }
      lines.endLine()
    }
    text += lines.text + "fits \(result.fits.count)\n"
    lines.removeAll()
    for fit in result.fits {
      lines.add(fit.cycle)
      lines.add(fit.deficientRank.map(String.init) ?? "")
      lines.add(fit.certificate.map { "\($0.iterations) \($0.converged ? 1 : $0.hasOneClass ? 2 : 0) \($0.gradientNorm)" } ?? "")
      lines.add(fit.intercept)
      for weight in fit.weights { lines.add(weight) }
      lines.endLine()
    }
    text += lines.text + "deployments \(result.deployments.count)\n"
    lines.removeAll()
    for row in result.deployments {
      lines.add(row.cycle)
      lines.add(row.fittedIn)
      for name in [row.trainingVersion, row.servingVersion, row.step, row.feature, row.statistic] { lines.add(exactly: escaped(name)) }
      lines.add(row.training)
      lines.add(row.serving)
      lines.add(row.agrees ? 1 : 0)
      lines.endLine()
    }
    text += lines.text
    text += "alarms \(result.alarms.count)\n"
    for alarm in result.alarms { text += "\(alarm.cycle) \(alarm.signal) \(alarm.monitor)\n" }
    return text + "end\n"
  }

  /// The result in a part's text; `nil` unless it is whole and of the experiment with this fingerprint.
  static func parse(_ text: String, fingerprint: String, run: PlannedRun) -> RunResult? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    func header(_ word: String) -> Int? {
      guard let line = lines.popFirst() else { return nil }
      let words = line.split(separator: " ")
      return words.count == 2 && words[0] == word ? Int(words[1]) : nil
    }
    guard lines.popFirst() == "\(version) \(fingerprint)", lines.popFirst() == "run \(run.arm) \(run.replicate)" else { return nil }
    guard let ending = lines.popFirst(), ending.hasPrefix("ending "), let endingText = lines.popFirst() else { return nil }
    var result = RunResult(run: run)
    let words = ending.split(separator: " ")
    guard words.count == 3, words[2] == "-" || Int(words[2]) != nil else { return nil }
    result.ending = String(words[1])
    result.endingCycle = Int(words[2])
    result.endingText = String(endingText)
    guard let cycles = header("cycles") else { return nil }
    for _ in 0..<cycles {
      guard let line = lines.popFirst() else { return nil }
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard let cycle = Int(cells[0]), let values = numbers(cells.dropFirst()) else { return nil }
      result.cycles.append(RunResult.Cycle(cycle: cycle, values: values))
    }
    guard let fits = header("fits") else { return nil }
    for _ in 0..<fits {
      guard let line = lines.popFirst() else { return nil }
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count >= 4, let cycle = Int(cells[0]), let values = numbers(cells.dropFirst(3)) else { return nil }
      let parameters = values.compactMap(\.self)
      guard parameters.count == values.count, cells[1].isEmpty || Int(cells[1]) != nil else { return nil }
      let certificate = certificate(cells[2])
      guard cells[2].isEmpty || certificate != nil else { return nil }
      result.fits.append(
        RunResult.Fit(
          cycle: cycle, intercept: parameters[0], weights: Array(parameters.dropFirst()), deficientRank: Int(cells[1]),
          certificate: certificate))
    }
    guard let deployments = header("deployments") else { return nil }
    for _ in 0..<deployments {
      guard let row = lines.popFirst().flatMap({ deployment($0.split(separator: ",", omittingEmptySubsequences: false)) }) else {
        return nil
      }
      result.deployments.append(row)
    }
    guard let alarms = header("alarms") else { return nil }
    for _ in 0..<alarms {
      guard let words = lines.popFirst()?.split(separator: " ", maxSplits: 2), words.count == 3, let cycle = Int(words[0]) else {
        return nil
      }
      result.alarms.append(RunResult.RaisedAlarm(cycle: cycle, monitor: String(words[2]), signal: String(words[1])))
    }
    return lines.popFirst() == "end" ? result : nil
  }

  private static func deployment(_ cells: [Substring]) -> RunResult.DeploymentRow? {
    guard cells.count == 10, let cycle = Int(cells[0]), let fittedIn = Int(cells[1]), let values = numbers(cells[7...8]) else { return nil }
    let names = cells[2...6].map(unescaped)
    return RunResult.DeploymentRow(
      cycle: cycle, fittedIn: fittedIn, trainingVersion: names[0], servingVersion: names[1], step: names[2], feature: names[3],
      statistic: names[4], training: values[0], serving: values[1], agrees: cells[9] == "1")
  }

  /// What would end a cell or a line of a part, and how it is written instead.
  private static let escapes = [("%", "%25"), (",", "%2C"), ("\n", "%0A"), ("\r", "%0D"), ("\"", "%22")]

  private static func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { [37, 44, 10, 13, 34].contains($0) }) else { return name }
    return escapes.reduce(name) { $0.replacing($1.0, with: $1.1) }
  }

  private static func unescaped(_ cell: Substring) -> String {
    guard cell.utf8.contains(37) else { return String(cell) }
    return escapes.reversed().reduce(String(cell)) { $0.replacing($1.1, with: $1.0) }
  }

  /// Iterations; 1 where they converged, 2 where the window had one class only, else 0; and the gradient's norm.
  private static func certificate(_ cell: Substring) -> FitCertificate? {
    let words = cell.split(separator: " ")
    guard words.count == 3, let iterations = Int(words[0]), ["0", "1", "2"].contains(words[1]), let norm = Double(words[2]) else {
      return nil
    }
    return FitCertificate(gradientNorm: norm, iterations: iterations, converged: words[1] == "1", hasOneClass: words[1] == "2")
  }

  /// Numbers, `nil` for cells that are empty; `nil` altogether when a cell is anything else.
  private static func numbers(_ cells: ArraySlice<Substring>) -> [Double?]? {
    var values: [Double?] = []
    for cell in cells {
      let value = Double(cell)
      if value == nil, !cell.isEmpty { return nil }
      values.append(value)
    }
    return values
  }
}
