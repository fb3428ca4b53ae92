// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// `eq`, whose negation is `neq` (Evaluation §7.5).
enum Equality {
    static func verdict(_ value: ValueView, _ target: UnsafePointer<TargetRow>) -> Bool {
        switch target.pointee.kind {
        case .null: value.kind == .null || value.kind == .none || value.kind == .time
        case .bool: value.kind == .bool && value.bool == target.pointee.bool
        case .number: value.float == target.pointee.float
        case .string: !value.text.isMissing && value.text == target.pointee.text
        case .array: isEqualArray(value, target)
        case .object: isEqualObject(value, target)
        }
    }

    private static func isEqualArray(_ value: ValueView, _ target: UnsafePointer<TargetRow>) -> Bool {
        guard value.kind == .array, value.childCount == target.pointee.texts.count else { return false }
        for (text, position) in zip(target.pointee.texts, target.pointee.positions) {
            // Positions count the elements as written. Where equal elements were merged, a position can lie beyond the
            // value's end. The reference crashes there; here the arrays differ.
            let element = value.child(position).text
            if element.isMissing || element != text { return false }
        }
        return true
    }

    private static func isEqualObject(_ value: ValueView, _ target: UnsafePointer<TargetRow>) -> Bool {
        guard value.kind == .object, value.childCount == target.pointee.names.count else { return false }
        if !target.pointee.set.isEmpty { return isEqualLargeObject(value, target) }
        for (name, text) in zip(target.pointee.names, target.pointee.texts) {
            let member = value.member(name).text
            if member.isMissing || member != text { return false }
        }
        return true
    }

    /// The same for a target whose names are hashed.
    ///
    /// Names are distinct on both sides and of the same number, so it is
    /// enough to look the value's members up in the target.
    private static func isEqualLargeObject(_ value: ValueView, _ target: UnsafePointer<TargetRow>) -> Bool {
        for index in 0..<value.childCount {
            let position = target.pointee.set.index(of: value.name(ofChild: index))
            guard position >= 0 else { return false }
            let text = value.child(index).text
            if text.isMissing || text != target.pointee.texts[position] { return false }
        }
        return true
    }
}
