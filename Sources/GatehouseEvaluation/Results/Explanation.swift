// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The steps of an evaluation: every rule and condition in order, with the values it compared.
///
/// The code that decides also records the steps, so they can't differ from the evaluation.
public struct Explanation: Sendable, Equatable {
    /// Why an entity took part.
    public enum Role: String, Sendable {
        /// The caller asked for it.
        case asked
        /// A condition names it.
        case nested
        /// A rule leaves the decision to it.
        case delegate
        /// A config mapping replaces another entity with it.
        case mapping
    }

    /// A user's bucket against the threshold that decides.
    public struct Bucket: Sendable, Equatable {
        /// The user's bucket, counted from 0.
        public let bucket: UInt64
        /// The number of buckets.
        public let total: UInt64
        /// Buckets below pass; `nil` where the condition's operator compares the bucket.
        public let threshold: Double?
        /// The ID type that is hashed.
        public let idType: String
        /// Whether the user has such an ID.
        ///
        /// All users without one share the bucket of the empty ID.
        public let hasUnit: Bool
    }

    /// Why an operator can't read one of the two operands of a condition.
    ///
    /// The verdict follows from that alone: the condition fails, or passes if its operator is a negation.
    public enum UnreadableOperand: String, Sendable, Hashable, CaseIterable {
        /// The operator needs a value, and the user has none, or null.
        case valueMissing = "value_missing"
        /// The user has no ID of the condition's ID type.
        case unitMissing = "unit_missing"
        /// The value is neither a number nor the text of a number.
        case valueNotNumber = "value_not_number"
        /// The value is neither a number of ms or s since 1970 nor the text of a date with a time.
        case valueNotTime = "value_not_time"
        /// The value is the text of a time with more than 20 characters, for example with a fraction of a second.
        case valueTimeTooLong = "value_time_too_long"
        /// A part of the value that decides isn't a number, for example in `v2.5.0`.
        case valueNotVersion = "value_not_version"
        /// The value isn't an array.
        case valueNotArray = "value_not_array"
        /// The value is an object, which has no text.
        case valueNotText = "value_not_text"
        /// The condition's target is neither a number nor the text of a number.
        case targetNotNumber = "target_not_number"
        /// The condition's target isn't a time.
        case targetNotTime = "target_not_time"
        /// A part of the target that decides isn't a number.
        case targetNotVersion = "target_not_version"
        /// The condition's target isn't a valid regular expression.
        case targetNotPattern = "target_not_pattern"
        /// The condition's target isn't an array, nor an object where the operator reads its names.
        case targetNotList = "target_not_list"
        /// The condition's target isn't text, although it should name an ID list.
        case targetNotName = "target_not_name"
        /// The evaluation's context has no ID list of that name.
        case idListMissing = "id_list_missing"
        /// The user has neither a country nor an IP address.
        case addressMissing = "address_missing"
        /// The user's IP address isn't an IPv4 address of a known country.
        case countryUnknown = "country_unknown"
    }

    /// A condition.
    public struct Condition: Sendable, Equatable {
        /// The condition's type in the document, for example `user_field`; empty when the document lacks it.
        public internal(set) var type = ""
        /// The field it reads, `nil` for types without.
        public internal(set) var field: String?
        /// The ID type it reads, `nil` for types that don't compare an ID.
        public internal(set) var idType: String?
        /// The operator, `nil` for types without.
        public internal(set) var `operator`: String?
        /// The target as JSON text.
        public internal(set) var target = "null"
        /// The value that was compared as JSON text; `nil` when there was none.
        public internal(set) var value: String?
        /// Whether the condition passed.
        public internal(set) var passed = false
        /// Whether its type or operator is unknown.
        public internal(set) var isUnsupported = false
        /// Why the operator can't read the value or the target; empty where it reads both.
        public internal(set) var unreadable: [UnreadableOperand] = []
        /// The user's bucket, for types that hash.
        public internal(set) var bucket: Bucket?
        /// The number of buckets that the target lists, `nil` for other targets.
        public internal(set) var bucketCount: Int?
        /// The answer of a gate that was evaluated earlier in the same call.
        public internal(set) var remembered: String?
        /// The entities that were evaluated for the condition.
        public internal(set) var nested: [Explanation] = []
    }

    /// A rule.
    public struct Rule: Sendable, Equatable {
        /// The rule's id.
        public internal(set) var id = ""
        /// The rule's name.
        public internal(set) var name = ""
        /// The rule's group, `nil` when it has none.
        public internal(set) var groupName: String?
        /// The percentage of users that pass, 0 to 100.
        public internal(set) var passPercentage = 0.0
        /// Its conditions in order.
        public internal(set) var conditions: [Condition] = []
        /// Whether all conditions passed.
        public internal(set) var passed = false
        /// Whether a condition is unknown.
        public internal(set) var isUnsupported = false
        /// The user's bucket, where the percentage needed one.
        public internal(set) var bucket: Bucket?
        /// The experiments that the rule delegated to.
        public internal(set) var delegates: [Explanation] = []
    }

    /// The entity's kind.
    public internal(set) var kind: EntityKind
    /// The entity's name.
    public internal(set) var name: String
    /// Why it took part.
    public internal(set) var role: Role
    /// The rules that were tried, in order.
    public internal(set) var rules: [Rule] = []
    /// The entities that config mappings or targeting evaluated before the rules.
    public internal(set) var detours: [Explanation] = []
    /// The bucket of an autotune's user.
    public internal(set) var bucket: Bucket?
    /// The result: `true` or `false` for gates, the JSON of the value otherwise.
    public internal(set) var value = "null"
    /// The rule that decided.
    public internal(set) var ruleID = ""
    /// The group, `nil` when the rule has none.
    public internal(set) var groupName: String?
    /// The reason for the result.
    public internal(set) var reason = EvaluationReason.recognized
    /// The number of steps of nested entities that were left out because there were too many, 0 within an explanation.
    public internal(set) var omittedSteps = 0
}
