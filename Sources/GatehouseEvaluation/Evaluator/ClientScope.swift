// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What is different for evaluations that are part of a client response.
struct ClientScope {
    /// The app that `target_app` conditions compare.
    var app: ValueView
    var includesLocalOverrides: Bool
    /// The experiments whose groups conditions are asking for, the innermost last; never more than gates nest.
    var resolvedGroups: [Text] = []

    func isResolvingGroup(of experiment: Text) -> Bool {
        resolvedGroups.contains { $0 == experiment }
    }
}
