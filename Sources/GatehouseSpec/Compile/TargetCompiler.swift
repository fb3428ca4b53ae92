// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles a target to the forms that its operator compares with (Evaluation §2.5).
struct TargetCompiler {
    private let rows: RowBuilder
    private let region: Region

    init(_ rows: RowBuilder) {
        self.rows = rows
        region = rows.region
    }

    /// - Parameters:
    ///   - json: The target's JSON, owned by the region and known to be valid.
    ///   - comparison: The condition's operator.
    /// - Returns: The target's row.
    func compile(_ json: Text, for comparison: ConditionOperator) -> TargetRow {
        var target = TargetRow()
        var reader = JSONReader(json)
        switch try? reader.peek() {
        case .bool:
            target.kind = .bool
            target.bool = (try? reader.bool()) ?? false
        case .number:
            target.kind = .number
            setFloat((try? reader.number())?.float, &target)
        case .string:
            target.kind = .string
            if let string = try? reader.string() { compile(string.text(in: region), comparison, &target) }
        case .array:
            target.kind = .array
            compileArray(&reader, comparison, &target, byteCount: json.count)
        case .object:
            target.kind = .object
            compileObject(&reader, &target)
            if TargetCompiler.needsNames(comparison, count: target.names.count) {
                target.set = TextTable(target.names, in: region)
            }
        case .null, nil: break
        }
        return target
    }

    /// Whether the operator needs a table of an object's names.
    private static func needsNames(_ comparison: ConditionOperator, count: Int) -> Bool {
        switch comparison {
        case .anyOf, .noneOf: true
        case .eq, .neq: count > TargetRow.maximumScannedTexts
        default: false
        }
    }

    private func compile(_ text: Text, _ comparison: ConditionOperator, _ target: inout TargetRow) {
        target.text = text
        setFloat(NumberText.parseFloat(text.bytes.span), &target)
        if let time = TimestampText.targetSide(text.bytes) {
            target.time = time
            target.hasTime = true
        }
        switch comparison {
        case .matches:
            if let pattern = Pattern.compile(text.bytes, lending: region.patternWorkspaces) {
                target.pattern = pattern
                region.onFree { pattern.free() }
            }
        case .versionGt, .versionGte, .versionLt, .versionLte, .versionEq, .versionNeq:
            target.version = region.store(VersionPart.parts(of: text))
        default: break
        }
    }

    private func setFloat(_ value: Double?, _ target: inout TargetRow) {
        guard let value else { return }
        target.float = value
        target.hasFloat = true
        // Time operators read a number as ms, cut to an integer that saturates.
        target.time = value.isNaN ? 0 : Int64(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
        target.hasTime = true
    }

    /// Members that differ only by case collapse to the last one.
    private func compileArray(
        _ reader: inout JSONReader, _ comparison: ConditionOperator, _ target: inout TargetRow, byteCount: Int
    ) {
        // An element has rarely less than eight bytes; a list that has grows.
        let expectedCount = byteCount / 8 + 1
        var distinct = DistinctTexts(expecting: expectedCount)
        var texts: [Text] = []
        var positions: [Int] = []
        texts.reserveCapacity(expectedCount)
        positions.reserveCapacity(expectedCount)
        guard (try? reader.enterArray()) != nil else { return }
        var isFirst = true
        var index = 0
        while (try? reader.nextElement(&isFirst)) == true, let text = text(&reader) {
            let (position, isNew) = distinct.insert(rows.lowercased(text))
            if isNew {
                texts.append(text)
                positions.append(index)
            } else {
                texts[position] = text
                positions[position] = index
            }
            index += 1
        }
        target.texts = region.store(texts)
        switch comparison {
        case .eq, .neq: target.positions = region.store(positions)
        case .anyCaseSensitive, .noneCaseSensitive, .arrayContainsAny, .arrayContainsNone, .arrayContainsAll,
            .notArrayContainsAll:
            target.set = TextTable(target.texts, in: region)
        case .anyOf, .noneOf, .startsWithAny, .endsWithAny, .containsAny, .containsNone:
            target.set = TextTable(lowered(texts, distinct.texts, stored: target.texts), in: region)
        default: break
        }
    }

    /// The lower-case forms; the texts themselves where they are the same, which saves a list.
    private func lowered(_ texts: [Text], _ lowered: [Text], stored: TextList) -> TextList {
        zip(texts, lowered).allSatisfy { $0.base == $1.base } ? stored : region.store(lowered)
    }

    private func compileObject(_ reader: inout JSONReader, _ target: inout TargetRow) {
        var distinct = DistinctTexts(expecting: 8)
        var texts: [Text] = []
        guard (try? reader.enterObject()) != nil else { return }
        var isFirst = true
        while let name = try? reader.nextMember(&isFirst), let text = text(&reader) {
            let (position, isNew) = distinct.insert(name.text(in: region))
            if isNew { texts.append(text) } else { texts[position] = text }
        }
        target.names = region.store(distinct.texts)
        target.texts = region.store(texts)
    }

    /// A member's text: the string itself, otherwise its JSON (Evaluation §2.2).
    private func text(_ reader: inout JSONReader) -> Text? {
        switch try? reader.peek() {
        case .string: return (try? reader.string())?.text(in: region)
        case .number:
            let start = reader
            if let number = try? reader.number(), number.isCanonicalInteger { return number.text }
            reader = start
        default: break
        }
        guard let value = try? reader.value() else { return nil }
        var writer = JSONWriter()
        writer.value(value)
        return region.text(writer.bytes)
    }
}
