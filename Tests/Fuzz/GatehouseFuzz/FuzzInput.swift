// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What one iteration of the run checks.
struct FuzzInput: Sendable {
    let seed: UInt64
    let iteration: UInt64
    var document: [UInt8] = []
    /// The version of the document before.
    var previous: [UInt8] = []
    var user: [UInt8] = []
}

/// Reports a failed check, with what it takes to repeat it, and ends the process with status 1.
enum FuzzFinding {
    static func report(_ message: String, _ input: FuzzInput) -> Never {
        FuzzFinding.say("FINDING: \(message)")
        FuzzFinding.say("replay: gatehouse-fuzz --seed \(input.seed) --iteration \(input.iteration)")
        for (what, bytes) in [("document", input.document), ("previous", input.previous)] {
            let file = FileManager.default.temporaryDirectory
                .appending(path: "gatehouse-fuzz-\(input.seed)-\(input.iteration)-\(what).json")
            if (try? Data(bytes).write(to: file)) != nil { FuzzFinding.say("\(what): \(file.path)") }
        }
        if !input.user.isEmpty { FuzzFinding.say("user: \(String(decoding: input.user.prefix(4_000), as: UTF8.self))") }
        exit(1)
    }

    static func say(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
