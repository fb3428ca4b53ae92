// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Names with wildcards.
package enum NamePattern {
    /// Whether a name matches a pattern, in which `*` is any text and `?` any character.
    package static func matches(_ name: String, _ pattern: String) -> Bool {
        let (name, pattern) = (Array(name), Array(pattern))
        var (position, index) = (0, 0)
        // The last `*`, and the position in the name up to which it reaches so far.
        var star: (index: Int, position: Int)?
        while position < name.count {
            if index < pattern.count, pattern[index] == "*" {
                star = (index, position)
                index += 1
            } else if index < pattern.count, pattern[index] == "?" || pattern[index] == name[position] {
                index += 1
                position += 1
            } else if let last = star {
                star = (last.index, last.position + 1)
                index = last.index + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }
}
