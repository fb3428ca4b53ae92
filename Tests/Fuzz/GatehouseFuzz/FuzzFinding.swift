// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Something that mustn't be: told with all that is needed to see it again, then the process ends with status 1.
enum FuzzFinding {
    static func report(_ message: String, _ place: FuzzPlace) -> Never {
        FuzzFinding.say("FINDING: \(message)")
        FuzzFinding.say("replay: gatehouse-fuzz --seed \(place.seed) --iteration \(place.iteration)")
        for (what, bytes) in [("document", place.document), ("previous", place.previous)] {
            let file = FileManager.default.temporaryDirectory
                .appending(path: "gatehouse-fuzz-\(place.seed)-\(place.iteration)-\(what).json")
            if (try? Data(bytes).write(to: file)) != nil { FuzzFinding.say("\(what): \(file.path)") }
        }
        if !place.user.isEmpty { FuzzFinding.say("user: \(String(decoding: place.user.prefix(4_000), as: UTF8.self))") }
        exit(1)
    }

    static func say(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
