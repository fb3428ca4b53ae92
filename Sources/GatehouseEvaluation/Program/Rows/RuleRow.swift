// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled rule.
package struct RuleRow: BitwiseCopyable {
    /// The classes that the filters of sticky values select (Evaluation §18.4).
    package enum Class: UInt8, BitwiseCopyable {
        case ordinary, targeting, override
    }

    package var id: Text
    package var name: Text
    package var groupName: Text
    package var unit: UnitSelector
    package var passPercentage: Double
    /// The second component of the percentage's hash.
    package var salt: Text
    /// The text that is hashed before the unit: the spec's salt, the rule's salt, each with a dot.
    package var hashPrefix: HashPrefix
    package var returns: ReturnRow
    /// The experiment that the rule delegates to, missing where it names none.
    package var delegate: Text
    package var samplingRate: UInt64?
    package var isExperimentGroup: Bool
    package var ruleClass: Class
    /// The rule's conditions: a range of the spec's.
    package var firstCondition: Int
    package var conditionCount: Int
    /// The rule's index among the rules of its spec.
    package var index: Int

    package init(
        id: Text, name: Text, groupName: Text, unit: UnitSelector, passPercentage: Double, salt: Text,
        hashPrefix: Text, returns: ReturnRow, delegate: Text, samplingRate: UInt64?, isExperimentGroup: Bool,
        ruleClass: Class, firstCondition: Int, conditionCount: Int, index: Int
    ) {
        self.id = id
        self.name = name
        self.groupName = groupName
        self.unit = unit
        self.passPercentage = passPercentage
        self.salt = salt
        self.hashPrefix = HashPrefix(hashPrefix, isHashed: passPercentage != 0 && passPercentage != 100)
        self.returns = returns
        self.delegate = delegate
        self.samplingRate = samplingRate
        self.isExperimentGroup = isExperimentGroup
        self.ruleClass = ruleClass
        self.firstCondition = firstCondition
        self.conditionCount = conditionCount
        self.index = index
    }
}

/// A value that a rule, a default or a group returns, as JSON that is parsed on reading (Evaluation §2.6).
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

/// Restricts an evaluation to one class of rules, to check whether a sticky value still holds (Evaluation §18.4).
package enum RuleFilter: UInt8, BitwiseCopyable {
    case none, targetingOnly, overridesOnly

    @inline(__always)
    func admits(_ rule: RuleRow) -> Bool {
        switch self {
        case .none: true
        case .targetingOnly: rule.ruleClass == .targeting
        case .overridesOnly: rule.ruleClass == .override
        }
    }
}
