// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled parameter store (Evaluation §1.7, §20).
package struct ParameterStoreRow: BitwiseCopyable {
    package enum Source: UInt8, BitwiseCopyable {
        case `static`, gate, dynamicConfig, experiment, layer
    }

    package struct Parameter: BitwiseCopyable {
        package var name: Text
        /// The document's `ref_type`, only for client responses.
        package var refType: Text
        package var type: Text
        package var source: Source
        /// The gate, config, experiment or layer to ask, missing for a static value.
        package var entity: Text
        /// The parameter to read there.
        package var parameter: Text
        /// JSON: the static value, or the one of a passing gate.
        package var value: Text
        /// JSON: the one of a failing gate.
        package var failValue: Text

        package init(
            name: Text, refType: Text, type: Text, source: Source, entity: Text, parameter: Text, value: Text,
            failValue: Text
        ) {
            self.name = name
            self.refType = refType
            self.type = type
            self.source = source
            self.entity = entity
            self.parameter = parameter
            self.value = value
            self.failValue = failValue
        }
    }

    package var name: Text
    package var version: UInt32?
    package var parameters: UnsafeBufferPointer<Parameter>
    /// Finds a parameter's index by its name.
    package var names: TextTable
    package var targetAppIDs: TextList?

    package init(
        name: Text, version: UInt32?, parameters: UnsafeBufferPointer<Parameter>, names: TextTable,
        targetAppIDs: TextList?
    ) {
        self.name = name
        self.version = version
        self.parameters = parameters
        self.names = names
        self.targetAppIDs = targetAppIDs
    }
}
