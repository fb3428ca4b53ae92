// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled condition.
package struct ConditionRow: BitwiseCopyable {
    package var kind: ConditionKind
    package var comparison: ConditionOperator
    package var field = FieldSelector()
    package var unit: UnitSelector
    /// Hashed before the unit to find the bucket: the salt and a dot.
    package var bucketPrefix = Text.missing
    package var target: UnsafePointer<TargetRow>
    /// The document's own words, for explanations.
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

/// What the document calls the parts of a condition.
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
