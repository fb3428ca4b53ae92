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
    }

    /// A condition.
    public struct Condition: Sendable, Equatable {
        /// The condition's type in the document, for example `user_field`; empty when the document lacks it.
        public internal(set) var type = ""
        /// The field it reads, `nil` for types without.
        public internal(set) var field: String?
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
        /// The user's bucket, for types that hash.
        public internal(set) var bucket: Bucket?
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
}
