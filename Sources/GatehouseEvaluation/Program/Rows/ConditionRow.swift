// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled condition.
package struct ConditionRow: BitwiseCopyable {
    package var kind: ConditionKind
    package var comparison: ConditionOperator
    package var field = FieldSelector()
    package var unit: UnitSelector
    /// The text that is hashed before the unit: the salt and a dot.
    package var bucketPrefix = Text.missing
    package var target: UnsafePointer<TargetRow>
    /// The parts as the document has them, for explanations.
    package var source: ConditionSource

    package init(
        kind: ConditionKind, comparison: ConditionOperator, unit: UnitSelector, target: UnsafePointer<TargetRow>,
        source: ConditionSource
    ) {
        self.kind = kind
        self.comparison = comparison
        self.unit = unit
        self.target = target
        self.source = source
    }
}

/// The parts of a condition as the document has them.
package struct ConditionSource: BitwiseCopyable {
    package let type: Text
    package let comparison: Text
    package let field: Text
    package let idType: Text
    /// The target's JSON.
    package let target: Text

    package init(type: Text, comparison: Text, field: Text, idType: Text, target: Text) {
        self.type = type
        self.comparison = comparison
        self.field = field
        self.idType = idType
        self.target = target
    }
}

/// The source of the value that a condition compares (Evaluation §6).
package enum ConditionKind: UInt8, BitwiseCopyable {
    case `public`
    case passGate, failGate
    case userField, userAgent, ipCountry
    case environmentField
    case currentTime
    case userBucket
    case unitID
    case targetApp
    case experimentGroup
    /// A type or an operator this engine, like the reference, doesn't know.
    case unsupported
}

/// How a condition compares (Evaluation §7).
package enum ConditionOperator: UInt8, BitwiseCopyable {
    case gt, gte, lt, lte
    case versionGt, versionGte, versionLt, versionLte, versionEq, versionNeq
    case anyOf, noneOf, anyCaseSensitive, noneCaseSensitive
    case startsWithAny, endsWithAny, containsAny, containsNone
    case matches
    case before, after, on
    case eq, neq
    case inSegmentList, notInSegmentList
    case arrayContainsAny, arrayContainsNone, arrayContainsAll, notArrayContainsAll
    /// For condition types that compare nothing.
    case unused
}

/// The field that a condition compares (Evaluation §3.3), resolved from its name by the compiler.
package struct FieldSelector: BitwiseCopyable {
    /// A well-known field that comes before any custom one, unless it is empty.
    package enum WellKnown: UInt8, BitwiseCopyable, CaseIterable {
        case none, userID, email, ip, country, locale, appVersion, userAgent
    }

    package var name = Text.missing
    package var loweredName = Text.missing
    package var wellKnown = WellKnown.none
    /// `user_id`, `app_version` or `user_agent`: a well-known field that comes after all custom ones.
    package var alias = WellKnown.none
    package var userAgentPart = UserAgent.Part.none
    /// The name is exactly `country`, the only field that is derived from an IP address.
    package var isCountry = false

    package init() {}
}

/// The ID of a user that is hashed or compared (Evaluation §3.2), resolved from its ID type by the compiler.
package struct UnitSelector: BitwiseCopyable {
    /// The ID type in lower case is `userid`.
    package let isUserID: Bool
    package let name: Text
    package let loweredName: Text

    package init(isUserID: Bool, name: Text, loweredName: Text) {
        self.isUserID = isUserID
        self.name = name
        self.loweredName = loweredName
    }
}
