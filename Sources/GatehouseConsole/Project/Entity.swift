// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Something that somebody has authored: a gate, an experiment, a segment.
///
/// Its members are those of the Console API, with a few that only the compiler reads. ``Gate``, ``Experiment`` and the
/// like read them.
struct Entity: Sendable, Equatable {
    let family: Family
    let id: String
    var members: Object
    /// Counts its changes.
    var version: Int64 = 0
    /// Greater than that of anything that was changed before; 0 until it is stored.
    var revision: Int64 = 0

    subscript(name: String) -> Value? {
        get { members[name] }
        set { members[name] = newValue }
    }

    func text(_ name: String) -> String { members.text(name) }

    var name: String { text("name") }
    var idType: String { text("idType") }
    var salt: String { text("salt") }
    var isArchived: Bool { text("status") == "archived" || text("status") == "Archived" }
    var createdTime: Int64 { members["createdTime"]?.integer ?? 0 }
}
