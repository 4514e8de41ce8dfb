internal import CSkewlabKernels

/// What this CPU, and its operating system, can run beyond the baseline, by the names that compilers use; empty except on x86-64.
package func cpuFeatures() -> [String] {
  var features: [String] = []
  var index: Int32 = 0
  while let name = unsafe skewlab_cpu_feature(index) {
    features.append(unsafe String(cString: name))
    index += 1
  }
  return features.filter { !$0.isEmpty }
}
