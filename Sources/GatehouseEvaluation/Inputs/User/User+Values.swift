// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Reading and writing values of any kind. A value that doesn't fit within `Limits.userByteCount` becomes absent.
extension User {
    /// A well-known field, which a user from JSON may have with a value of any kind.
    package subscript(field: Field) -> Value? {
        get {
            withExtendedLifetime(box) { box.start.pointee.area.store.value(of: box.start.pointee[field]) }
        }
        set {
            let cache = field == .userAgent ? UserAgentCache.byteCount : 0
            let fits = makeRoom(for: newValue.map { ValueSize.of($0) + cache } ?? 0)
            withExtendedLifetime(box) {
                let user = box.start
                let row = if let newValue, fits { user.pointee.area.row(newValue) } else { UserValue() }
                user.pointee.set(row, as: field)
            }
        }
    }

    /// The text of a well-known field by which conditions compare it, `nil` where it has none or is an array.
    func text(of field: Field) -> String? {
        withView { user in
            let value = user.field(field)
            return switch value.kind {
            case .string, .bool, .integer, .unsigned, .double: value.text.string
            case .none, .null, .array, .object, .time: nil
            }
        }
    }

    subscript(map: Map) -> Object {
        get {
            withExtendedLifetime(box) { box.start.pointee.area.store.object(of: box.start.pointee[map].rows) }
        }
        set {
            if makeRoom(for: ValueSize.of(newValue)) {
                withExtendedLifetime(box) { box.start.pointee.fill(map, with: newValue) }
            } else {
                withExtendedLifetime(box) { box.start.pointee.fill(map, with: Object()) }
                for member in newValue { set(member.value, for: member.name, in: map) }
            }
        }
    }

    /// The bytes of heap memory of the user's values, which copies of the user may share.
    package var memoryByteCount: Int {
        withExtendedLifetime(box) { MemoryLayout<UserHeader>.size + box.start.pointee.area.byteCount }
    }

    mutating func set(_ value: Value, for name: String, in map: Map) {
        let size = ValueSize.of(value, named: name) + box.start.pointee.byteCountToAppend(to: map)
        let fits = makeRoom(for: size)
        withExtendedLifetime(box) {
            let user = box.start
            if fits {
                let row = user.pointee.area.row(value, named: name)
                user.pointee.set(row, in: map)
            } else if let index = name.withTextBytes({ user.pointee.index(of: $0, in: map) }) {
                user.pointee.remove(at: index, from: map)
            }
        }
    }

    /// Gives the user a box that no copy shares, with room for further values.
    ///
    /// - Returns: `false` when the values don't fit; the box is unshared in either case.
    private mutating func makeRoom(for byteCount: Int) -> Bool {
        let isOwn = isKnownUniquelyReferenced(&box)
        if isOwn, box.start.pointee.area.freeByteCount >= byteCount { return true }
        let old = box
        return withExtendedLifetime(old) {
            let live = old.start.pointee.liveByteCount
            let fits = byteCount <= Limits.userByteCount - live
            if isOwn, !fits { return false }
            // Twice as much as needed, so that setting one value after the other takes linear time.
            let needed = fits ? live + byteCount : live
            let copy = UserBox.make(byteCount: min(needed * 2 + 64, Limits.userByteCount))
            withExtendedLifetime(copy) { copy.start.pointee.copyValues(of: old.start.pointee) }
            box = copy
            return fits
        }
    }
}
