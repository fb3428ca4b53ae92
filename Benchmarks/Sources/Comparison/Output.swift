// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Standard output, a JSON object a line.
enum Output {
    static func write(_ answer: some Encodable) throws {
        var line = try JSONEncoder().encode(answer)
        line.append(UInt8(ascii: "\n"))
        try FileHandle.standardOutput.write(contentsOf: line)
    }
}
