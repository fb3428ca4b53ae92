// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The calls that a log of exposures needs beside the public ones.

extension Ruleset {
    /// Whether a user passes a gate; makes the details only on request.
    ///
    /// It allocates and retains nothing unless the closure asks for the details.
    ///
    /// - Parameters:
    ///   - name: The gate.
    ///   - user: The user.
    ///   - hashes: The user's hashes.
    ///   - context: Time, environment, ID lists and overrides.
    ///   - log: Called once with the verdict, and with a closure that makes the details.
    /// - Returns: The gate's value, `false` for an unknown gate.
    package func checkGate(
        _ name: String, for user: User, _ hashes: UserHashes, in context: EvaluationContext,
        log: (GateVerdict, _ details: () -> UnretainedEvaluation) -> Void
    ) -> Bool {
        name.withTextBytes { text in
            check(text, at: program.gates.index(of: text), user, hashes, context, log: log)
        }
    }

    /// The same for a gate that was looked up before.
    package func checkGate(
        _ gate: EntityHandle, for user: User, _ hashes: UserHashes, in context: EvaluationContext,
        log: (GateVerdict, _ details: () -> UnretainedEvaluation) -> Void
    ) -> Bool {
        guard gate.kind == .gate else { return false }
        return gate.name.withTextBytes { text in
            check(text, at: index(of: gate, text), user, hashes, context, log: log)
        }
    }

    @inline(__always)
    private func check(
        _ name: Text, at index: Int, _ user: User, _ hashes: UserHashes, _ context: EvaluationContext,
        log: (GateVerdict, _ details: () -> UnretainedEvaluation) -> Void
    ) -> Bool {
        run(user, context, collectsExposures: true, observer: NoObserver()) { evaluator in
            var record = Record(firstExposure: 0)
            let recognition = evaluator.evaluate(.gate, name, at: index, as: .asked, into: &record)
            if recognition == .tooDeep { record = Record(firstExposure: 0) }
            // Not the record itself, which the call would copy.
            let verdict = GateVerdict(
                value: record.bool, ruleHash: record.ruleHash,
                unitHash: evaluator.lookup.user.unitHash(ofIDType: record.idType, hashes))
            log(verdict) { unretained(record, recognition, evaluator) }
            return record.bool
        }
    }
}

/// The value of a gate check, with hashes of what else distinguishes its exposures of one gate and user.
package struct GateVerdict: BitwiseCopyable {
    package let value: Bool
    /// A hash of the rule's ID.
    package let ruleHash: UInt64
    /// A hash of the user's unit.
    package let unitHash: UInt64
}

extension User {
    /// Writes the user as events have it: all values except the private attributes (Evaluation §22.2).
    ///
    /// - Parameters:
    ///   - context: The context with the environment and the custom fields of all users.
    ///   - ruleset: The ruleset, whose default environment is used if the context has none.
    ///   - writer: The writer to append to.
    package func write(in context: EvaluationContext, _ ruleset: Ruleset, into writer: inout JSONWriter) {
        withView { writer.write($0, context, defaultEnvironment: ruleset.program.defaultEnvironment) }
    }
}
