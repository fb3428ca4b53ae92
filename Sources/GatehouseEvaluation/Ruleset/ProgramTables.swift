// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A ruleset's ``Program`` at an address that stays.
struct ProgramTables {
    let pointer: UnsafePointer<Program>

    init(_ program: Program) {
        let memory = UnsafeMutablePointer<Program>.allocate(capacity: 1)
        memory.initialize(to: program)
        pointer = UnsafePointer(memory)
    }

    func deallocate() {
        pointer.deallocate()
    }
}
