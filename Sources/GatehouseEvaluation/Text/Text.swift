// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse

/// UTF-8 bytes that another object owns: a ``Region``, a user's storage or a scratch buffer.
///
/// The hot path compares and hashes names, targets and units in this form, so that it never builds, copies or retains a
/// `String`. A missing text has no base address; an empty text has one.
package struct Text: BitwiseCopyable {
    package let base: UnsafePointer<UInt8>?
    package let count: Int

    @inline(__always)
    package init(base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    /// The bytes of a buffer; a buffer without an address is the empty text, not the missing one.
    @inline(__always)
    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self = bytes.baseAddress.map { Text(base: $0, count: bytes.count) } ?? Text("")
    }

    /// The first `count` bytes of a buffer, which has to have them.
    @inline(__always)
    package init(_ bytes: UnsafeMutableBufferPointer<UInt8>, count: Int) {
        self = bytes.baseAddress.map { Text(base: $0, count: count) } ?? Text("")
    }

    private init(missing: Void) {
        base = nil
        count = 0
    }

    /// The text that isn't there.
    ///
    /// It has no bytes, so `==` calls it equal to the empty text; ``isMissing`` distinguishes them.
    package static var missing: Text { Text(missing: ()) }

    /// The bytes of a literal, which live as long as the process.
    @inline(__always)
    package init(_ literal: StaticString) {
        base = literal.utf8Start
        count = literal.utf8CodeUnitCount
    }

    @inline(__always)
    package var isMissing: Bool { base == nil }

    /// Whether there is at least one byte.
    @inline(__always)
    package var hasBytes: Bool { count > 0 }

    @inline(__always)
    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// A copy as Swift string.
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// A copy as Swift string, or `nil` for the missing text.
    package var optionalString: String? { isMissing ? nil : string }

    /// Byte-wise equality: no normalisation, no case folding.
    @inline(__always)
    package static func == (left: Text, right: Text) -> Bool {
        left.count == right.count && Text.sameBytes(left.base, right.base, left.count)
    }

    @inline(__always)
    package static func == (left: Text, right: StaticString) -> Bool {
        left == Text(right)
    }

    @inline(__always)
    package static func != (left: Text, right: Text) -> Bool { !(left == right) }

    @inline(__always)
    package static func != (left: Text, right: StaticString) -> Bool { !(left == right) }

    package func hasPrefix(_ prefix: Text) -> Bool {
        count >= prefix.count && Text.sameBytes(base, prefix.base, prefix.count)
    }

    package func hasSuffix(_ suffix: Text) -> Bool {
        guard count >= suffix.count, let base else { return suffix.count == 0 }
        return Text.sameBytes(base + (count - suffix.count), suffix.base, suffix.count)
    }

    /// Whether `needle` occurs, byte for byte; the empty text occurs everywhere.
    package func contains(_ needle: Text) -> Bool {
        guard needle.count > 0, let pattern = needle.base else { return true }
        guard count >= needle.count, let base else { return false }
        let first = pattern[0]
        for start in 0...(count - needle.count)
        where base[start] == first && Text.sameBytes(base + start, pattern, needle.count) {
            return true
        }
        return false
    }

    @inline(__always)
    private static func sameBytes(_ left: UnsafePointer<UInt8>?, _ right: UnsafePointer<UInt8>?, _ count: Int) -> Bool {
        guard let left, let right else { return true }
        // Word by word: for names of a few dozen bytes this beats a call of memcmp.
        let leftBytes = UnsafeRawPointer(left)
        let rightBytes = UnsafeRawPointer(right)
        var offset = 0
        while offset &+ 8 <= count {
            if leftBytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != rightBytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        while offset < count {
            if left[offset] != right[offset] { return false }
            offset &+= 1
        }
        return true
    }
}

extension Text {
    /// Whether the text starts with `known`, compared with the processor's widest instructions: for texts of kilobytes.
    ///
    /// - Parameter known: The expected start.
    /// - Returns: `false` also when `known` is missing or empty.
    package func continues(like known: Text) -> Bool {
        guard let base, let other = known.base, known.hasBytes, count >= known.count else { return false }
        return gatehouse_same_bytes(base, other, known.count) != 0
    }
}

extension String {
    /// Lends the string's UTF-8.
    @inline(__always)
    package func withTextBytes<R>(_ body: (Text) -> R) -> R {
        // Without the copy that `withUTF8` needs; only a bridged string has no contiguous bytes.
        let result = utf8.withContiguousStorageIfAvailable { body(Text($0)) }
        if let result { return result }
        var copy = self
        return copy.withUTF8 { body(Text($0)) }
    }
}
