// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The hash of the names of gates, configs, layers and parameter stores in a client response (Evaluation §21.1).
///
/// Rule IDs, group names, parameters' names and values are never hashed.
public enum NameHash: String, Sendable, CaseIterable {
    /// The names themselves.
    case none
    /// The decimal text of a 32-bit hash: short, and the default of clients.
    case djb2
    /// The Base64 text of the SHA-256 digest.
    case sha256

    /// The bytes that hold any hashed name.
    static let capacity = 44

    /// Writes a name's hash.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - buffer: Memory for ``capacity`` bytes.
    /// - Returns: The number of bytes written, 0 for ``none``.
    func write(_ name: Text, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        switch self {
        case .none: return 0
        case .djb2: return NumberText.decimal(UInt64(DJB2.hash(name.bytes.span)), into: buffer)
        case .sha256:
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SHA256.digestCount) { digest in
                SHA256.digest(name.bytes.span, into: digest)
                return Base64.encode(digest.span, into: buffer)
            }
        }
    }
}
