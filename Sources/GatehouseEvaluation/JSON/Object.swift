// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object, in their order.
///
/// Names are compared byte for byte, as JSON does: `é` as one scalar and as two are different names, although Swift's
/// strings call them equal. That is why this isn't a `Dictionary`.
public struct Object: Sendable, Equatable {
    /// A member.
    public typealias Member = (name: String, value: Value)

    private var members: [Member]

    /// Makes an object without members.
    public init() { members = [] }

    /// Makes an object of members in order; of several with the same name the last value counts, at the first one's index.
    public init(_ members: some Sequence<(String, Value)>) {
        self.members = []
        for (name, value) in members { self[name] = value }
    }

    /// - Parameter members: Members with distinct names.
    package init(distinct members: [Member]) {
        self.members = members
    }

    /// A member's value, `nil` when there is no such member.
    ///
    /// Assigning `nil` removes it.
    public subscript(name: String) -> Value? {
        get { index(of: name).map { members[$0].value } }
        set {
            switch (index(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    private func index(of name: String) -> Int? {
        members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// Equal when both have the same members, whatever their order.
    public static func == (left: Object, right: Object) -> Bool {
        left.members.count == right.members.count
            && left.members.allSatisfy { member in right[member.name] == member.value }
    }
}

extension Object: CustomStringConvertible {
    /// The object as compact JSON.
    public var description: String { Value.object(self).description }
}

extension Object: RandomAccessCollection {
    /// The first position.
    public var startIndex: Int { members.startIndex }
    /// The position behind the last member.
    public var endIndex: Int { members.endIndex }
    /// The member at a position.
    public subscript(position: Int) -> Member { members[position] }
}

extension Object: ExpressibleByDictionaryLiteral {
    /// Makes an object of members in order.
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
