// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A condition's target in the shape its operator compares (Evaluation §2.5).
package struct TargetRow: BitwiseCopyable {
    package enum Kind: UInt8, BitwiseCopyable {
        case null, bool, number, string, array, object
    }

    /// Up to here comparing texts one by one costs less than looking them up in ``set``.
    ///
    /// The compiler makes no ``set`` for fewer names of an object, and the engine reads none for fewer elements of an array.
    package static let maximumScannedTexts = 64

    package var kind = Kind.null
    package var bool = false
    package var hasFloat = false
    package var hasTime = false
    package var float = 0.0
    /// In ms.
    package var time: Int64 = 0
    /// The string itself, missing for other kinds.
    package var text = Text.missing
    /// The members of an array that survive folding by case, or the members' values of an object.
    package var texts = TextList()
    /// The positions of ``texts`` in the array as written.
    package var positions = UnsafeBufferPointer<Int>(start: nil, count: 0)
    /// The names of an object's members, in the order of ``texts``.
    package var names = TextList()
    /// What string operators look up: lower-cased texts, texts as written, or names, by operator.
    package var set = TextTable()
    package var version = UnsafeBufferPointer<VersionPart>(start: nil, count: 0)
    package var pattern: Pattern?
    /// For a set of buckets: a bit for each of the 1000, otherwise nothing.
    package var buckets: UnsafePointer<UInt64>?

    package init() {}
}

/// One part of a dotted version on the target's side (Evaluation §7.2).
package struct VersionPart: BitwiseCopyable {
    /// Whether the part is a number; comparing beyond one that isn't is false.
    package let isNumber: Bool
    package let number: Int128

    package init(_ number: Int128?) {
        isNumber = number != nil
        self.number = number ?? 0
    }
}
