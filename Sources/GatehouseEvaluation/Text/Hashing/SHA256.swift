// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse

/// SHA-256, the hash of buckets and ID lists.
///
/// Evaluation §4.
package enum SHA256 {
    /// Number of bytes of a digest.
    package static let digestCount = 32

    /// The first 8 digest bytes of the concatenation of `first` and `second`, big-endian.
    package static func prefix64(
        _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
    ) -> UInt64 {
        gatehouse_sha256_prefix64(first.baseAddress, first.count, second.baseAddress, second.count)
    }

    /// The first 8 digest bytes of `bytes`, big-endian.
    package static func prefix64(_ bytes: Span<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { gatehouse_sha256_prefix64($0.baseAddress, $0.count, nil, 0) }
    }

    /// The state of the hash after the whole blocks at the start of a message.
    package struct Start: BitwiseCopyable {
        fileprivate let state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)
        fileprivate let byteCount: Int

        /// The start of messages that begin with `bytes`, `nil` where these don't fill a block.
        package init?(_ bytes: Span<UInt8>) {
            let blockCount = bytes.count / 64
            guard blockCount > 0 else { return nil }
            var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0, 0, 0)
            withUnsafeMutableBytes(of: &state) { state in
                bytes.withUnsafeBufferPointer { bytes in
                    gatehouse_sha256_begin(
                        state.assumingMemoryBound(to: UInt32.self).baseAddress, bytes.baseAddress, blockCount)
                }
            }
            self.state = state
            byteCount = blockCount * 64
        }
    }

    /// ``prefix64(_:_:)`` where the start of `first` was hashed ahead.
    @inline(__always)
    package static func prefix64(
        _ first: UnsafeBufferPointer<UInt8>, startingAs start: Start, _ second: UnsafeBufferPointer<UInt8>
    ) -> UInt64 {
        withUnsafeBytes(of: start.state) { state in
            gatehouse_sha256_prefix64_rest(
                state.assumingMemoryBound(to: UInt32.self).baseAddress, UInt64(start.byteCount),
                first.baseAddress.map { $0 + start.byteCount }, first.count - start.byteCount,
                second.baseAddress, second.count)
        }
    }

    /// Writes the digest of `bytes` to the start of `output`; writes nothing if that is shorter than ``digestCount``.
    package static func digest(_ bytes: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        guard output.count >= digestCount, let target = output.baseAddress else { return }
        bytes.withUnsafeBufferPointer { gatehouse_sha256($0.baseAddress, $0.count, target) }
    }

    /// The digest of `bytes`.
    package static func digest(_ bytes: Span<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestCount) { output, count in
            digest(bytes, into: output)
            count = digestCount
        }
    }

    /// The digest of a string's UTF-8.
    package static func digest(_ text: String) -> [UInt8] { text.withTextBytes { digest($0.bytes.span) } }

    // MARK: - For tests and measurements

    /// Whether this processor has instructions for the hash; without them all functions take the portable path.
    package static var hasHardware: Bool { gatehouse_sha256_has_hardware() != 0 }

    /// ``prefix64(_:_:)`` without the processor's instructions.
    package static func portablePrefix64(
        _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
    ) -> UInt64 {
        gatehouse_sha256_prefix64_portable(first.baseAddress, first.count, second.baseAddress, second.count)
    }

    /// The digest of `bytes` without the processor's instructions.
    package static func portableDigest(_ bytes: Span<UInt8>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestCount) { output, count in
            bytes.withUnsafeBufferPointer { gatehouse_sha256_portable($0.baseAddress, $0.count, output.baseAddress) }
            count = digestCount
        }
    }
}

/// The text that is hashed before the unit, with its whole blocks hashed ahead.
///
/// Most salts are UUIDs: two of them fill a block of SHA-256, so that hashing ahead halves the work per user.
package struct HashPrefix: BitwiseCopyable {
    package let text: Text
    /// The state after the whole blocks of the text, `nil` without any.
    let start: SHA256.Start?

    /// - Parameters:
    ///   - text: The prefix.
    ///   - isHashed: Whether it will be hashed.
    package init(_ text: Text, isHashed: Bool) {
        self.text = text
        start = isHashed ? SHA256.Start(text.bytes.span) : nil
    }
}
