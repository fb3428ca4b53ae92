// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseSpec

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
            if let distance = NameDistance.distance(target, letters, atMost: limit) {
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

    /// The names most similar to a name, as the end of a message: `; did you mean "a" or "b"?`, or nothing.
    package static func hint(for name: String, among names: [String]) -> String {
        let closest = closest(to: name, among: names).map { "\"\($0)\"" }
        return closest.isEmpty ? "" : "; did you mean \(closest.joined(separator: " or "))?"
    }
}
