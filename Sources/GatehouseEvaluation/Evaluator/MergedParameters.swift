// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The parameters that a layer's rules contribute, each with the rule it comes from (Evaluation §10).
struct MergedParameters {
    private var members: [MemberRow] = []
    private var ruleIDs: [Text] = []
    /// The names, once there are too many to look at one after the other.
    private var names: Set<[UInt8]> = []
    private static let scannedCount = 64

    /// Takes over the members that aren't there yet.
    mutating func add(_ returns: ReturnRow, from ruleID: Text) {
        for member in returns.members where !contains(member.name) {
            members.append(member)
            ruleIDs.append(ruleID)
            if members.count > MergedParameters.scannedCount {
                for member in members[names.count...] { names.insert(Array(member.name.bytes)) }
            }
        }
    }

    func containsAny(of returns: ReturnRow) -> Bool {
        returns.members.contains { contains($0.name) }
    }

    /// The merged object, and the rules in the order of its members.
    func store(in region: Region) -> (returns: ReturnRow, ruleIDs: TextList) {
        var writer = JSONWriter()
        writer.raw("{")
        for (index, member) in members.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(member.name)
            writer.raw(":")
            writer.raw(member.value)
        }
        writer.raw("}")
        let returns = ReturnRow(kind: .object, json: region.text(writer.bytes), members: region.store(members))
        return (returns, region.store(ruleIDs))
    }

    private func contains(_ name: Text) -> Bool {
        names.isEmpty ? members.contains { $0.name == name } : names.contains(Array(name.bytes))
    }
}
