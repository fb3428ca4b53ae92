// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A user's storage as a plain pointer, valid for the time of one evaluation.
struct UserView: BitwiseCopyable {
    private let header: UnsafePointer<UserHeader>

    @inline(__always)
    init(_ header: UnsafePointer<UserHeader>) {
        self.header = header
    }

    @inline(__always)
    var store: ValueStore { header.pointee.area.store }

    /// A well-known field, absent where it isn't set.
    @inline(__always)
    func field(_ field: User.Field) -> ValueView { ValueView(header.pointee[field], in: store) }

    /// The row of a well-known field.
    func row(_ field: User.Field) -> UserValue { header.pointee[field] }

    @inline(__always)
    var customIDs: UnsafeBufferPointer<UserValue> { rows(of: .customIDs) }

    @inline(__always)
    var custom: UnsafeBufferPointer<UserValue> { rows(of: .custom) }

    @inline(__always)
    var privateAttributes: UnsafeBufferPointer<UserValue> { rows(of: .privateAttributes) }

    @inline(__always)
    var environment: UnsafeBufferPointer<UserValue> { rows(of: .environment) }

    /// Whether there is an environment, even an empty one.
    var hasEnvironment: Bool { header.pointee.hasEnvironment }

    /// Whether custom IDs were set, even to an empty map.
    var hasCustomIDs: Bool { header.pointee.hasCustomIDs || !customIDs.isEmpty }

    /// Whether custom fields were set, even to an empty map.
    var hasCustom: Bool { header.pointee.hasCustom || !custom.isEmpty }

    /// The cache of the parsed user agent, `nil` where the user agent is missing or empty.
    @inline(__always)
    var userAgentCache: UserAgentCache? { header.pointee.userAgentCache }

    @inline(__always)
    private func rows(of map: User.Map) -> UnsafeBufferPointer<UserValue> {
        store.rows(header.pointee[map].rows)
    }
}

extension User {
    /// Calls `body` with the user's storage, which is valid during the call.
    @inline(__always)
    func withView<R>(_ body: (UserView) -> R) -> R {
        withExtendedLifetime(box) { body(UserView(box.start)) }
    }
}
