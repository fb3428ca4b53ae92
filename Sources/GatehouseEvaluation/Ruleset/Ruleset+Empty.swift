// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    private final class NoSource: RulesetSource {
        var memoryByteCount: Int { 0 }
    }

    /// The ruleset of no document: every name is unknown.
    public convenience init() {
        self.init(program: Program(), source: NoSource(), metadata: Metadata())
    }
}
