// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A fault of a document that an evaluation passes over in silence.
public struct DocumentFinding: Sendable, Hashable, CustomStringConvertible {
    /// The codes of findings.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// An entity is malformed and was left out.
        case droppedEntity = "dropped_entity"
        /// A condition has a type that the engine doesn't know.
        case unknownConditionType = "unknown_condition_type"
        /// A condition has no operator, or one that the engine doesn't know.
        case unknownOperator = "unknown_operator"
        /// Something refers to a condition, gate, config, experiment, layer, rule or ID list that the document doesn't have.
        case danglingReference = "dangling_reference"
        /// A percentage is below 0 or above 100.
        case percentage
        /// A member has nearly the name of another that is missing.
        case misspeltMember = "misspelt_member"
        /// An operator can't read its condition's target, for example an invalid regular expression.
        case unreadableTarget = "unreadable_target"
        /// A value follows JSON's grammar and can't be read, for example a number out of range (Evaluation §1.1). Names and
        /// references are then not checked.
        case unreadableValue = "unreadable_value"
    }

    /// The code of the finding.
    public let code: Code
    /// The part of the document, for example `gate "checkout", rule "staff"`.
    public let location: String
    /// What is wrong with it.
    public let message: String

    /// Location and message in one line.
    public var description: String { "\(location): \(message)" }
}

/// Checks a document for what an evaluation passes over in silence.
public enum DocumentCheck {
    /// Checks a document.
    ///
    /// - Parameter bytes: The document, in either format.
    /// - Returns: The faults, first those of dropped entities, then in the order of the document.
    /// - Throws: ``DocumentError`` when the document as a whole can't be used.
    public static func findings(in bytes: [UInt8]) throws(DocumentError) -> [DocumentFinding] {
        let ruleset = try Ruleset(document: bytes)
        var walk = DocumentWalk()
        for issue in ruleset.issues where issue.isDropped {
            walk.add(.droppedEntity, issue.path, "\(issue.message), so the entity is left out")
        }
        do throws(DocumentError) {
            walk.check(try Object(document: bytes))
        } catch {
            walk.add(
                .unreadableValue, "line \(error.line), column \(error.column)",
                "\(error.message), so names and references aren't checked")
        }
        for unreadable in ruleset.unreadableTargets() {
            walk.add(
                .unreadableTarget, "\(unreadable.entity) \"\(unreadable.spec)\", rule \"\(unreadable.rule)\"",
                "\(unreadable.reason): \(unreadable.condition)")
        }
        return walk.findings
    }
}

extension Object {
    /// The tree of a document, whose bytes behind the closing brace are ignored as the loader does.
    ///
    /// - Throws: ``DocumentError`` for what isn't an object, and for a value that can't be read although the loader may skip it.
    init(document bytes: [UInt8]) throws(DocumentError) {
        let tree = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(DocumentError) in
                let text = Text(bytes)
                do throws(JSONError) {
                    var reader = JSONReader(text)
                    return try reader.value()
                } catch {
                    let failure = DecodingFailure(
                        offset: error.offset, path: "", message: error.kind.rawValue, isSyntax: !error.isSkippable)
                    throw DocumentError(failure, in: text)
                }
            }
        }
        guard let object = try tree.get().object else {
            let failure = DecodingFailure(offset: 0, path: "", message: "expected an object", isSyntax: false)
            throw DocumentError(failure, in: .missing)
        }
        self = object
    }
}

/// Walks the tree of a document and notes what it finds.
private struct DocumentWalk {
    private(set) var findings: [DocumentFinding] = []
    private var known: Set<DocumentFinding> = []

    private var gates: Set<String> = []
    private var configs: Set<String> = []
    private var layers: Set<String> = []
    private var conditions: Set<String> = []
    /// `nil` for a document that doesn't list its ID lists.
    private var idLists: Set<String>?

    mutating func add(_ code: DocumentFinding.Code, _ location: String, _ message: String) {
        let finding = DocumentFinding(code: code, location: location, message: message)
        // Rules share conditions, so a fault of one occurs for each of them.
        if known.insert(finding).inserted { findings.append(finding) }
    }

    mutating func check(_ document: Object) {
        checkMembers(of: document, known: TopLevelMember.table.names, "document")
        let sections = ["feature_gates", "dynamic_configs", "layer_configs"].map { specs(document[$0]) }
        gates = Set(sections[0].map(\.name))
        configs = Set(sections[1].map(\.name) + names(of: document["cmab_configs"]))
        layers = Set(sections[2].map(\.name))
        conditions = Set(names(of: document["condition_map"]))
        idLists = document["id_lists"]?.object.map { Set($0.map(\.name)) }
        for (section, kind) in zip(sections, ["gate", "config", "layer"]) {
            for spec in section { check(spec.value, "\(kind) \"\(spec.name)\"") }
        }
        for condition in document["condition_map"]?.object ?? [:] {
            if let members = condition.value.object { check(condition: members, "condition \"\(condition.name)\"") }
        }
        checkMappings(document)
        checkStores(document)
        for member in document["experiment_to_layer"]?.object ?? [:] {
            let location = "experiment_to_layer"
            checkReference(member.name, among: configs, "experiment", location)
            if let layer = member.value.string { checkReference(layer, among: layers, "layer", location) }
        }
    }

    private func specs(_ section: Value?) -> [(name: String, value: Object)] {
        switch section {
        case .object(let members):
            members.compactMap { member in member.value.object.map { (name: member.name, value: $0) } }
        case .array(let elements):
            elements.compactMap { element in
                element.object.flatMap { spec in spec["name"]?.string.map { (name: $0, value: spec) } }
            }
        default: []
        }
    }

    private func names(of map: Value?) -> [String] { map?.object?.map(\.name) ?? [] }

    // MARK: - Specs

    private mutating func check(_ spec: Object, _ location: String) {
        checkMembers(of: spec, known: DecodedSpec.memberNames, location)
        for rule in spec["rules"]?.array ?? [] {
            guard let rule = rule.object else { continue }
            check(rule: rule, location)
        }
    }

    private mutating func check(rule: Object, _ spec: String) {
        let location = "\(spec), rule \"\(rule["id"]?.string ?? "")\""
        checkMembers(of: rule, known: DecodedRule.memberNames, location)
        if let percentage = rule["passPercentage"]?.double, !(0...100).contains(percentage) {
            add(.percentage, location, "the percentage \(rule["passPercentage"] ?? .null) isn't from 0 to 100")
        }
        if let delegate = rule["configDelegate"]?.string, !delegate.isEmpty {
            checkReference(delegate, among: configs, "experiment", location)
        }
        for condition in rule["conditions"]?.array ?? [] {
            switch condition {
            case .string(let id): checkReference(id, among: conditions, "condition", location)
            case .object(let members): check(condition: members, location)
            default: break
            }
        }
    }

    // MARK: - Conditions

    private mutating func check(condition: Object, _ location: String) {
        checkMembers(of: condition, known: DecodedCondition.memberNames, location)
        guard let type = condition["type"]?.string else { return }
        guard ConditionCompiler.isKnown(type: type) else {
            return add(.unknownConditionType, location, "the condition type \"\(type)\" is unknown")
        }
        let target = condition["targetValue"]?.string
        switch type {
        case "public": return
        case "pass_gate", "fail_gate": return checkReference(target ?? "", among: gates, "gate", location)
        case "experiment_group":
            if let name = condition["field"]?.string { checkReference(name, among: configs, "experiment", location) }
        default: break
        }
        guard let comparison = condition["operator"]?.string else {
            return add(.unknownOperator, location, "a condition of type \"\(type)\" needs an operator")
        }
        guard ConditionCompiler.isKnown(operator: comparison) else {
            return add(.unknownOperator, location, "the operator \"\(comparison)\" is unknown")
        }
        if comparison == "in_segment_list" || comparison == "not_in_segment_list", let idLists, let target {
            checkReference(target, among: idLists, "ID list", location)
        }
    }

    // MARK: - Other parts

    private mutating func checkMappings(_ document: Object) {
        let rules = Set((document["override_rules"]?.object ?? [:]).map(\.name))
        let known = gates.union(configs).union(layers)
        for member in document["override_rules"]?.object ?? [:] {
            if let rule = member.value.object { check(rule: rule, "override_rules") }
        }
        for mapping in document["overrides"]?.object ?? [:] {
            let location = "overrides of \"\(mapping.name)\""
            for entry in mapping.value.array ?? [] {
                if let name = entry.object?["new_config_name"]?.string {
                    checkReference(name, among: known, "entity", location)
                }
                for trigger in entry.object?["rules"]?.array ?? [] {
                    guard let name = trigger.object?["rule_name"]?.string else { continue }
                    checkReference(name, among: rules, "override rule", location)
                }
            }
        }
    }

    private mutating func checkStores(_ document: Object) {
        for store in document["param_stores"]?.object ?? [:] {
            for parameter in store.value.object?["parameters"]?.object ?? [:] {
                guard let members = parameter.value.object else { continue }
                let location = "parameter store \"\(store.name)\", parameter \"\(parameter.name)\""
                for (member, names, kind) in [
                    ("gate_name", gates, "gate"), ("config_name", configs, "config"),
                    ("experiment_name", configs, "experiment"), ("layer_name", layers, "layer"),
                ] {
                    if let name = members[member]?.string { checkReference(name, among: names, kind, location) }
                }
            }
        }
    }

    // MARK: - Names

    private mutating func checkReference(_ name: String, among names: Set<String>, _ kind: String, _ location: String) {
        if names.contains(name) { return }
        add(.danglingReference, location, "the document has no \(kind) \"\(name)\"")
    }

    /// Notes unknown members with nearly the name of a member that is missing.
    private mutating func checkMembers(of object: Object, known: [String], _ location: String) {
        let missing = known.filter { object[$0] == nil }
        for member in object where !known.contains(member.name) {
            guard let other = missing.first(where: { NameDistance.isMisspelling(member.name, of: $0) }) else {
                continue
            }
            add(.misspeltMember, location, "the member \"\(member.name)\" is unknown; did you mean \"\(other)\"?")
        }
    }
}

/// The number of typing errors between two names.
package enum NameDistance {
    // Longer names are made by machines, and comparing them is slow.
    private static let maximumNameBytes = 256

    /// Whether a name is another one with a typing error or two, or in other letters of the alphabet's two cases.
    package static func isMisspelling(_ name: String, of other: String) -> Bool {
        let (left, right) = (Array(name.lowercased().utf8), Array(other.lowercased().utf8))
        guard left.count <= maximumNameBytes, right.count >= 3 else { return false }
        let limit = right.count < 6 ? 1 : 2
        return distance(left.filter { $0 != 0x5F }, right.filter { $0 != 0x5F }, atMost: limit) != nil
    }

    /// The number of letters to insert, remove, replace or swap with the next.
    ///
    /// - Parameters:
    ///   - left: A name.
    ///   - right: The other name.
    ///   - limit: The maximum.
    /// - Returns: The number, `nil` when it exceeds the limit.
    package static func distance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            if current.allSatisfy({ $0 > limit }) { return nil }
            (beforeLast, last) = (last, current)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
