// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A user's storage as plain pointers, valid for the time of one evaluation.
struct UserView {
    let store: ValueStore
    let fields: UnsafePointer<FieldRows>
    let customIDs: UnsafeBufferPointer<UserValue>
    let custom: UnsafeBufferPointer<UserValue>
    let privateAttributes: UnsafeBufferPointer<UserValue>
    let environment: UnsafeBufferPointer<UserValue>

    /// A well-known field, absent where it isn't set.
    @inline(__always)
    func field(_ field: User.Field) -> ValueView {
        guard let row = fields.pointee[field] else { return .none }
        return ValueView(row, in: store)
    }
}

extension User {
    /// Lends the user's storage for the time of `body`.
    @inline(__always)
    func withView<R>(_ body: (UserView) -> R) -> R {
        withUnsafePointer(to: fields) { fields in
            storage.bytes.withUnsafeBufferPointer { bytes in
                storage.children.withUnsafeBufferPointer { children in
                    customIDRows.withUnsafeBufferPointer { customIDs in
                        customRows.withUnsafeBufferPointer { custom in
                            privateRows.withUnsafeBufferPointer { privateAttributes in
                                (environmentRows ?? []).withUnsafeBufferPointer { environment in
                                    body(
                                        UserView(
                                            store: ValueStore(bytes: bytes.baseAddress, children: children),
                                            fields: fields, customIDs: customIDs, custom: custom,
                                            privateAttributes: privateAttributes, environment: environment))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
