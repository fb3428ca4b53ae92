// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The names an object has had so far, to find the ones that occur twice.
///
/// Most objects have few members, which are compared one by one; a hostile object of a million members mustn't take
/// quadratic time to find out, so many are hashed.
struct MemberNames {
    private var few: [JSONString] = []
    private var many: DistinctTexts?
    /// For names with escapes, once they are hashed.
    private var region: Region?
    private static let scannedCount = 16

    /// Notes a name.
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
