// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A user's values in one allocation: a ``UserHeader`` and the ``ValueArea`` behind it.
///
/// Copies of a ``User`` share its box; whoever changes one that isn't its own makes a copy first.
final class UserBox: ManagedBuffer<UserHeader, UserValue> {
    /// An empty box.
    ///
    /// - Parameter byteCount: The room for values, up to ``Limits/userByteCount``.
    @inline(__always)
    static func make(byteCount: Int) -> UserBox {
        let stride = MemoryLayout<UserValue>.stride
        let rows = (byteCount &+ (stride &- 1)) / stride
        let buffer = UserBox.create(minimumCapacity: rows) { buffer in
            buffer.withUnsafeMutablePointerToElements { elements in
                UserHeader(ValueArea(UnsafeMutableRawPointer(elements), byteCount: rows &* stride))
            }
        }
        return unsafeDowncast(buffer, to: UserBox.self)
    }

    /// The header, for as long as the box is held.
    @inline(__always)
    var start: UnsafeMutablePointer<UserHeader> { withUnsafeMutablePointerToHeader { $0 } }
}
