internal import SkewlabNumerics

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How many cores this process may use.
public func availableCores() -> Int { ProcessInfo.processInfo.activeProcessorCount }

/// Bytes that the logs of runs may take: three quarters of this machine's memory, and of what
/// `ulimit -v` allows; the rest is for what is computed of them.
func usableMemory() -> Double {
  0.75 * min(Double(ProcessInfo.processInfo.physicalMemory), addressSpaceLimit() ?? .infinity)
}
