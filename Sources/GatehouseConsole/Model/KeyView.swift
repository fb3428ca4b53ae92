// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a key sees of the project: the rules of some environments, the resources of some apps.
struct KeyView: Sendable, Hashable {
    /// Empty for all.
    let environments: [String]
    /// The app that `target_app` conditions compare, `nil` for that of the document.
    let primaryApp: String?
    /// The apps whose resources are visible, empty for all.
    let apps: [String]

    init(environments: [String], primaryApp: String?, secondaryApps: [String]) {
        self.environments = Array(Set(environments)).sorted()
        self.primaryApp = primaryApp
        apps = Array(Set((primaryApp.map { [$0] } ?? []) + secondaryApps)).sorted()
    }

    /// Whether anything is hidden.
    var isRestricted: Bool { !environments.isEmpty || !apps.isEmpty }
}

extension KeyView {
    /// What nothing restricts.
    static let everything = KeyView(environments: [], primaryApp: nil, secondaryApps: [])
}
