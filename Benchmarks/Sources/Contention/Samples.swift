// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What repeated measurements of one thing gave.
struct Samples {
    private var values: [Double] = []

    mutating func add(_ value: Double) {
        values.append(value)
    }

    var count: Int { values.count }

    /// The middle one, 0 without any.
    var median: Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    /// The largest one, 0 without any.
    var best: Double { values.max() ?? 0 }
}
