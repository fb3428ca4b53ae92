// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// How long loading takes in a process that has done nothing else, and reloading after that.
struct LoadMeasurement: Encodable {
    /// Compiling the first document: ns.
    let loadNanoseconds: Int64
    /// Compiling each later one while the one before is in use: ns.
    let reloadNanoseconds: [Int64]
    /// By how much the peak rose from before the first document's file was read until it was compiled.
    let peakAddedByteCount: Int
    /// The heap memory that the first document's ruleset takes.
    let rulesetByteCount: Int

    init(paths: [String]) throws {
        let peak = PeakMemory.byteCount
        let bytes = try InputFile.bytes(of: paths[0])
        var (time, ruleset) = try Clocks.nanoseconds { try Ruleset(document: bytes) }
        loadNanoseconds = time
        peakAddedByteCount = PeakMemory.byteCount - peak
        rulesetByteCount = ruleset.memoryByteCount
        reloadNanoseconds = try paths.dropFirst().map { path in
            let bytes = try InputFile.bytes(of: path)
            (time, ruleset) = try Clocks.nanoseconds { try LoadMeasurement.reload(bytes, replacing: ruleset) }
            return time
        }
    }

    /// Compiles a document that comes after another.
    private static func reload(_ bytes: [UInt8], replacing ruleset: Ruleset) throws -> Ruleset {
        try Ruleset(document: bytes, replacing: ruleset)
    }
}
