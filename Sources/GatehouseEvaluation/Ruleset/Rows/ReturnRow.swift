// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A value that a rule, a default or a group returns: kept as JSON until somebody reads it (Evaluation §2.6).
package struct ReturnRow: BitwiseCopyable {
    package enum Kind: UInt8, BitwiseCopyable {
        case null, `true`, `false`, object
    }

    package let kind: Kind
    /// The JSON, `{}` for kinds that can't be returned.
    package let json: Text
    /// An object's members, in order, later duplicates removed.
    package let members: UnsafeBufferPointer<MemberRow>

    package init(kind: Kind, json: Text, members: UnsafeBufferPointer<MemberRow>) {
        self.kind = kind
        self.json = json
        self.members = members
    }

    package static var emptyObject: ReturnRow { ReturnRow(kind: .object, json: Text("{}"), members: .init()) }
    package static var `true`: ReturnRow { ReturnRow(kind: .true, json: Text("true"), members: .init()) }
    package static var `false`: ReturnRow { ReturnRow(kind: .false, json: Text("false"), members: .init()) }

    /// The JSON of a member's value, missing when there is none.
    func member(_ name: Text) -> Text {
        for member in members where member.name == name { return member.value }
        return .missing
    }
}

/// A member of a returned object.
package struct MemberRow: BitwiseCopyable {
    package let name: Text
    /// JSON.
    package let value: Text

    package init(name: Text, value: Text) {
        self.name = name
        self.value = value
    }
}
