// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// `version_gt` and its relatives (Evaluation §7.2).
enum VersionComparison {
    static func verdict(
        _ text: Text, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>
    ) -> Bool {
        guard !text.isMissing, !target.pointee.text.isMissing, let order = order(text, target.pointee.version) else {
            return false
        }
        return switch comparison {
        case .versionGt: order > 0
        case .versionGte: order >= 0
        case .versionLt: order < 0
        case .versionLte: order <= 0
        case .versionEq: order == 0
        default: order != 0
        }
    }

    /// Compares part by part up to the first difference; `nil` when a part reached isn't a number.
    private static func order(_ left: Text, _ right: UnsafeBufferPointer<VersionPart>) -> Int? {
        var parts = Parts(left)
        var position = 0
        while true {
            let leftPart = parts.next()
            let rightPart = position < right.count ? right[position] : nil
            if leftPart == nil, rightPart == nil { return 0 }
            let leftNumber = leftPart.map { VersionPart(number(of: $0)) } ?? VersionPart(0)
            let rightNumber = rightPart ?? VersionPart(0)
            guard leftNumber.isNumber, rightNumber.isNumber else { return nil }
            if leftNumber.number != rightNumber.number { return leftNumber.number < rightNumber.number ? -1 : 1 }
            position += 1
        }
    }

    /// Which side has a part that isn't a number before the order is decided, for explanations.
    static func unreadableSides(_ left: Text, _ right: UnsafeBufferPointer<VersionPart>) -> (left: Bool, right: Bool) {
        var parts = Parts(left)
        var position = 0
        while true {
            let leftPart = parts.next()
            let rightPart = position < right.count ? right[position] : nil
            if leftPart == nil, rightPart == nil { return (false, false) }
            let leftNumber = leftPart.map { VersionPart(number(of: $0)) } ?? VersionPart(0)
            let rightNumber = rightPart ?? VersionPart(0)
            if !leftNumber.isNumber || !rightNumber.isNumber { return (!leftNumber.isNumber, !rightNumber.isNumber) }
            if leftNumber.number != rightNumber.number { return (false, false) }
            position += 1
        }
    }

    fileprivate static func number(of part: UnsafeBufferPointer<UInt8>) -> Int128? {
        NumberText.parseInt128(WhiteSpace.trimming(part).span)
    }

    /// The dot-separated parts of the text before the first dash.
    fileprivate struct Parts {
        private var rest: UnsafeBufferPointer<UInt8>?

        init(_ text: Text) {
            let end = text.bytes.firstIndex(of: UInt8(ascii: "-")) ?? text.count
            rest = UnsafeBufferPointer(rebasing: text.bytes[..<end])
        }

        mutating func next() -> UnsafeBufferPointer<UInt8>? {
            guard let bytes = rest else { return nil }
            guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")) else {
                rest = nil
                return bytes
            }
            rest = UnsafeBufferPointer(rebasing: bytes[(dot + 1)...])
            return UnsafeBufferPointer(rebasing: bytes[..<dot])
        }
    }
}

extension VersionPart {
    /// The parts of a target's version.
    package static func parts(of text: Text) -> [VersionPart] {
        var result: [VersionPart] = []
        var parts = VersionComparison.Parts(text)
        while let part = parts.next() { result.append(VersionPart(VersionComparison.number(of: part))) }
        return result
    }
}

/// Unicode white space around UTF-8 text.
enum WhiteSpace {
    /// The bytes without white space at both ends.
    static func trimming(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let first = bytes.first, let last = bytes.last, isCandidate(first) || isCandidate(last) else {
            return bytes
        }
        // Rare enough to go through Swift's own decoding.
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
        let front = text.prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        if front >= bytes.count { return UnsafeBufferPointer(rebasing: bytes[..<0]) }
        let back = text.reversed().prefix { $0.properties.isWhitespace }.reduce(0) { $0 + UTF8.width($1) }
        return UnsafeBufferPointer(rebasing: bytes[front..<max(front, bytes.count - back)])
    }

    private static func isCandidate(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x80 }
}
