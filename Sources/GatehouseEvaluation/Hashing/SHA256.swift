// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse

/// SHA-256, the hash that every percentage, bucket and id list rests on.
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

    /// Writes the digest of `bytes` to the start of `output`; writes nothing if that is shorter than ``digestCount``.
    package static func digest(_ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        guard output.count >= digestCount, let target = output.baseAddress else { return }
        gatehouse_sha256(bytes.baseAddress, bytes.count, target)
    }

    // MARK: - For tests and measurements

    /// Whether this processor has instructions for the hash; without them all functions take the portable path.
    package static var hasHardware: Bool { gatehouse_sha256_has_hardware() != 0 }

    /// ``prefix64(_:_:)`` without the processor's instructions.
    package static func portablePrefix64(
        _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
    ) -> UInt64 {
        gatehouse_sha256_prefix64_portable(first.baseAddress, first.count, second.baseAddress, second.count)
    }

    /// ``digest(_:into:)`` without the processor's instructions.
    package static func portableDigest(
        _ bytes: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) {
        guard output.count >= digestCount, let target = output.baseAddress else { return }
        gatehouse_sha256_portable(bytes.baseAddress, bytes.count, target)
    }
}
