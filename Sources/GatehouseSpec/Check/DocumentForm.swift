// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The readable form of a document: for files under version control, where a diff shows what changed.
public enum DocumentForm {
    /// The maximum number of bytes of an array on one line.
    private static let maximumLineBytes = 100
    /// The members at the top that change although no answer does.
    private static let volatileMembers = ["time", "checksum"]

    /// Writes a document with one member a line, in the order of the names.
    ///
    /// The same document always has the same form, whatever order and white space it comes in. Lists keep their order, since the
    /// order of rules counts.
    ///
    /// - Parameters:
    ///   - bytes: The document, or any other JSON object.
    ///   - keepsTime: Whether to keep the top-level members `time` and `checksum`. Without `time` a document can't be loaded.
    /// - Returns: The text.
    /// - Throws: ``DocumentError`` if the bytes aren't a JSON object whose values can all be read.
    public static func text(of bytes: [UInt8], keepingTime keepsTime: Bool = false) throws(DocumentError) -> String {
        var document = try Object(document: bytes)
        if !keepsTime {
            for name in volatileMembers { document[name] = nil }
        }
        var writer = JSONWriter(reservingCapacity: bytes.count * 2)
        write(.object(document), indent: 0, into: &writer)
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    // Values nest at most `JSONReader.maximumDepth` levels deep, since they were read from JSON.
    private static func write(_ value: Value, indent: Int, into writer: inout JSONWriter) {
        switch value {
        case .object(let object) where !object.isEmpty:
            writer.raw("{\n")
            let members = object.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            for (index, member) in members.enumerated() {
                margin(indent + 1, into: &writer)
                writer.string(member.name)
                writer.raw(": ")
                write(member.value, indent: indent + 1, into: &writer)
                writer.raw(index + 1 < members.count ? ",\n" : "\n")
            }
            margin(indent, into: &writer)
            writer.raw("}")
        case .array(let elements) where !elements.isEmpty:
            let line = value.jsonBytes
            guard line.count > maximumLineBytes || elements.contains(where: { $0.object != nil }) else {
                return writeLine(elements, into: &writer)
            }
            writer.raw("[\n")
            for (index, element) in elements.enumerated() {
                margin(indent + 1, into: &writer)
                write(element, indent: indent + 1, into: &writer)
                writer.raw(index + 1 < elements.count ? ",\n" : "\n")
            }
            margin(indent, into: &writer)
            writer.raw("]")
        default: writer.value(value)
        }
    }

    private static func writeLine(_ elements: [Value], into writer: inout JSONWriter) {
        writer.raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { writer.raw(", ") }
            writer.value(element)
        }
        writer.raw("]")
    }

    private static func margin(_ indent: Int, into writer: inout JSONWriter) {
        for _ in 0..<indent { writer.raw("  ") }
    }
}
