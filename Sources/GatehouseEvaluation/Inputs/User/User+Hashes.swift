// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Hashes of a user's IDs, by which a log recognizes the same user. They read the user's stored values without a copy, so they
// are here and not in the log.
extension User {
    /// A hash of a name's hash and of the user ID, the stable ID and all values of custom IDs; the order of the custom IDs
    /// doesn't count.
    package func identityHash(combinedWith nameHash: UInt64) -> UInt64 {
        withView { XXH3.combined(nameHash, $0.identityHash) }
    }

    /// The same for a name and a seed that distinguishes kinds of names.
    package func identityHash(combinedWith name: String, seed: UInt64) -> UInt64 {
        name.withTextBytes { name in withView { XXH3.combined(XXH3.hash(name.bytes) ^ seed, $0.identityHash) } }
    }

    /// A hash of the unit of an ID type, 0 when the user has none.
    package func unitHash(ofIDType idType: Text) -> UInt64 { withView { $0.unitHash(ofIDType: idType) } }
}

extension UserView {
    @inline(__always)
    fileprivate var identityHash: UInt64 {
        let id = hash(of: row(.userID))
        if customIDs.isEmpty { return id }
        return identityHash(after: id)
    }

    private func identityHash(after id: UInt64) -> UInt64 {
        let sum = customIDs.reduce(into: UInt64(0)) { $0 &+= hash(of: $1) }
        let stableID = store.find(Text("stableID"), or: Text("stableid"), in: customIDs)
        return XXH3.combined(XXH3.combined(id, sum), stableID.map { XXH3.hash($0.text.bytes) } ?? 0)
    }

    @inline(__always)
    func unitHash(ofIDType idType: Text) -> UInt64 {
        if idType.isMissing { return 0 }
        if isUserID(idType) { return row(.userID).kind == .absent ? 0 : hash(of: row(.userID)) }
        if customIDs.isEmpty { return 0 }
        if let unit = store.find(idType, in: customIDs) { return XXH3.hash(unit.text.bytes) }
        return unitHash(ofLoweredIDType: idType)
    }

    @inline(never)
    private func unitHash(ofLoweredIDType idType: Text) -> UInt64 {
        idType.string.lowercased().withTextBytes { store.find($0, in: customIDs) }.map { XXH3.hash($0.text.bytes) } ?? 0
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
        guard row.kind == .object else { return XXH3.hash(store.text(of: row).bytes) }
        return ValueView(row, in: store).withJSON { XXH3.hash($0.bytes) }
    }
}
