// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// A part of a document that most likely isn't what its authors meant.
public struct LintFinding: Sendable, Hashable {
    /// How bad a finding is.
    public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
        /// The document doesn't do what it says.
        case error
        /// The document most likely doesn't do what its authors expect.
        case warning
        /// The document could be simpler.
        case note

        /// Orders severities, the worst first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The rule of the finding.
    public let code: LintCode
    /// The part of the document, for example `gate "checkout", rule "staff"`.
    public let location: String
    /// What is wrong and why it matters.
    public let message: String

    /// How bad it is.
    public var severity: Severity { code.severity }
    /// What to do about it.
    public var cure: String { code.cure }

    init(_ code: LintCode, _ location: String, _ message: String) {
        self.code = code
        self.location = location
        self.message = message
    }
}

/// The rules that documents are checked by.
public enum LintCode: String, Sendable, Hashable, CaseIterable {
    // Those of DocumentCheck.
    /// An entity is malformed and was left out.
    case droppedEntity = "dropped_entity"
    /// A condition has a type that the engine doesn't know.
    case unknownConditionType = "unknown_condition_type"
    /// A condition has no operator, or one that the engine doesn't know.
    case unknownOperator = "unknown_operator"
    /// Something refers to what the document doesn't have.
    case danglingReference = "dangling_reference"
    /// A percentage is below 0 or above 100.
    case percentage
    /// A member has nearly the name of another that is missing.
    case misspeltMember = "misspelt_member"
    /// An operator can't read its condition's target.
    case unreadableTarget = "unreadable_target"
    /// A value follows JSON's grammar and can't be read.
    case unreadableValue = "unreadable_value"

    /// An entity asks itself, directly or by way of others.
    case cycle
    /// A condition holds for no user, or conditions of a rule exclude each other.
    case neverHolds = "never_holds"
    /// Earlier rules decide for all users that a rule is for.
    case unreachableRule = "unreachable_rule"
    /// A group that no user is in.
    case emptyGroup = "empty_group"
    /// Two rules of a layer or experiment list the same bucket.
    case overlappingBuckets = "overlapping_buckets"
    /// The groups of an experiment leave buckets out.
    case missingBuckets = "missing_buckets"
    /// A unit type is nearly the name of another one.
    case unitType = "unit_type"
    /// A parameter has values of several types.
    case mixedTypes = "mixed_types"
    /// Two percentages of different entities pass the same users.
    case duplicateSalt = "duplicate_salt"
    /// Two names differ only by upper and lower case.
    case nameCase = "name_case"
    /// A condition's field is nearly the name of a well-known one.
    case misspeltField = "misspelt_field"
    /// A gate has the same value for all users.
    case constantGate = "constant_gate"
    /// Two rules of an entity have the same ID.
    case duplicateRuleID = "duplicate_rule_id"

    init(_ code: DocumentFinding.Code) {
        switch code {
        case .droppedEntity: self = .droppedEntity
        case .unknownConditionType: self = .unknownConditionType
        case .unknownOperator: self = .unknownOperator
        case .danglingReference: self = .danglingReference
        case .percentage: self = .percentage
        case .misspeltMember: self = .misspeltMember
        case .unreadableTarget: self = .unreadableTarget
        case .unreadableValue: self = .unreadableValue
        }
    }

    /// How bad a finding of this rule is.
    public var severity: LintFinding.Severity {
        switch self {
        case .droppedEntity, .unknownConditionType, .unknownOperator, .danglingReference, .percentage,
            .unreadableTarget, .unreadableValue, .cycle:
            .error
        case .constantGate, .misspeltField: .note
        default: .warning
        }
    }

    /// What to do about a finding of this rule.
    public var cure: String {
        switch self {
        case .droppedEntity: "correct the entity; SDKs answer as if it didn't exist"
        case .unknownConditionType: "use a condition type that SDKs know; rules behind this one are never tried"
        case .unknownOperator: "use an operator that SDKs know; rules behind this one are never tried"
        case .danglingReference: "add what is missing, or remove the reference"
        case .percentage: "use a percentage from 0 to 100"
        case .misspeltMember: "rename the member, or remove it if it isn't meant"
        case .unreadableTarget: "write the target as the operator reads it"
        case .unreadableValue: "replace the value by one that SDKs can read"
        case .cycle: "remove one of the conditions; no entity of the circle has an answer"
        case .neverHolds: "correct the target, or remove the rule"
        case .unreachableRule: "move the rule in front of the one that decides, or remove it"
        case .emptyGroup: "give the group users, or remove it"
        case .overlappingBuckets: "give each bucket to one rule"
        case .missingBuckets: "let the thresholds of the groups reach 1000"
        case .unitType: "use one name for the unit type; a user without that ID shares the bucket of the empty one"
        case .mixedTypes: "use one type for the parameter; programs that read it get their default for the other types"
        case .duplicateSalt: "give each percentage a salt of its own, unless the same users are meant"
        case .nameCase: "rename one of the two; names are compared exactly"
        case .misspeltField: "use the well-known name if that field is meant"
        case .constantGate: "remove the gate and the code that asks it, if it has had this value for long"
        case .duplicateRuleID: "give each rule an ID of its own; exposures can't tell these apart"
        }
    }
}

/// The findings that a document may have, from a file with a line for each.
///
/// A line is a code, or a code and a pattern for the location, in which `*` is any text and `?` any character:
///
///     # Both are on purpose.
///     constant_gate
///     duplicate_salt gate "checkout*
public struct LintIgnoreList: Sendable {
    /// Why a list can't be read.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// The line, counted from 1.
        public let line: Int
        /// The line and what is wrong with it.
        public var description: String { "line \(line): \"\(SafeText.shortened(code))\" isn't the code of a rule" }
        let code: String
    }

    private var entries: [(code: LintCode, pattern: String?)] = []

    /// Makes a list that ignores nothing.
    public init() {}

    /// Reads a list.
    ///
    /// - Parameter text: The lines; blank ones and those that start with `#` are skipped.
    /// - Throws: ``Failure`` for a line that doesn't start with the code of a rule.
    public init(_ text: String) throws(Failure) {
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard let first = parts.first, !first.hasPrefix("#") else { continue }
            guard let code = LintCode(rawValue: String(first)) else { throw Failure(line: number, code: String(first)) }
            let pattern = parts.count > 1 ? parts[1].trimmingEnd : ""
            entries.append((code, pattern.isEmpty ? nil : pattern))
        }
    }

    /// Whether a finding is ignored.
    ///
    /// - Parameter finding: The finding.
    /// - Returns: Whether a line of the list names its code, and its location if the line has a pattern.
    public func ignores(_ finding: LintFinding) -> Bool {
        entries.contains { entry in
            entry.code == finding.code && (entry.pattern.map { NamePattern.matches(finding.location, $0) } ?? true)
        }
    }
}

extension Substring {
    fileprivate var trimmingEnd: String {
        var rest = self
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
