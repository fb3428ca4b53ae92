// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Whether a key opens anything at all.
public enum KeyStatus: String, Sendable, CaseIterable, Codable {
    /// It opens what its type and scopes say.
    case active
    /// It opens nothing, for good.
    case deactivated
}
