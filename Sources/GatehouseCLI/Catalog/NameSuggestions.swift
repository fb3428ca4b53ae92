// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Finds the names that are most similar to a name that doesn't exist.
package enum NameSuggestions {
    private static let count = 3
    // Longer names are machine-made, so they hold no typing errors, and comparing them is slow.
    private static let maximumNameBytes = 256

    /// The names most similar to a name, best first: names that differ in case or in a few letters, or that contain it.
    package static func closest(to name: String, among names: [String]) -> [String] {
        let target = Array(name.lowercased().utf8)
        guard !target.isEmpty, target.count <= maximumNameBytes else { return [] }
        let limit = max(1, min(target.count / 3, 4))
        var ranked: [(distance: Int, name: String)] = []
        for candidate in names {
            let letters = Array(candidate.lowercased().utf8)
            if let distance = distance(target, letters, atMost: limit) {
                ranked.append((distance, candidate))
            } else if target.count >= 3, candidate.lowercased().contains(name.lowercased()) {
                ranked.append((limit + letters.count, candidate))
            }
        }
        // A name of several kinds occurs several times.
        var result: [String] = []
        for (_, name) in ranked.sorted(by: { ($0.distance, $0.name) < ($1.distance, $1.name) })
        where !result.contains(where: { Catalog.areSame($0, name) }) {
            result.append(name)
            if result.count == count { break }
        }
        return result
    }

    /// The number of letters to insert, remove, replace or swap with the next; `nil` when it exceeds the limit.
    private static func distance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            if current.allSatisfy({ $0 > limit }) { return nil }
            (beforeLast, last) = (last, current)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
