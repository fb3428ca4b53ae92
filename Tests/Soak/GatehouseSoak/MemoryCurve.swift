// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The process's resident memory over time.
struct MemoryCurve: CustomStringConvertible {
    private var early: [Int] = []
    private var late: [Int] = []
    /// In bytes; 0 where the system doesn't tell.
    private(set) var latest = 0

    /// - Parameter share: Which share of the time has passed; the first tenth doesn't count.
    mutating func add(after share: Double) {
        guard
            let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
                .split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return }
        latest = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        if share > 0.1, share <= 0.4 { early.append(latest) }
        if share > 0.7 { late.append(latest) }
    }

    /// Whether the last third takes as much as the first, by their medians.
    func isFlat(within percent: Double) -> Bool {
        abs(change) <= percent
    }

    private var change: Double {
        guard !early.isEmpty, !late.isEmpty else { return 0 }
        return 100 * Double(median(late) - median(early)) / Double(median(early))
    }

    private func median(_ values: [Int]) -> Int {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    var description: String {
        let percent = "\(change < 0 ? "" : "+")\((change * 10).rounded() / 10) %"
        return "\(median(early) / 1_024) KiB early, \(median(late) / 1_024) KiB late (\(percent))"
    }
}
