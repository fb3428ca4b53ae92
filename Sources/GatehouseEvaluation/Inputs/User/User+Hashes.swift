// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Hashes of a user's IDs, by which a log recognizes the same user.
///
/// They change when the user does, so they belong to a value of the user that doesn't change.
package struct UserHashes: BitwiseCopyable, Sendable {
    /// A hash of the user ID, the stable ID and all values of custom IDs; the order of the custom IDs doesn't count.
    package let identity: UInt64
    /// A hash of the user ID, 0 when the user has none.
    fileprivate let userID: UInt64
}

// They read the user's stored values without a copy, so they are here and not in the log.
extension User {
    /// The hashes of the user's IDs.
    package var hashes: UserHashes { withView { $0.hashes } }

    /// A hash of the unit of an ID type.
    ///
    /// - Parameters:
    ///   - idType: The ID type.
    ///   - hashes: The user's hashes.
    /// - Returns: The hash, 0 when the user has no such unit.
    package func unitHash(ofIDType idType: Text, _ hashes: UserHashes) -> UInt64 {
        withView { $0.unitHash(ofIDType: idType, hashes) }
    }
}

extension UserView {
    @inline(__always)
    fileprivate var hashes: UserHashes {
        let id = hash(of: row(.userID))
        return UserHashes(
            identity: customIDs.isEmpty ? id : identityHash(after: id),
            userID: row(.userID).kind == .absent ? 0 : id)
    }

    private func identityHash(after id: UInt64) -> UInt64 {
        let sum = customIDs.reduce(into: UInt64(0)) { $0 &+= hash(of: $1) }
        let stableID = store.find(Text("stableID"), or: Text("stableid"), in: customIDs)
        return XXH3.combined(XXH3.combined(id, sum), stableID.map { XXH3.hash($0.text) } ?? 0)
    }

    @inline(__always)
    func unitHash(ofIDType idType: Text, _ hashes: UserHashes) -> UInt64 {
        if idType.isMissing { return 0 }
        if isUserID(idType) { return hashes.userID }
        if customIDs.isEmpty { return 0 }
        if let unit = store.find(idType, in: customIDs) { return XXH3.hash(unit.text) }
        return unitHash(ofLoweredIDType: idType)
    }

    @inline(never)
    private func unitHash(ofLoweredIDType idType: Text) -> UInt64 {
        idType.string.lowercased().withTextBytes { store.find($0, in: customIDs) }.map { XXH3.hash($0.text) } ?? 0
    }

    /// Whether an ID type is `userID`, in any case.
    @inline(__always)
    private func isUserID(_ idType: Text) -> Bool {
        if idType == "userID" { return true }
        return idType.count == 6 && zip(idType.bytes, Text("userid").bytes).allSatisfy { $0 | 0x20 == $1 }
    }

    /// A hash of a value's text: `1` and `"1"` are the same ID.
    @inline(__always)
    private func hash(of row: UserValue) -> UInt64 {
        guard row.kind == .object else { return XXH3.hash(store.text(of: row)) }
        return ValueView(row, in: store).withJSON { XXH3.hash($0) }
    }
}
