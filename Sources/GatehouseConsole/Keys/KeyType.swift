// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a key is for.
public enum KeyType: String, Sendable, CaseIterable, Codable {
    /// A backend service: config specs, ID lists, events, evaluations.
    case server = "SERVER"
    /// An app on a user's device: evaluated values and events.
    case client = "CLIENT"
    /// Programs that manage the project.
    case console = "CONSOLE"
    /// Provisioning of users, which this console has no endpoint for.
    case scim = "SCIM"

    /// How a key's secret begins.
    var secretPrefix: String { rawValue.lowercased() == "server" ? "secret-" : rawValue.lowercased() + "-" }
}
