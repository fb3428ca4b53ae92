// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The sessions that clients may record (Evaluation §21.6), only for client responses.
package struct SessionReplayRow: BitwiseCopyable {
    package struct Trigger: BitwiseCopyable {
        package var name: Text
        /// The share of sessions that the trigger records, 0...1.
        package var samplingRate: Double?
        package var values: TextList?

        package init(name: Text, samplingRate: Double?, values: TextList?) {
            self.name = name
            self.samplingRate = samplingRate
            self.values = values
        }
    }

    package struct PrivacySettings: BitwiseCopyable {
        package var mode: Text
        package var unmaskedElements: TextList?
        package var maskedElements: TextList?
        package var blockedElements: TextList?

        package init(mode: Text, unmaskedElements: TextList?, maskedElements: TextList?, blockedElements: TextList?) {
            self.mode = mode
            self.unmaskedElements = unmaskedElements
            self.maskedElements = maskedElements
            self.blockedElements = blockedElements
        }
    }

    /// The share of sessions that are recorded, 0...1.
    package var samplingRate: Double?
    /// The gate that users have to pass, missing where there is none.
    package var targetingGate = Text.missing
    package var isBlocked: Bool?
    package var eventTriggers: UnsafeBufferPointer<Trigger>?
    package var exposureTriggers: UnsafeBufferPointer<Trigger>?
    package var privacySettings: PrivacySettings?

    package init() {}
}
