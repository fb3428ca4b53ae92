// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled gate, dynamic config, experiment or layer.
package struct SpecRow: BitwiseCopyable {
    package var name: Text
    package var salt: Text
    package var idType: Text
    /// The document's `entity` member, for example `segment`.
    package var entity: Text
    package var rules: UnsafeBufferPointer<RuleRow>
    package var defaultValue: ReturnRow
    package var isEnabled: Bool
    package var isActive: Bool?
    package var hasSharedParameters: Bool?
    package var usesNewLayerEvaluation: Bool
    package var forwardsAllExposures: Bool?
    package var version: UInt32?
    package var explicitParameters: TextList?
    package var targetAppIDs: TextList?
    package var fieldsUsed: TextList

    package init(
        name: Text, salt: Text, idType: Text, entity: Text, rules: UnsafeBufferPointer<RuleRow>,
        defaultValue: ReturnRow, isEnabled: Bool, isActive: Bool?, hasSharedParameters: Bool?,
        usesNewLayerEvaluation: Bool, forwardsAllExposures: Bool?, version: UInt32?, explicitParameters: TextList?,
        targetAppIDs: TextList?, fieldsUsed: TextList
    ) {
        self.name = name
        self.salt = salt
        self.idType = idType
        self.entity = entity
        self.rules = rules
        self.defaultValue = defaultValue
        self.isEnabled = isEnabled
        self.isActive = isActive
        self.hasSharedParameters = hasSharedParameters
        self.usesNewLayerEvaluation = usesNewLayerEvaluation
        self.forwardsAllExposures = forwardsAllExposures
        self.version = version
        self.explicitParameters = explicitParameters
        self.targetAppIDs = targetAppIDs
        self.fieldsUsed = fieldsUsed
    }
}

/// A compiled config mapping: the rules by which another config replaces this one (Evaluation §11).
package struct MappingRow: BitwiseCopyable {
    package struct Trigger: BitwiseCopyable {
        /// Index into the ruleset's override rules; negative when there is no such rule.
        package var rule: Int
        /// Ms since 1970; the trigger doesn't apply before.
        package var startTime: Int64

        package init(rule: Int, startTime: Int64) {
            self.rule = rule
            self.startTime = startTime
        }
    }

    package var newName: Text
    package var triggers: UnsafeBufferPointer<Trigger>

    package init(newName: Text, triggers: UnsafeBufferPointer<Trigger>) {
        self.newName = newName
        self.triggers = triggers
    }
}

// Addresses of values in the ruleset, which records refer to.

extension UnsafePointer<RuleRow> {
    /// The address of the rule's value.
    @inline(__always)
    var returns: UnsafePointer<ReturnRow> { pointer(to: \.returns).unsafelyUnwrapped }
}

extension UnsafePointer<SpecRow> {
    /// The address of the default value.
    @inline(__always)
    var defaultValue: UnsafePointer<ReturnRow> { pointer(to: \.defaultValue).unsafelyUnwrapped }
}

extension UnsafePointer<AutotuneRow> {
    /// The address of the default value.
    var defaultValue: UnsafePointer<ReturnRow> { pointer(to: \.defaultValue).unsafelyUnwrapped }
}

extension UnsafePointer<AutotuneRow.Group> {
    /// The address of the group's value.
    var returns: UnsafePointer<ReturnRow> { pointer(to: \.returns).unsafelyUnwrapped }
}

extension UnsafeBufferPointer {
    /// The address of an element, which the buffer has to have.
    @inline(__always)
    func pointer(at index: Int) -> UnsafePointer<Element> { baseAddress.unsafelyUnwrapped + index }
}
