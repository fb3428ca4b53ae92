// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why something can't be measured.
public struct WorkloadError: Error, CustomStringConvertible {
    /// What went wrong, in a sentence without a full stop.
    public let description: String

    init(_ description: String) { self.description = description }
}
