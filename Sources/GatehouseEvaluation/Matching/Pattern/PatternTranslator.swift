// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Translates a pattern from the reference's dialect into PCRE2's.
enum PatternTranslator {
    /// Translates `source`; `nil` if it is no valid pattern or one that can't be expressed.
    static func translate(_ source: UnsafeBufferPointer<UInt8>) -> PatternTranslation? {
        guard source.count <= PatternLimits.sourceLength, String(validating: source, as: UTF8.self) != nil else {
            return nil
        }
        do {
            var parser = PatternParser(Array(source))
            let node = try parser.parse()
            var analysis = PatternAnalysis(references: parser.references)
            _ = try analysis.visit(node)
            try PatternAutomaton(references: parser.references).check(pattern: node)
            let isCaseless = analysis.hasCaseless && !analysis.hasCaseSensitive
            func text(avoidsCounting: Bool) throws(PatternSyntaxError) -> [UInt8] {
                var writer = PatternWriter(
                    references: parser.references, isCaseless: isCaseless, avoidsCounting: avoidsCounting)
                if avoidsCounting { try writer.write(isAnchored(node) ? "(?:" : "\\A(?s:.*?)(?:") }
                try writer.writeInner(node)
                if avoidsCounting { try writer.write(")") }
                return writer.output.bytes
            }
            return PatternTranslation(
                search: try text(avoidsCounting: false),
                onePass: analysis.hasVariableRepetition ? try text(avoidsCounting: true) : nil,
                isCaseless: isCaseless, isAnchored: isAnchored(node), hasLongLook: analysis.hasLongLook,
                needsBacktracking: analysis.hasAtomic || analysis.hasConditional || !parser.references.isEmpty)
        } catch {
            return nil
        }
    }

    private static func isAnchored(_ node: PatternNode) -> Bool {
        switch node {
        case .assertion(.textStart), .assertion(.searchStart): true
        case .concatenation(let children): children.first.map(isAnchored) ?? false
        case .alternation(let children): children.allSatisfy(isAnchored)
        case .group(let child, _), .atomic(let child), .look(let child, false, false): isAnchored(child)
        case .repetition(let child, let lower, _, _): lower > 0 && isAnchored(child)
        default: false
        }
    }
}

/// A pattern in PCRE2's dialect, and what the matcher has to know about it.
struct PatternTranslation {
    /// The pattern as it is searched for.
    var search: [UInt8]
    /// The same pattern, to be matched in one go from the start of the subject; `nil` if it has nothing in it that
    /// could make a search expensive.
    var onePass: [UInt8]?
    /// Whether case is ignored throughout.
    var isCaseless: Bool
    /// Whether it can only match at the start of the subject.
    var isAnchored: Bool
    /// Whether a look-around may have to look far.
    var hasLongLook: Bool
    /// Whether only backtracking gives the right answer (back-references, conditionals, atomic groups).
    var needsBacktracking: Bool
}
