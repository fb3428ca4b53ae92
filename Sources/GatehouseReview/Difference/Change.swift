// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a change may do to users, for notes and for failing a build.
public enum Risk: String, Sendable, Hashable, CaseIterable, Comparable {
    /// A salt, a unit type or the hash changed, so that users are assigned anew.
    case reshuffle
    /// A parameter has values of a type that it didn't have, which programs that read it may refuse.
    case typeChange = "type-change"
    /// Users who had a value, a group or a place in a layer may lose it.
    case loss
    /// Something that programs may ask for is gone.
    case removal

    /// Orders risks as they are declared.
    public static func < (left: Risk, right: Risk) -> Bool { left.rank < right.rank }

    private var rank: Int { Risk.allCases.firstIndex(of: self) ?? 0 }

    /// What the risk means, in a sentence without a full stop.
    public var note: String {
        switch self {
        case .reshuffle: "users are assigned anew"
        case .typeChange: "programs that read the parameter may refuse its value"
        case .loss: "users may lose what they have"
        case .removal: "programs may still ask for it"
        }
    }
}

/// A change of a document's meaning.
public struct Change: Sendable, Hashable {
    /// The kinds of changes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The entity is another kind, for example an experiment that was a dynamic config.
        case kind
        /// The entity was disabled or enabled.
        case enabled
        /// What the entity returns if no rule decides.
        case defaultValue = "default_value"
        /// The salt of an entity or of a rule's percentage, or of a condition on buckets.
        case salt
        /// The unit type of an entity, a rule's percentage or a condition on buckets.
        case idType = "id_type"
        /// The experiment was started or stopped.
        case active
        /// The parameters that an experiment owns in its layer.
        case explicitParameters = "explicit_parameters"
        /// The apps that an entity is for.
        case targetApps = "target_apps"
        /// How exposures are logged.
        case exposures
        /// How a layer merges its rules, or whether an experiment shares its layer's parameters.
        case layerEvaluation = "layer_evaluation"
        /// A rule was added.
        case ruleAdded = "rule_added"
        /// A rule was removed.
        case ruleRemoved = "rule_removed"
        /// A rule stands before or after others than it did.
        case ruleMoved = "rule_moved"
        /// The share of users that a rule passes.
        case percentage
        /// The number of buckets of a group, of 1000.
        case groupSize = "group_size"
        /// The number of buckets that a condition passes, of 1000.
        case allocation
        /// A condition that a rule has now.
        case conditionAdded = "condition_added"
        /// A condition that a rule had.
        case conditionRemoved = "condition_removed"
        /// The order of conditions that exposures show.
        case conditionOrder = "condition_order"
        /// What a rule returns.
        case returnValue = "return_value"
        /// The group's name.
        case groupName = "group_name"
        /// The experiment that a rule leaves the decision to.
        case delegate
        /// Whether a rule is a group of its experiment.
        case experimentGroup = "experiment_group"
        /// The types of a parameter over all values.
        case parameterType = "parameter_type"
        /// A parameter that no value has any more.
        case parameterRemoved = "parameter_removed"
        /// A parameter of a store.
        case parameter
        /// The config by which mappings replace an entity.
        case mapping
        /// The groups, models or settings of an autotune.
        case autotune
        /// The hash from which buckets are computed.
        case bucketing
        /// The environment of users and contexts without one.
        case defaultEnvironment = "default_environment"
        /// The app that the document's key belongs to.
        case appID = "app_id"
    }

    /// The kind of change.
    public let code: Code
    /// The rule, or the parameter; `nil` for what concerns the entity as a whole.
    public let place: String?
    /// What it was, `nil` where there was nothing.
    public let before: String?
    /// What it is, `nil` where there is nothing.
    public let after: String?
    /// What it may do to users, `nil` where nothing special.
    public let risk: Risk?

    init(_ code: Code, at place: String? = nil, from before: String?, to after: String?, risk: Risk? = nil) {
        self.code = code
        self.place = place
        self.before = before.map { SafeText.shortened($0) }
        self.after = after.map { SafeText.shortened($0) }
        self.risk = risk
    }
}

extension Change: CustomStringConvertible {
    /// The change in a line, for example `rule staff: percentage 20 % → 10 %`.
    public var description: String {
        let words = code.rawValue.replacingUnderscores
        let subject = place.map { "\($0): " } ?? ""
        switch (before, after) {
        case (let before?, let after?): return "\(subject)\(words) \(before) → \(after)"
        case (let before?, nil): return "\(subject)\(words) \(before) → nothing"
        case (nil, let after?): return "\(subject)\(words) nothing → \(after)"
        case (nil, nil): return "\(subject)\(words)"
        }
    }
}

extension String {
    /// The raw value of a code as words.
    var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}

/// How one entity differs between two documents.
public struct EntityDifference: Sendable, Hashable {
    /// Whether both documents have it.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Only the new document has it.
        case added
        /// Both documents have it.
        case changed
        /// Only the old document has it.
        case removed
    }

    /// The entity, as the new document has it where both do.
    public let entity: ReviewedEntity
    /// Whether both documents have it.
    public let state: State
    /// What changed; empty for entities that were added or removed.
    public let changes: [Change]
    let key: EntityKey

    /// The risks of the changes, each once.
    public var risks: [Risk] {
        let risks = Set(changes.compactMap(\.risk))
        return (state == .removed ? risks.union([.removal]) : risks).sorted()
    }
}
