package import SkewlabNumerics

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Which BLAS kernel is the fastest here, tried in child processes: the library chooses when it is loaded.
package struct KernelChoice: Sendable {
  /// The kernel in use, and others that this CPU can run.
  package let current: KernelTimes
  package let others: [KernelTimes]

  package init(current: KernelTimes, others: [KernelTimes]) {
    self.current = current
    self.others = others
  }

  /// Rounds of all kernels in turn, so that a busy moment of the machine does not count against one of them.
  private static let rounds = 3

  /// Times the kernels; `nil` where children cannot be started.
  package static func measured(_ candidates: [BLASKernel]) -> KernelChoice? {
    guard let command = executable() else { return nil }
    var known: [KernelTimes?] = Array(repeating: nil, count: candidates.count + 1)
    for _ in 0..<rounds {
      for (index, kernel) in ([nil] + candidates).enumerated() {
        let setting = kernel.map { "OPENBLAS_CORETYPE=\($0.rawValue) " } ?? ""
        guard let text = output(ofCommand: "exec env \(setting)\(command) doctor --kernel-times 2>/dev/null"),
          let times = KernelTimes(text: text), kernel == nil || times.kernel == kernel?.rawValue
        else { continue }  // a library without this kernel takes another one, and a crash has no times
        known[index] = known[index]?.merged(times) ?? times
      }
    }
    guard let current = known[0] else { return nil }
    return KernelChoice(current: current, others: known.dropFirst().compactMap(\.self))
  }

  /// This program, for a shell.
  private static func executable() -> String? {
    let linked = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    guard let path = linked ?? CommandLine.arguments.first, FileManager.default.isExecutableFile(atPath: path) else { return nil }
    return "'" + path.replacing("'", with: "'\\''") + "'"
  }

  /// The fastest of the others, where it is worth a setting.
  package var better: KernelTimes? {
    others.max { $0.gain(over: current) < $1.gain(over: current) }.flatMap { $0.gain(over: current) >= KernelTimes.materialGain ? $0 : nil }
  }
}
