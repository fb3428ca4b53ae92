// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One member of a class.
enum PatternSetItem: Sendable {
    case range(UInt32, UInt32)
    case digit(negated: Bool)
    case space(negated: Bool)
    case word(negated: Bool)
    /// An ASCII class (`[:alpha:]`) by its ranges, in ascending order.
    case ascii([ClosedRange<UInt32>], negated: Bool)
    case property(PatternProperty, negated: Bool)
    /// A class within the class.
    case nested(PatternSet)
}

extension PatternSetItem {
    /// Resolves the name between the braces of `\p{…}`; `nil` if there is no such property.
    static func property(named text: String, negated: Bool) -> PatternSetItem? {
        guard let property = PatternProperty(text) else { return nil }
        return switch property.name {
        case "ascii": .ascii([0...0x7F], negated: negated)
        case "assigned": PatternProperty("cn").map { .property($0, negated: !negated) }
        default: .property(property, negated: negated)
        }
    }
}
