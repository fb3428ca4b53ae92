// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// Evaluates like the other calls and tells every step.
    ///
    /// Meant for people and tools, not for the hot path: it allocates for each step.
    ///
    /// - Parameters:
    ///   - kind: What to ask for.
    ///   - name: Its name.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    public func explain(
        _ kind: EntityKind, _ name: String, for user: User, in context: EvaluationContext
    ) -> Explanation {
        withText(of: name) { text in
            run(user, context, collectsExposures: true, observer: ExplanationRecorder()) { evaluator in
                _ = evaluation(kind, text, &evaluator)
                return evaluator.observer.result ?? Explanation(kind: kind, name: name, role: .asked)
            }
        }
    }
}
