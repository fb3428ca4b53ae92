// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why the process stops, for people.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
