// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// Whether a user passes a gate; makes the details only for a new exposure.
    ///
    /// It allocates and retains nothing unless the exposure is new.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    ///   - expect: Called before the evaluation with the first hash of the key, to prefetch its slot.
    ///   - isNew: Whether no exposure with this key has been logged.
    ///   - expose: Called with the details of a new exposure, which it has to move from or deinitialize, and the key.
    /// - Returns: The gate's value, `false` for an unknown gate.
    package func checkGate(
        _ name: String, for user: User, in context: EvaluationContext, expect: (UInt64) -> Void,
        isNew: (ExposureKey) -> Bool, expose: (UnsafeMutablePointer<UnretainedEvaluation>, ExposureKey) -> Void
    ) -> Bool {
        name.withTextBytes { text in
            check(text, at: program.gates.index(of: text), user, context, expect: expect, isNew: isNew, expose: expose)
        }
    }

    /// The same for a gate that was looked up before.
    package func checkGate(
        _ gate: EntityHandle, for user: User, in context: EvaluationContext, expect: (UInt64) -> Void,
        isNew: (ExposureKey) -> Bool, expose: (UnsafeMutablePointer<UnretainedEvaluation>, ExposureKey) -> Void
    ) -> Bool {
        guard gate.kind == .gate else { return false }
        return gate.name.withTextBytes { text in
            check(text, at: index(of: gate, text), user, context, expect: expect, isNew: isNew, expose: expose)
        }
    }

    @inline(__always)
    private func check(
        _ name: Text, at index: Int, _ user: User, _ context: EvaluationContext, expect: (UInt64) -> Void,
        isNew: (ExposureKey) -> Bool, expose: (UnsafeMutablePointer<UnretainedEvaluation>, ExposureKey) -> Void
    ) -> Bool {
        run(user, context, collectsExposures: true, observer: NoObserver()) { evaluator in
            let place = ExposureKey.place(.gate, name, evaluator.lookup.user)
            expect(place)
            var record = Record(firstExposure: 0)
            let recognition = evaluator.evaluate(.gate, name, at: index, as: .asked, into: &record)
            if recognition == .tooDeep { record = Record(firstExposure: 0) }
            let key = ExposureKey(at: place, record, evaluator.lookup.user, extra: record.bool ? 1 : 0)
            if isNew(key) {
                UnretainedEvaluation.withTemporary(unretained(record, recognition, evaluator)) { expose($0, key) }
            }
            return record.bool
        }
    }
}
