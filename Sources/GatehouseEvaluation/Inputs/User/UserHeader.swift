// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The fixed part of a ``UserBox``: the location of each of the user's values.
struct UserHeader: BitwiseCopyable {
    /// The rows of the well-known fields, inline: a user with only those needs no others.
    private var fields:
        (
            UserValue, UserValue, UserValue, UserValue, UserValue, UserValue, UserValue
        )
    private var maps: (Members, Members, Members, Members)
    /// The memory for the parsed user agent, if there is any.
    private var userAgentRows = ValueRows()
    /// Whether there is an environment, which may be empty.
    var hasEnvironment = false
    /// Whether these maps were set, even to an empty one: responses and events distinguish an empty map from a missing one.
    var hasCustomIDs = false
    var hasCustom = false
    var area: ValueArea

    /// The rows of a map and their capacity.
    struct Members: BitwiseCopyable {
        var rows = ValueRows()
        var capacity: UInt32 = 0

        init() {}

        init(_ rows: ValueRows) {
            self.rows = rows
            capacity = rows.count
        }
    }

    @inline(__always)
    init(_ area: ValueArea) {
        let none = UserValue()
        fields = (none, none, none, none, none, none, none)
        maps = (Members(), Members(), Members(), Members())
        self.area = area
    }

    @inline(__always)
    private(set) subscript(field: User.Field) -> UserValue {
        get {
            switch field {
            case .userID: fields.0
            case .email: fields.1
            case .ip: fields.2
            case .userAgent: fields.3
            case .country: fields.4
            case .locale: fields.5
            case .appVersion: fields.6
            }
        }
        set {
            switch field {
            case .userID: fields.0 = newValue
            case .email: fields.1 = newValue
            case .ip: fields.2 = newValue
            case .userAgent: fields.3 = newValue
            case .country: fields.4 = newValue
            case .locale: fields.5 = newValue
            case .appVersion: fields.6 = newValue
            }
        }
    }

    /// Sets a well-known field; the area has to have room.
    @inline(__always)
    mutating func set(_ row: UserValue, as field: User.Field) {
        self[field] = row
        if field == .userAgent { renewUserAgentCache(row) }
    }

    private mutating func renewUserAgentCache(_ row: UserValue) {
        userAgentRows = ValueRows()
        guard row.textCount > 0 else { return }
        userAgentRows = area.makeRows(UserAgentCache.byteCount / MemoryLayout<UserValue>.stride)
        userAgentCache?.prepare()
    }

    /// The cache of the parsed user agent, `nil` where there is nothing to parse.
    @inline(__always)
    var userAgentCache: UserAgentCache? {
        userAgentRows.count == 0 ? nil : UserAgentCache(at: area.start(of: userAgentRows))
    }

    @inline(__always)
    subscript(map: User.Map) -> Members {
        get {
            switch map {
            case .customIDs: maps.0
            case .custom: maps.1
            case .privateAttributes: maps.2
            case .environment: maps.3
            }
        }
        set {
            switch map {
            case .customIDs: maps.0 = newValue
            case .custom: maps.1 = newValue
            case .privateAttributes: maps.2 = newValue
            case .environment: maps.3 = newValue
            }
        }
    }

    /// The bytes of all values except replaced ones.
    var liveByteCount: Int {
        let store = area.store
        let inCache = Int(userAgentRows.count) * MemoryLayout<UserValue>.stride
        let inFields = User.Field.allCases.reduce(inCache) { $0 + store.byteCount(of: self[$1]) }
        return User.Map.allCases.reduce(inFields) { $0 + store.byteCount(of: self[$1].rows) }
    }

    /// Lays out copies of all values of another user.
    mutating func copyValues(of other: UserHeader) {
        let store = other.area.store
        for field in User.Field.allCases { set(area.row(other[field], in: store), as: field) }
        for map in User.Map.allCases { self[map] = Members(area.makeRows(other[map].rows, in: store)) }
        hasEnvironment = other.hasEnvironment
        hasCustomIDs = other.hasCustomIDs
        hasCustom = other.hasCustom
    }

    // MARK: - Maps

    /// The member's position, `nil` when there is none of that name.
    func index(of name: Text, in map: User.Map) -> Int? {
        let store = area.store
        return store.rows(self[map].rows).firstIndex { store.name(of: $0) == name }
    }

    /// Replaces or appends a map's member; the area has to have room.
    mutating func set(_ row: UserValue, in map: User.Map) {
        let index = index(of: area.store.name(of: row), in: map) ?? appendRow(to: map)
        area.set(row, at: index, of: self[map].rows)
    }

    mutating func remove(at index: Int, from map: User.Map) {
        let rows = area.store.rows(self[map].rows)
        for next in (index + 1)..<rows.count { area.set(rows[next], at: next - 1, of: self[map].rows) }
        self[map].rows.count -= 1
    }

    /// Replaces a map with an object.
    @inline(__always)
    mutating func fill(_ map: User.Map, with object: Object) {
        self[map] = object.isEmpty ? Members() : Members(area.makeRows(of: object))
    }

    /// The bytes for moving a map's rows to append one more, 0 if there is room behind them.
    func byteCountToAppend(to map: User.Map) -> Int {
        let members = self[map]
        if members.rows.count < members.capacity { return 0 }
        return Int(members.rows.count) * 2 * MemoryLayout<UserValue>.stride
    }

    private mutating func appendRow(to map: User.Map) -> Int {
        var members = self[map]
        let index = Int(members.rows.count)
        if members.rows.count == members.capacity {
            if area.extend(&members.rows) {
                members.capacity = members.rows.count
            } else {
                // Moved to rows with twice the capacity, so that appending takes linear time overall.
                let old = area.store.rows(members.rows)
                members.rows = area.makeRows(index * 2 + 1)
                members.capacity = members.rows.count
                for position in 0..<index { area.set(old[position], at: position, of: members.rows) }
            }
        }
        members.rows.count = UInt32(truncatingIfNeeded: index + 1)
        self[map] = members
        return index
    }
}

/// A user's values in one allocation: a ``UserHeader`` and the ``ValueArea`` behind it.
///
/// Copies of a ``User`` share its box; a user that is changed while its box is shared copies the box first.
final class UserBox: ManagedBuffer<UserHeader, UserValue> {
    /// Makes an empty box.
    ///
    /// - Parameter byteCount: The bytes for values, up to ``Limits/userByteCount``.
    /// - Returns: The box.
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
