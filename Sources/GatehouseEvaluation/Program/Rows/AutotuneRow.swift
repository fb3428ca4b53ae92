// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled contextual multi-armed bandit (Evaluation §12).
package struct AutotuneRow: BitwiseCopyable {
    package struct Group: BitwiseCopyable {
        package var id: Text
        package var name: Text
        package var returns: ReturnRow
        /// The group's model, `nil` before there is one.
        package var model: Model?

        package init(id: Text, name: Text, returns: ReturnRow, model: Model?) {
            self.id = id
            self.name = name
            self.returns = returns
            self.model = model
        }
    }

    /// A linear model over the user's fields.
    package struct Model: BitwiseCopyable {
        package var alpha: Double
        package var intercept: Double
        package var records: UInt64
        package var numerical: UnsafeBufferPointer<NumericalWeight>
        package var categorical: UnsafeBufferPointer<CategoricalWeight>

        package init(
            alpha: Double, intercept: Double, records: UInt64, numerical: UnsafeBufferPointer<NumericalWeight>,
            categorical: UnsafeBufferPointer<CategoricalWeight>
        ) {
            self.alpha = alpha
            self.intercept = intercept
            self.records = records
            self.numerical = numerical
            self.categorical = categorical
        }
    }

    package struct NumericalWeight: BitwiseCopyable {
        package var field: FieldSelector
        package var weight: Double

        package init(field: FieldSelector, weight: Double) {
            self.field = field
            self.weight = weight
        }
    }

    package struct CategoricalWeight: BitwiseCopyable {
        package var field: FieldSelector
        package var categories: TextList
        package var weights: UnsafeBufferPointer<Double>

        package init(field: FieldSelector, categories: TextList, weights: UnsafeBufferPointer<Double>) {
            self.field = field
            self.categories = categories
            self.weights = weights
        }
    }

    package var name: Text
    package var idType: Text
    package var unit: UnitSelector
    /// The text that is hashed before the unit: the salt and a dot.
    package var hashPrefix: Text
    package var version: UInt32
    package var isEnabled: Bool
    package var higherIsBetter: Bool
    /// Whether the document has models.
    package var hasModels: Bool
    /// The share of users who explore, 0...1.
    package var sampleRate: Double
    package var defaultValue: ReturnRow
    package var groups: UnsafeBufferPointer<Group>
    /// The gate that users have to pass, missing where there is none.
    package var targetingGate: Text
    package var targetAppIDs: TextList?

    package init(
        name: Text, idType: Text, unit: UnitSelector, hashPrefix: Text, version: UInt32, isEnabled: Bool,
        higherIsBetter: Bool, hasModels: Bool, sampleRate: Double, defaultValue: ReturnRow,
        groups: UnsafeBufferPointer<Group>, targetingGate: Text, targetAppIDs: TextList?
    ) {
        self.name = name
        self.idType = idType
        self.unit = unit
        self.hashPrefix = hashPrefix
        self.version = version
        self.isEnabled = isEnabled
        self.higherIsBetter = higherIsBetter
        self.hasModels = hasModels
        self.sampleRate = sampleRate
        self.defaultValue = defaultValue
        self.groups = groups
        self.targetingGate = targetingGate
        self.targetAppIDs = targetAppIDs
    }
}
