// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A door: what requests ask for, whichever path and method they use.
enum Endpoint: String, CaseIterable, Sendable {
    case downloadSpecs
    case downloadIDLists
    case logEvents
    case initialize
    /// One gate, config, layer or OpenFeature flag.
    case evaluate
    /// All OpenFeature flags, by name.
    case evaluateAll
    case readKeys
    case changeKeys
    /// What people author: gates, experiments and the like.
    case readProject
    case changeProject
    case readAuditLog
    case readEvents
    /// Health, readiness, the description of the API: no key needed.
    case open
}
