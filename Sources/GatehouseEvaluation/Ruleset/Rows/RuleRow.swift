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
    /// What is hashed before the unit: the spec's salt, the rule's, and their dots.
    package var hashPrefix: HashPrefix
    package var returns: ReturnRow
    /// The experiment that decides in the rule's place, missing where none is named.
    package var delegate: Text
    package var samplingRate: UInt64?
    package var isExperimentGroup: Bool
    package var ruleClass: Class
    /// The rule's conditions: a part of the spec's.
    package var firstCondition: Int
    package var conditionCount: Int
    /// The rule's place among the rules of its spec.
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
