// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation

/// `contention`: what readers of a snapshot store cost each other, and what a writer costs them.
///
/// It informs and judges nothing: it exits with 0 whatever it finds.
@main
struct ContentionProgram {
    static func main() {
        guard let options = ContentionOptions(CommandLine.arguments.dropFirst()) else {
            print(ContentionOptions.help)
            return
        }
        do {
            try run(options)
        } catch {
            print("contention: \(error)")
        }
    }

    private static func document(_ options: ContentionOptions) throws -> [UInt8] {
        guard let path = options.documentPath else { return GeneratedDocument(byteCount: 10_000_000).bytes }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Subject.Failure(description: "\(path): can't be read")
        }
        return [UInt8](data)
    }

    private static func run(_ options: ContentionOptions) throws {
        let subject = try Subject(document: document(options))
        print(subject.description)
        print("Load average at the start: \(MachineLoad.text). Another busy process makes all of this worse.\n")
        var throughput = ThroughputTable(subject, seconds: options.seconds * 2 / 3)
        throughput.measureAndReport()
        print()
        var latency = LatencyTable(subject, seconds: options.seconds / 3)
        latency.measureAndReport()
    }
}
