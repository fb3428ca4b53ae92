// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// `str_starts_with_any`, `str_ends_with_any`, `str_contains_any`, all ignoring case (Evaluation §7.3).
enum StringMatch {
    static func verdict(
        withLowercased text: Text, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>,
        _ scratch: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        let parts = target.pointee.set.texts
        if parts.isEmpty { return false }
        return withLowercased(text, scratch) { lowered in
            for part in parts {
                let isFound =
                    switch comparison {
                    case .startsWithAny: lowered.hasPrefix(part)
                    case .endsWithAny: lowered.hasSuffix(part)
                    default: lowered.contains(part)
                    }
                if isFound { return true }
            }
            return false
        }
    }

    /// Lends the text in lower case; a missing one is empty.
    static func withLowercased(
        _ text: Text, _ scratch: UnsafeMutableBufferPointer<UInt8>, _ body: (Text) -> Bool
    ) -> Bool {
        if text.count <= scratch.count, Lowercase.ascii(text.bytes, into: scratch), let base = scratch.baseAddress {
            return body(Text(base: base, count: text.count))
        }
        var lowered: [UInt8] = []
        lowered.reserveCapacity(text.count + 8)
        Lowercase.append(lowercasing: text.bytes, to: &lowered)
        return lowered.withUnsafeBufferPointer { body(Text($0)) }
    }
}
