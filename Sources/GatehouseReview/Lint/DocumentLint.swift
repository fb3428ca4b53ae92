// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseSpec
internal import GatehouseEvaluation

/// Checks a document for what most likely isn't meant.
public enum DocumentLint {
    /// Checks a document: everything that `DocumentCheck` finds, and what follows from rules and conditions together.
    ///
    /// - Parameters:
    ///   - bytes: The document, in either format.
    ///   - ignored: Findings to leave out.
    /// - Returns: The findings, the worst first, otherwise in the order of the document.
    /// - Throws: `DocumentError` when the document as a whole can't be used.
    public static func findings(
        in bytes: [UInt8], ignoring ignored: LintIgnoreList = LintIgnoreList()
    ) throws(DocumentError) -> [LintFinding] {
        var findings = try DocumentCheck.findings(in: bytes).map {
            LintFinding(LintCode($0.code), $0.location, $0.message)
        }
        let ruleset = try Ruleset(document: bytes)
        findings += withExtendedLifetime(ruleset) { LintWalk.findings(in: ruleset.program) }
        var byRank: [(rank: Int, finding: LintFinding)] = []
        for (index, finding) in findings.enumerated() where !ignored.ignores(finding) {
            byRank.append((index, finding))
        }
        return byRank.sorted { ($0.finding.severity, $0.rank) < ($1.finding.severity, $1.rank) }.map(\.finding)
    }
}

/// Walks the tables of a program and notes what it finds.
struct LintWalk {
    private let program: Program
    private var meanings = ConditionMeanings()
    private var findings: [LintFinding] = []

    static func findings(in program: Program) -> [LintFinding] {
        var walk = LintWalk(program: program)
        walk.checkCycles()
        walk.checkSpecs()
        walk.checkNames()
        walk.checkUnitTypes()
        walk.checkSalts()
        walk.checkFields()
        return walk.findings
    }

    private init(program: Program) { self.program = program }

    private mutating func add(_ code: LintCode, _ location: String, _ message: String) {
        findings.append(LintFinding(code, location, message))
    }

    // MARK: - Specs

    private mutating func checkSpecs() {
        for index in program.specs.indices {
            let spec = LinkedSpec(program, at: index)
            let location = spec.location
            if spec.row.usesNewLayerEvaluation {
                // Such a layer merges all rules that pass, so none hides another.
                checkRuleIDs(spec, location)
                continue
            }
            let meaning = SpecMeaning(spec, &meanings)
            checkRules(meaning, location)
            checkRuleIDs(spec, location)
            checkBuckets(meaning, location)
            switch LinkedSpec.space(program, of: index) {
            case .gate: checkConstant(meaning, location)
            default: checkTypes(meaning.returns, location)
            }
        }
        for row in program.autotuneRows {
            let returns = [row.pointee.defaultValue] + row.pointee.groups.map(\.returns)
            checkTypes(returns, "autotune \"\(row.pointee.name.string)\"")
        }
    }

    private mutating func checkRules(_ meaning: SpecMeaning, _ location: String) {
        var reach = RuleReach()
        for (rule, row) in zip(meaning.rules, meaning.row.rules) {
            let place = "\(location), rule \"\(rule.id)\""
            let conditions = meaning.spec.conditions(of: row)
            let verdict = reach.add(rule, conditions)
            switch verdict {
            case .reachable: break
            case .neverHolds(let reason): add(.neverHolds, place, reason)
            case .hidden(let earlier):
                add(
                    .unreachableRule, place,
                    "the rule is never tried with success, since rule \"\(earlier)\" decides for all its users")
            case .covered:
                let isGroup = row.isExperimentGroup || row.groupName.hasBytes
                add(
                    isGroup ? .emptyGroup : .unreachableRule, place,
                    "all buckets of the rule belong to earlier rules")
            case .undecided(let earlier):
                add(
                    .unreachableRule, place,
                    "the rule is never tried, since rule \"\(earlier)\" has a condition that SDKs don't know")
            }
            if case .reachable = verdict, row.passPercentage == 0, row.isExperimentGroup {
                add(.emptyGroup, place, "the group has 0 % of its users")
            }
        }
    }

    private mutating func checkRuleIDs(_ spec: LinkedSpec, _ location: String) {
        var known: Set<[UInt8]> = []
        var reported: Set<[UInt8]> = []
        for rule in spec.row.rules {
            let id = Array(rule.id.bytes)
            if !known.insert(id).inserted, reported.insert(id).inserted {
                add(.duplicateRuleID, location, "several rules have the ID \"\(rule.id.string)\"")
            }
        }
    }

    /// Buckets of experiments in a layer, and of groups in an experiment, are meant to be shared out.
    private mutating func checkBuckets(_ meaning: SpecMeaning, _ location: String) {
        var given: [String: BucketSet] = [:]
        var groups: [String: (count: Int, buckets: BucketSet)] = [:]
        for rule in meaning.rules {
            guard rule.row.passPercentage == 100, let (hash, buckets) = rule.bucketSet else { continue }
            if rule.row.delegate.hasBytes {
                let shared = buckets.intersection(given[hash] ?? BucketSet()).count
                if shared > 0, shared < buckets.count {
                    add(
                        .overlappingBuckets, "\(location), rule \"\(rule.id)\"",
                        "\(shared) of its \(buckets.count) buckets belong to earlier rules")
                }
                given[hash, default: BucketSet()].formUnion(buckets)
            }
            if rule.row.isExperimentGroup {
                var group = groups[hash] ?? (0, BucketSet())
                group.count += 1
                group.buckets.formUnion(buckets)
                groups[hash] = group
            }
        }
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) where group.count > 1 {
            let missing = BucketSet.total - group.buckets.count
            if missing > 0 {
                add(
                    .missingBuckets, location,
                    "\(missing) of 1000 buckets belong to no group, so their users get the default")
            }
        }
    }

    private mutating func checkConstant(_ meaning: SpecMeaning, _ location: String) {
        let row = meaning.row
        guard row.entity != "segment", row.entity != "holdout" else { return }
        guard let name = meaning.spec.nameText, program.mappings.index(of: name) < 0 else { return }
        guard let first = meaning.rules.first else {
            let value = row.defaultValue.kind == .true
            return add(.constantGate, location, "the gate has no rules, so all users get \(value)")
        }
        let conditions = meaning.spec.conditions(of: first.row)
        let isForAll = conditions.allSatisfy { $0.map { ConditionReach.alwaysHolds($0.pointee) } ?? false }
        guard isForAll, !first.isHashed else { return }
        let passes = first.row.passPercentage == 100
        let value = passes ? first.row.returns.kind != .false : row.defaultValue.kind == .true
        // A delegate's value decides only if the experiment exists.
        guard !first.row.delegate.hasBytes else { return }
        add(.constantGate, location, "rule \"\(first.id)\" decides for all users, who get \(value)")
    }

    private mutating func checkTypes(_ returns: [ReturnRow], _ location: String) {
        for (name, types) in SpecMeaning.parameterTypes(returns) where types.count > 1 {
            add(
                .mixedTypes, location,
                "the parameter \"\(name)\" is a \(types.sorted().joined(separator: " here and a ")) there")
        }
    }

    // MARK: - Names

    private mutating func checkNames() {
        for (texts, kind) in [
            (program.gates.texts, "gate"), (program.configs.texts, "config"), (program.layers.texts, "layer"),
        ] {
            var known: [String: String] = [:]
            for text in texts {
                let name = text.string
                let lowered = name.lowercased().exact
                if let other = known[lowered] {
                    add(
                        .nameCase, "\(kind) \"\(name)\"",
                        "the name differs from \"\(other)\" only by upper and lower case")
                } else {
                    known[lowered] = name
                }
            }
        }
    }

    // MARK: - Unit types

    private static let commonTypes = ["userID", "stableID"]

    /// Custom IDs are found by their exact name or by the name in lower case.
    private mutating func checkUnitTypes() {
        var uses: [String: (count: Int, location: String)] = [:]
        for index in program.specs.indices {
            let spec = LinkedSpec(program, at: index)
            for rule in spec.row.rules where rule.passPercentage != 0 && rule.passPercentage != 100 {
                guard !rule.unit.isUserID, rule.unit.name.hasBytes else { continue }
                let name = rule.unit.name.string
                let location = uses[name]?.location ?? "\(spec.location), rule \"\(rule.id.string)\""
                uses[name] = ((uses[name]?.count ?? 0) + 1, location)
            }
        }
        let names = uses.keys.sorted { (uses[$1]?.count ?? 0, $0) < (uses[$0]?.count ?? 0, $1) }
        for (position, name) in names.enumerated() {
            guard let use = uses[name] else { continue }
            // Names of IDs are few; a document with more has names that a machine made.
            let others = LintWalk.commonTypes + names[..<min(position, 100)]
            let other = others.first { other in
                if name == other { return false }
                if name.lowercased() == other.lowercased() { return true }
                return LintWalk.commonTypes.contains(other) && NameDistance.isMisspelling(name, of: other)
            }
            if let other { add(.unitType, use.location, "the unit type \"\(name)\" isn't \"\(other)\"") }
        }
    }

    // MARK: - Salts

    /// Percentages with the same hash pass the same users first.
    private mutating func checkSalts() {
        var known: [String: (index: Int, location: String)] = [:]
        for index in program.specs.indices {
            let spec = LinkedSpec(program, at: index)
            for rule in spec.row.rules where rule.passPercentage != 0 && rule.passPercentage != 100 {
                let hash = rule.hashPrefix.text.string + "\u{0}" + rule.unit.loweredName.string
                let location = "\(spec.location), rule \"\(rule.id.string)\""
                if let other = known[hash] {
                    guard other.index != index else { continue }
                    add(.duplicateSalt, location, "the percentage has the same salts as that of \(other.location)")
                } else {
                    known[hash] = (index, location)
                }
            }
        }
    }

    // MARK: - Fields

    private static let wellKnown = ["userID", "email", "country", "locale", "appVersion", "userAgent"]

    private mutating func checkFields() {
        var checked: [String: String?] = [:]
        for index in program.specs.indices {
            let spec = LinkedSpec(program, at: index)
            for rule in spec.row.rules {
                for condition in spec.conditions(of: rule) {
                    guard let condition = condition?.pointee, condition.kind == .userField,
                        condition.field.wellKnown == .none, condition.field.alias == .none,
                        condition.field.userAgentPart == .none, condition.field.name.hasBytes
                    else { continue }
                    let name = condition.field.name.string
                    if checked[name] == nil {
                        let other = LintWalk.wellKnown.first { NameDistance.isMisspelling(name, of: $0) }
                        checked[name] = .some(other)
                        if let other {
                            add(
                                .misspeltField, "\(spec.location), rule \"\(rule.id.string)\"",
                                "the field \"\(name)\" is a custom one; did you mean \"\(other)\"?")
                        }
                    }
                }
            }
        }
    }

    // MARK: - Circles

    /// The strongly connected parts of the graph of entities, by Tarjan's algorithm without recursion.
    private mutating func checkCycles() {
        let count = program.specs.count
        let edges = (0..<count).map { askedIndices(LinkedSpec(program, at: $0)) }
        var (number, low) = ([Int](repeating: -1, count: count), [Int](repeating: 0, count: count))
        var isOpen = [Bool](repeating: false, count: count)
        var (stack, next): ([Int], Int) = ([], 0)
        for start in 0..<count where number[start] < 0 {
            var path: [(spec: Int, edge: Int)] = [(start, 0)]
            while let (spec, edge) = path.last {
                if edge == 0 {
                    (number[spec], low[spec], isOpen[spec]) = (next, next, true)
                    next += 1
                    stack.append(spec)
                }
                if edge < edges[spec].count {
                    path[path.count - 1].edge += 1
                    let other = edges[spec][edge]
                    if number[other] < 0 {
                        path.append((other, 0))
                    } else if isOpen[other] {
                        low[spec] = min(low[spec], number[other])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.spec { low[parent] = min(low[parent], low[spec]) }
                guard low[spec] == number[spec] else { continue }
                var members: [Int] = []
                while let member = stack.popLast() {
                    isOpen[member] = false
                    members.append(member)
                    if member == spec { break }
                }
                report(cycle: members.reversed(), edges)
            }
        }
    }

    private mutating func report(cycle members: [Int], _ edges: [[Int]]) {
        guard let first = members.first, members.count > 1 || edges[first].contains(first) else { return }
        let names = members.prefix(10).map { LinkedSpec(program, at: $0).location }.joined(separator: ", ")
        let rest = members.count > 10 ? " and \(members.count - 10) more" : ""
        let message =
            members.count == 1 ? "the entity asks itself" : "the entities ask each other in a circle: \(names)\(rest)"
        add(.cycle, LinkedSpec(program, at: first).location, message)
    }

    private func askedIndices(_ spec: LinkedSpec) -> [Int] {
        Dependencies.asked(by: spec).sorted().compactMap { LinkedSpec(program, $0)?.index }
    }
}

extension LinkedSpec {
    /// The spec in messages, for example `gate "checkout"`.
    var location: String {
        let key = key
        let kind =
            switch key.space {
            case .gate: "gate"
            case .config, .parameterStore: "config"
            case .layer: "layer"
            }
        return "\(kind) \"\(key.name)\""
    }

    fileprivate var nameText: Text? {
        let (gates, configs) = (program.gates.texts, program.configs.texts)
        if index < gates.count { return gates[index] }
        if index < gates.count + configs.count { return configs[index - gates.count] }
        let position = index - gates.count - configs.count
        return position < program.layers.texts.count ? program.layers.texts[position] : nil
    }
}
