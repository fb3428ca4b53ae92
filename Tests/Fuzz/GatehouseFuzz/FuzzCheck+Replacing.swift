// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

extension FuzzCheck {
    /// Rulesets that took something over from others.
    struct Replacements {
        /// Those of the document.
        var rulesets: [Ruleset] = []
        /// The previous version, and the same one after the document.
        var previous: (whole: Ruleset, replacing: Ruleset)?
    }

    /// Replaces the previous version by the document, and that by the previous version, as often as it makes sense.
    ///
    /// Whatever is replaced is freed before the answers are compared, so that an address sanitizer sees who holds on to it.
    ///
    /// - Parameter whole: What came of the document on its own.
    /// - Returns: The documents, in order.
    func replacements(_ whole: Result<SpecDocument, SpecError>) -> Replacements {
        var result = Replacements()
        let outcome = decode(place.previous, replacing: nil)
        guard case .success(let decoded) = outcome else {
            guard case .success(let document) = whole else { return result }
            // Only the other way round can it be tried.
            expectSame(decode(place.previous, replacing: document), outcome, "the previous version")
            return result
        }
        let first = decode(place.document, replacing: decoded)
        expectSame(first, whole, "the document")
        guard case .success(let first) = first else { return result }
        let back = decode(place.previous, replacing: first)
        expectSame(back, outcome, "the previous version")
        guard case .success(let back) = back else { return result }
        let again = decode(place.document, replacing: back)
        expectSame(again, whole, "the document")
        guard case .success(let again) = again else { return result }
        result.rulesets = [Ruleset(first), Ruleset(again)]
        // Decoded anew, to free what has been replaced.
        if case .success(let fresh) = decode(place.previous, replacing: nil) {
            result.previous = (Ruleset(fresh), Ruleset(back))
        }
        return result
    }

    private func decode(_ bytes: [UInt8], replacing previous: SpecDocument?) -> Result<SpecDocument, SpecError> {
        stopwatch.time("replacing") {
            Result { () throws(SpecError) in try SpecDocument(decoding: bytes, replacing: previous) }
        }
    }

    private func expectSame(
        _ one: Result<SpecDocument, SpecError>, _ other: Result<SpecDocument, SpecError>, _ what: String
    ) {
        switch (one, other) {
        case (.success(let one), .success(let other)):
            expect(one.issues == other.issues && one.format == other.format, "\(what) differs when it replaces another")
            expect(
                one.gateNames == other.gateNames && one.configNames == other.configNames
                    && one.layerNames == other.layerNames && one.autotuneNames == other.autotuneNames
                    && one.parameterStoreNames.map(\.store) == other.parameterStoreNames.map(\.store)
                    && Ruleset(one).metadata == Ruleset(other).metadata, "the names of \(what) differ")
        case (.failure(let one), .failure(let other)):
            expect(one == other, "errors of \(what) differ: \(one); instead of \(other)")
        case (.success, .failure(let error)):
            stopwatch.fail("\(what) is accepted only when it replaces another, instead of \(error)")
        case (.failure(let error), .success):
            stopwatch.fail("\(what) is refused only when it replaces another: \(error)")
        }
    }
}
