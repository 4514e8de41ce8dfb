#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How many cores this process may use.
public func availableCores() -> Int { ProcessInfo.processInfo.activeProcessorCount }

/// Bytes of memory of this machine.
func physicalMemory() -> UInt64 { ProcessInfo.processInfo.physicalMemory }
