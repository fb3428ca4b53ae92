// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled config mapping: who gets another config in this one's place (Evaluation §11).
package struct MappingRow: BitwiseCopyable {
    package struct Trigger: BitwiseCopyable {
        /// Index into the ruleset's override rules; negative when there is no such rule.
        package var rule: Int
        /// In ms; the trigger rests before.
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
