// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// Checks the invariants of the ruleset's tables that evaluations rely on.
    ///
    /// - Returns: One sentence for each broken invariant, up to a maximum; empty for a sound ruleset.
    package func checkInvariants() -> [String] { withExtendedLifetime(self) { program.checkInvariants() } }
}

extension Program {
    /// Checks the invariants that evaluations rely on: they read rows without checking indices.
    ///
    /// Tests and the fuzzer call this for every ruleset they make. It parses every value again, so it is far too slow for a
    /// service. The memory that the tables point into has to be alive.
    ///
    /// - Returns: One sentence for each broken invariant, up to a maximum; empty for a sound program.
    package func checkInvariants() -> [String] {
        let check = InvariantCheck(program: self)
        // Indices first: the other checks follow them.
        check.checkCounts()
        check.checkLinks()
        guard check.findings.isEmpty else { return check.findings }
        check.checkSpecs()
        check.checkConditions()
        check.checkOverrides()
        check.checkAutotunes()
        check.checkParameterStores()
        check.checkClientKeys()
        return check.findings
    }
}

private final class InvariantCheck {
    let program: Program
    private(set) var findings: [String] = []
    private static let maximumFindings = 20

    init(program: Program) {
        self.program = program
    }

    private func expect(_ isSound: Bool, _ finding: @autoclosure () -> String) {
        if !isSound, findings.count < InvariantCheck.maximumFindings { findings.append(finding()) }
    }

    // MARK: - Indices

    func checkCounts() {
        let names = program.gates.texts.count + program.configs.texts.count + program.layers.texts.count
        expect(program.specs.count == names, "\(program.specs.count) specs have \(names) names")
        expect(program.specLinks.count == program.specs.count, "a spec lacks its links")
        expect(program.gateLinks.count == program.conditions.count, "a condition lacks its gate link")
        expect(
            program.autotuneRows.count == program.autotunes.texts.count, "autotunes and their names differ in number")
        expect(
            program.parameterStoreRows.count == program.parameterStores.texts.count,
            "parameter stores and their names differ in number")
        expect(program.mappingRows.count == program.mappings.texts.count, "mappings and their names differ in number")
        for (name, table) in [
            ("gates", program.gates), ("configs", program.configs), ("layers", program.layers),
            ("autotunes", program.autotunes), ("parameter stores", program.parameterStores),
            ("mappings", program.mappings),
        ] {
            expect(table.isConsistent, "the table of names of \(name) doesn't find each name at its index")
        }
    }

    func checkLinks() {
        for link in program.conditionLinks where !(-1..<program.conditions.count ~= Int(link)) {
            expect(false, "a rule's condition link is \(link) of \(program.conditions.count)")
        }
        let gates = program.gates.texts.count
        let configs = gates..<(gates + program.configs.texts.count)
        for link in program.delegateLinks where link != -1 && !configs.contains(Int(link)) {
            expect(false, "a delegate link is \(link), which is no config")
        }
        for link in program.gateLinks where !(-1..<gates ~= Int(link)) {
            expect(false, "a gate link is \(link), which is no gate")
        }
        for (spec, links) in zip(program.specs, program.specLinks) {
            let name = spec.pointee.name.string
            let rules = spec.pointee.rules
            expect(
                links.firstRule >= 0 && links.firstRule + rules.count <= program.delegateLinks.count,
                "\(name): delegate links end beyond their table")
            checkConditionRanges(of: rules, links, name)
            for (index, rule) in rules.enumerated() {
                expect(rule.index == index, "\(name): rule \(index) has the index \(rule.index)")
            }
        }
        checkConditionRanges(of: program.overrideRules, program.overrideRuleLinks, "override rules")
        for mapping in program.mappingRows.joined() {
            for trigger in mapping.triggers where trigger.rule >= program.overrideRules.count {
                expect(false, "a mapping's trigger names override rule \(trigger.rule)")
            }
        }
    }

    private func checkConditionRanges(
        of rules: UnsafeBufferPointer<RuleRow>, _ links: Program.SpecLinks, _ name: String
    ) {
        expect(links.firstCondition >= 0, "\(name): conditions begin at \(links.firstCondition)")
        for rule in rules {
            let end = links.firstCondition + rule.firstCondition + rule.conditionCount
            expect(
                rule.firstCondition >= 0 && rule.conditionCount >= 0 && end <= program.conditionLinks.count,
                "\(name): a rule's condition links end at \(end) of \(program.conditionLinks.count)")
        }
    }

    // MARK: - Specs

    func checkSpecs() {
        let names = [program.gates, program.configs, program.layers].flatMap { Array($0.texts) }
        for (index, spec) in program.specs.enumerated() {
            let name = spec.pointee.name.string
            expect(spec.pointee.name == names[index], "\(name) is at the index of \(names[index].string)")
            check(spec.pointee.defaultValue, "\(name): the default value")
            let links = program.specLinks[index]
            var end = 0
            for rule in spec.pointee.rules {
                check(rule.returns, "\(name), rule \(rule.id.string)")
                check(rule.unit, "\(name), rule \(rule.id.string)")
                expect(rule.firstCondition >= end, "\(name): conditions of rules overlap")
                end = rule.firstCondition + rule.conditionCount
                let prefix = [spec.pointee.salt.string, rule.salt.string, ""].joined(separator: ".")
                expect(
                    rule.hashPrefix.text.string == prefix, "\(name), rule \(rule.id.string): not its salts are hashed")
                let isHashed = rule.passPercentage != 0 && rule.passPercentage != 100
                expect(
                    (rule.hashPrefix.start != nil) == (isHashed && rule.hashPrefix.text.count >= 64),
                    "\(name), rule \(rule.id.string): the start of the hash doesn't fit its text")
                let delegate =
                    rule.delegate.isMissing ? -1 : program.configIndex(program.configs.index(of: rule.delegate))
                expect(
                    Int(program.delegateLinks[links.firstRule + rule.index]) == delegate,
                    "\(name), rule \(rule.id.string): the delegate link leads elsewhere")
            }
        }
    }

    private func check(_ row: ReturnRow, _ place: @autoclosure () -> String) {
        let value = Value(json: row.json)
        switch row.kind {
        case .null: expect(value == .null && row.members.isEmpty, "\(place()) isn't null")
        case .true: expect(value == .bool(true) && row.members.isEmpty, "\(place()) isn't true")
        case .false: expect(value == .bool(false) && row.members.isEmpty, "\(place()) isn't false")
        case .object:
            let object = value?.object
            expect(object?.count == row.members.count, "\(place()) has members that its JSON lacks, or the reverse")
            for (member, known) in zip(row.members, object ?? Object()) {
                expect(
                    member.name.bytes.elementsEqual(known.name.utf8) && Value(json: member.value) == known.value,
                    "\(place()): a member differs from the JSON")
            }
        }
    }

    private func check(_ unit: UnitSelector, _ place: @autoclosure () -> String) {
        expect(
            isLowered(unit.loweredName, unit.name) && unit.isUserID == (unit.loweredName == "userid"),
            "\(place()): the unit selector disagrees with its name")
    }

    private func check(_ field: FieldSelector, _ place: @autoclosure () -> String) {
        expect(
            isLowered(field.loweredName, field.name) && field.isCountry == (field.name == "country"),
            "\(place()): the field selector disagrees with its name")
    }

    private func isLowered(_ lowered: Text, _ text: Text) -> Bool {
        var expected: [UInt8] = []
        Lowercase.append(lowercasing: text.bytes, to: &expected)
        return lowered.bytes.elementsEqual(expected)
    }

    // MARK: - Conditions

    func checkConditions() {
        for (index, condition) in program.conditions.enumerated() {
            let row = condition.pointee
            let target = row.target.pointee
            let place = "condition \(index) (\(row.source.type.string) \(row.source.comparison.string))"
            check(row.field, place)
            check(row.unit, place)
            switch row.kind {
            case .public, .unsupported: break
            case .passGate, .failGate: expect(!target.text.isMissing, "\(place) names no gate")
            default: expect(row.comparison != .unused, "\(place) has no operator")
            }
            let namesGate = row.kind == .passGate || row.kind == .failGate
            let gate = namesGate ? program.gates.index(of: target.text) : -1
            expect(Int(program.gateLinks[index]) == gate, "\(place): the gate link leads elsewhere")
            let isSet = row.comparison == .anyOf || row.comparison == .noneOf
            expect(
                (target.buckets != nil) == (row.kind == .userBucket && isSet), "\(place): buckets without need, or none"
            )
            if let buckets = target.buckets {
                expect(buckets[15] >> (1_000 - 15 * 64) == 0, "\(place): a bucket of 1,000 or more")
            }
            expect(
                row.bucketPrefix.isMissing == (row.kind != .userBucket),
                "\(place): a bucket's salt without need, or none")
            check(target, row.comparison, place)
        }
    }

    /// A target has the shapes that its operator compares.
    private func check(_ target: TargetRow, _ comparison: ConditionOperator, _ place: String) {
        expect(target.kind != .number || target.hasFloat && target.hasTime, "\(place): a number without its value")
        expect(
            (target.kind == .string) == !target.text.isMissing || target.kind != .string && target.text.count == 0,
            "\(place): a text of a target that is no string")
        expect(target.set.isConsistent, "\(place): the table doesn't find each text at its index")
        expect(target.pattern == nil || comparison == .matches, "\(place): a pattern that nothing matches")
        switch comparison {
        case .versionGt, .versionGte, .versionLt, .versionLte, .versionEq, .versionNeq:
            expect(target.version.isEmpty == (target.kind != .string), "\(place): a version without parts")
        default: expect(target.version.isEmpty, "\(place): a version that nothing compares")
        }
        switch target.kind {
        case .array: checkArray(target, comparison, place)
        case .object:
            expect(target.names.count == target.texts.count, "\(place): names and values differ in number")
            expect(
                target.set.isEmpty || target.set.texts.count == target.names.count,
                "\(place): the table lacks names of the object")
        default:
            expect(
                target.texts.isEmpty && target.names.isEmpty && target.set.isEmpty && target.positions.isEmpty,
                "\(place): elements of a target that has none")
        }
    }

    private func checkArray(_ target: TargetRow, _ comparison: ConditionOperator, _ place: String) {
        expect(target.names.isEmpty, "\(place): names in an array")
        switch comparison {
        case .eq, .neq:
            let distinct = Set(target.positions)
            expect(
                distinct.count == target.texts.count && target.positions.count == target.texts.count
                    && distinct.allSatisfy { $0 >= 0 }, "\(place): elements without a position of their own")
        case .anyCaseSensitive, .noneCaseSensitive, .arrayContainsAny, .arrayContainsNone, .arrayContainsAll,
            .notArrayContainsAll:
            expect(
                target.set.texts.count == target.texts.count
                    && zip(target.set.texts, target.texts).allSatisfy { $0 == $1 },
                "\(place): the table and the elements differ")
        case .anyOf, .noneOf, .startsWithAny, .endsWithAny, .containsAny, .containsNone:
            expect(
                target.set.texts.count == target.texts.count
                    && zip(target.set.texts, target.texts).allSatisfy { isLowered($0, $1) },
                "\(place): the table isn't the elements in lower case")
        default: expect(target.set.isEmpty, "\(place): a table that nothing looks into")
        }
    }

    // MARK: - The other tables

    func checkOverrides() {
        for rule in program.overrideRules {
            check(rule.returns, "override rule \(rule.name.string)")
            check(rule.unit, "override rule \(rule.name.string)")
        }
        for (mapping, name) in zip(program.mappingRows, program.mappings.texts) {
            for row in mapping { expect(!row.newName.isMissing, "the mapping of \(name.string) names nothing") }
        }
    }

    func checkAutotunes() {
        for (row, name) in zip(program.autotuneRows, program.autotunes.texts) {
            let autotune = row.pointee
            let place = "autotune \(name.string)"
            expect(autotune.name == name, "\(place) is \(autotune.name.string)")
            check(autotune.defaultValue, place)
            check(autotune.unit, place)
            expect(autotune.hashPrefix.bytes.last == UInt8(ascii: "."), "\(place): the hash's text lacks its dot")
            for group in autotune.groups {
                check(group.returns, "\(place), group \(group.name.string)")
                for weight in group.model?.numerical ?? .init() { check(weight.field, place) }
                for weight in group.model?.categorical ?? .init() {
                    check(weight.field, place)
                    expect(weight.categories.count == weight.weights.count, "\(place): categories without weights")
                }
            }
        }
    }

    func checkParameterStores() {
        for (row, name) in zip(program.parameterStoreRows, program.parameterStores.texts) {
            let store = row.pointee
            expect(store.name == name, "parameter store \(name.string) is \(store.name.string)")
            expect(store.names.isConsistent, "parameter store \(name.string): the table doesn't find each name")
            expect(
                store.names.texts.count == store.parameters.count
                    && zip(store.names.texts, store.parameters).allSatisfy { $0 == $1.name },
                "parameter store \(name.string): the table and the parameters differ")
            for parameter in store.parameters {
                let place = "parameter store \(name.string), \(parameter.name.string)"
                for json in [parameter.value, parameter.failValue] where json.hasBytes {
                    expect(Value(json: json) != nil, "\(place): a value that isn't JSON")
                }
            }
        }
    }

    func checkClientKeys() {
        for rows in [program.clientKeys, program.hashedClientKeys] {
            guard let rows else { continue }
            expect(rows.keys.isConsistent, "the table of client keys doesn't find each key at its index")
            expect(rows.keys.texts.count == rows.apps.count, "client keys and their apps differ in number")
        }
    }
}
