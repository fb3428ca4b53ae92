// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Writes the names of a program's entities, hashed by the response's options.
struct ClientNames {
    let hash: NameHash
    private let program: UnsafePointer<Program>
    // Parts of a table that the ruleset owns.
    private let specs: TextList
    private let autotunes: TextList
    private let parameterStores: TextList

    init(_ hash: NameHash, _ program: UnsafePointer<Program>, _ table: HashedNames?) {
        self.hash = hash
        self.program = program
        specs = table?.specs ?? TextList()
        autotunes = table?.autotunes ?? TextList()
        parameterStores = table?.parameterStores ?? TextList()
    }

    func write(spec index: Int, into writer: inout JSONWriter) {
        if hash == .none {
            writer.string(program.pointee.specs[index].pointee.name)
        } else {
            writer.string(plain: specs[index])
        }
    }

    func write(autotune index: Int, into writer: inout JSONWriter) {
        if hash == .none {
            writer.string(program.pointee.autotuneRows[index].pointee.name)
        } else {
            writer.string(plain: autotunes[index])
        }
    }

    func write(parameterStore index: Int, into writer: inout JSONWriter) {
        if hash == .none {
            writer.string(program.pointee.parameterStoreRows[index].pointee.name)
        } else {
            writer.string(plain: parameterStores[index])
        }
    }

    func write(gate name: Text, into writer: inout JSONWriter) {
        write(name, at: program.pointee.gates.index(of: name), into: &writer)
    }

    func write(config name: Text, into writer: inout JSONWriter) {
        let index = program.pointee.configs.index(of: name)
        write(name, at: program.pointee.configIndex(index), into: &writer)
    }

    /// Writes a name that needn't be in the program.
    func write(name: Text, into writer: inout JSONWriter) {
        write(name, at: -1, into: &writer)
    }

    private func write(_ name: Text, at index: Int, into writer: inout JSONWriter) {
        if hash == .none { writer.string(name) } else { withHash(of: name, at: index) { writer.string(plain: $0) } }
    }

    /// Lends a gate's name as the response has it, without escapes.
    func withText<R>(ofGate name: Text, _ body: (Text) -> R) -> R {
        if hash == .none { return body(name) }
        return withHash(of: name, at: program.pointee.gates.index(of: name), body)
    }

    @inline(__always)
    private func withHash<R>(of name: Text, at index: Int, _ body: (Text) -> R) -> R {
        if index >= 0 { return body(specs[index]) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NameHash.capacity) { buffer in
            let count = hash.write(name, into: buffer)
            return body(Text(buffer, count: count))
        }
    }
}
