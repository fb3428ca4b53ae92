// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

extension FuzzCheck {
    /// Rulesets that share entries with others.
    struct Replacements {
        /// Those of the document.
        var rulesets: [Ruleset] = []
        /// The previous version, and the same one after the document.
        var previous: (whole: Ruleset, replacing: Ruleset)?
    }

    /// Replaces the previous version by the document, and that by the previous version, as often as it makes sense.
    ///
    /// Whatever is replaced is freed before the answers are compared, so that an address sanitizer finds a use of its memory.
    ///
    /// - Parameter whole: The outcome of loading the document without a previous one.
    /// - Returns: The rulesets.
    func replacements(_ whole: Result<Ruleset, DocumentError>) -> Replacements {
        var result = Replacements()
        let outcome = load(input.previous, replacing: nil)
        guard case .success(let loaded) = outcome else {
            guard case .success(let document) = whole else { return result }
            // Only the document can be replaced by the previous version.
            expectSame(load(input.previous, replacing: document), outcome, "the previous version")
            return result
        }
        let first = load(input.document, replacing: loaded)
        expectSame(first, whole, "the document")
        guard case .success(let first) = first else { return result }
        let back = load(input.previous, replacing: first)
        expectSame(back, outcome, "the previous version")
        guard case .success(let back) = back else { return result }
        let again = load(input.document, replacing: back)
        expectSame(again, whole, "the document")
        guard case .success(let again) = again else { return result }
        result.rulesets = [first, again]
        // Loaded anew, to free what has been replaced.
        if case .success(let fresh) = load(input.previous, replacing: nil) {
            result.previous = (fresh, back)
        }
        return result
    }

    private func load(_ bytes: [UInt8], replacing previous: Ruleset?) -> Result<Ruleset, DocumentError> {
        stopwatch.time("replacing") {
            Result { () throws(DocumentError) in try Ruleset(document: bytes, replacing: previous) }
        }
    }

    private func expectSame(
        _ one: Result<Ruleset, DocumentError>, _ other: Result<Ruleset, DocumentError>, _ what: String
    ) {
        switch (one, other) {
        case (.success(let one), .success(let other)):
            expect(
                one.issues == other.issues && one.documentFormat == other.documentFormat,
                "\(what) differs when it replaces another")
            expect(
                one.gateNames == other.gateNames && one.configNames == other.configNames
                    && one.layerNames == other.layerNames && one.autotuneNames == other.autotuneNames
                    && one.parameterStoreNames.map(\.store) == other.parameterStoreNames.map(\.store)
                    && one.metadata == other.metadata, "the names of \(what) differ")
        case (.failure(let one), .failure(let other)):
            expect(one == other, "errors of \(what) differ: \(one); instead of \(other)")
        case (.success, .failure(let error)):
            stopwatch.fail("\(what) is accepted only when it replaces another, instead of \(error)")
        case (.failure(let error), .success):
            stopwatch.fail("\(what) is refused only when it replaces another: \(error)")
        }
    }
}
