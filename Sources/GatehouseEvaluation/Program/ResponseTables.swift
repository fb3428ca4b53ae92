// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The values that a ruleset can return, as compact JSON: most are compact in the document, the others are copied once.
///
/// Without this table each response would scan hundreds of kilobytes of JSON, mostly to change nothing.
final class CompactValues {
    private let region: Region
    // Open addressing by the address of a value's row; `mask` is the table's size - 1.
    private let slots: UnsafePointer<Slot>
    private let mask: UInt

    private struct Slot: BitwiseCopyable {
        var row: UnsafePointer<ReturnRow>?
        var json = Text.missing
    }

    /// Compacting a shorter value takes no longer than finding it in the table.
    private static let minimumByteCount = 24

    init(of program: Program) {
        var rows: [UnsafePointer<ReturnRow>] = []
        func add(_ row: UnsafePointer<ReturnRow>) {
            if row.pointee.kind == .object, row.pointee.json.count >= CompactValues.minimumByteCount {
                rows.append(row)
            }
        }
        for spec in program.specs {
            add(spec.defaultValue)
            for position in spec.pointee.rules.indices { add(spec.pointee.rules.pointer(at: position).returns) }
        }
        for autotune in program.autotuneRows {
            add(autotune.defaultValue)
            for position in autotune.pointee.groups.indices {
                add(autotune.pointee.groups.pointer(at: position).returns)
            }
        }
        var size = 16
        while size < rows.count * 2 { size *= 2 }
        region = Region(capacity: size * MemoryLayout<Slot>.stride + 64)
        let slots = region.allocate(Slot.self, count: size)
        slots.initialize(repeating: Slot(), count: size)
        mask = UInt(size - 1)
        var writer = JSONWriter()
        for row in rows {
            writer.removeAll()
            let json = row.pointee.json
            writer.compact(json)
            let isCompact = writer.bytes.withUnsafeBufferPointer { Text($0) == json }
            var slot = CompactValues.slot(of: row) & mask
            while slots[Int(slot)].row != nil { slot = (slot + 1) & mask }
            slots[Int(slot)] = Slot(row: row, json: isCompact ? json : region.text(writer.bytes))
        }
        self.slots = UnsafePointer(slots)
    }

    var byteCount: Int { region.byteCount }

    /// The compact JSON of a value, `nil` for a short one and for one that isn't the ruleset's.
    @inline(__always)
    func json(of row: UnsafePointer<ReturnRow>) -> Text? {
        var slot = CompactValues.slot(of: row) & mask
        while let known = slots[Int(slot)].row {
            if known == row { return slots[Int(slot)].json }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    @inline(__always)
    private static func slot(of row: UnsafePointer<ReturnRow>) -> UInt {
        // Rows lie at multiples of eight, often hundreds of bytes apart.
        (UInt(bitPattern: row) >> 3 &* 0x9E37_79B9_7F4A_7C15) >> 32
    }
}

/// The tables that client responses of a ruleset need beside its program, made on first use.
///
/// Threads that need the same table at the same time may each make one; all of them use the table that is stored first.
final class ResponseTables: Sendable {
    private let djb2 = AtomicLazyReference<HashedNames>()
    private let sha256 = AtomicLazyReference<HashedNames>()
    private let values = AtomicLazyReference<CompactValues>()

    /// The table of hashed names, `nil` for names that aren't hashed.
    func names(_ hash: NameHash, of program: Program) -> HashedNames? {
        switch hash {
        case .none: nil
        case .djb2: djb2.load() ?? djb2.storeIfNil(HashedNames(hash, of: program))
        case .sha256: sha256.load() ?? sha256.storeIfNil(HashedNames(hash, of: program))
        }
    }

    /// The table of values.
    func compactValues(of program: Program) -> CompactValues {
        values.load() ?? values.storeIfNil(CompactValues(of: program))
    }

    var byteCount: Int {
        (djb2.load()?.byteCount ?? 0) + (sha256.load()?.byteCount ?? 0) + (values.load()?.byteCount ?? 0)
    }
}

/// The hashed names of a ruleset's entities, of which a response has hundreds.
///
/// Made on first use, because most rulesets make no response.
final class HashedNames {
    private let region: Region
    /// In the order of ``Program/specs``.
    let specs: TextList
    /// In the order of ``Program/autotuneRows``.
    let autotunes: TextList
    /// In the order of ``Program/parameterStoreRows``.
    let parameterStores: TextList

    init(_ hash: NameHash, of program: Program) {
        let count = program.specs.count + program.autotuneRows.count + program.parameterStoreRows.count
        let region = Region(capacity: count * (MemoryLayout<Text>.stride + NameHash.capacity) + 64)
        func hashed(_ names: some Sequence<Text>) -> TextList {
            region.store(
                names.map { name in
                    let room = UnsafeMutableBufferPointer(
                        start: region.allocate(UInt8.self, count: NameHash.capacity), count: NameHash.capacity)
                    return Text(room, count: hash.write(name, into: room))
                })
        }
        specs = hashed(program.specs.lazy.map(\.pointee.name))
        autotunes = hashed(program.autotuneRows.lazy.map(\.pointee.name))
        parameterStores = hashed(program.parameterStoreRows.lazy.map(\.pointee.name))
        self.region = region
    }

    var byteCount: Int { region.byteCount }
}
