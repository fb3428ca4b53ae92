// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The names of an object's members read so far, to find names that occur twice.
///
/// Few names are compared one by one; more are hashed, so that a hostile object with a million members takes linear time.
struct MemberNames {
    private var few: [JSONString] = []
    private var many: DistinctTexts?
    /// For names with escapes, once they are hashed.
    private var region: Region?
    private static let scannedCount = 16

    /// Adds a name.
    ///
    /// - Returns: The position of the same name where it isn't new.
    mutating func insert(_ name: JSONString) -> Int? {
        if many != nil { return insertHashed(name) }
        if let earlier = few.firstIndex(where: { $0 == name }) { return earlier }
        few.append(name)
        if few.count > MemberNames.scannedCount { hash() }
        return nil
    }

    private mutating func hash() {
        many = DistinctTexts(expecting: few.count * 2)
        for name in few { _ = insertHashed(name) }
        few = []
    }

    private mutating func insertHashed(_ name: JSONString) -> Int? {
        let text = name.hasEscapes ? name.text(in: ownRegion()) : name.raw
        guard let (position, isNew) = many?.insert(text), !isNew else { return nil }
        return position
    }

    private mutating func ownRegion() -> Region {
        if let region { return region }
        let made = Region(capacity: 256)
        region = made
        return made
    }
}
