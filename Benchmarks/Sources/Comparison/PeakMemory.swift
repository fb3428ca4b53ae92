// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The most memory that this process has had at once.
enum PeakMemory {
    /// In bytes, 0 when the system doesn't say.
    ///
    /// On Linux from `/proc`: what `getrusage` tells there begins at the peak of the process that started this one.
    static var byteCount: Int {
        #if os(Linux)
            guard let file = fopen("/proc/self/status", "r") else { return 0 }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 256)
            while fgets(&line, Int32(line.count), file) != nil {
                let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                guard text.hasPrefix("VmHWM:") else { continue }
                return (Int(text.filter { $0 >= "0" && $0 <= "9" }) ?? 0) * 1024
            }
            return 0
        #else
            var usage = rusage()
            return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : 0
        #endif
    }
}
