// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Evaluates random and mutated documents for random and mutated users.
///
/// Every iteration follows from the seed and its number, so whatever is found can be seen again. The number under way is
/// kept in a file, for the case that the process dies.
@main
struct GatehouseFuzz {
    private let options: FuzzOptions
    private let corpus: FuzzCorpus
    private let users: UserGenerator
    private let stopwatch: Stopwatch
    private var documents = 0
    private var decoded = 0
    private var evaluations = 0

    static func main() {
        guard let options = FuzzOptions(CommandLine.arguments.dropFirst()) else {
            FuzzFinding.say(FuzzOptions.usage)
            exit(2)
        }
        var fuzz = GatehouseFuzz(options)
        fuzz.run()
    }

    private init(_ options: FuzzOptions) {
        self.options = options
        corpus = FuzzCorpus(directory: options.corpus)
        users = UserGenerator(corpus)
        stopwatch = Stopwatch(seed: options.seed, limit: options.limit)
    }

    private mutating func run() {
        if let iteration = options.iteration {
            let document = check(iteration)
            FuzzFinding.say("iteration \(iteration) of seed \(options.seed) found nothing; its document:")
            FileHandle.standardOutput.write(Data(document))
        } else {
            runOn()
        }
        GatehouseFuzz.tell(
            "documents \(documents), decoded \(decoded), evaluations \(evaluations), "
                + "slowest call \((stopwatch.slowest * 10).rounded() / 10) ms, seed \(options.seed)")
    }

    private mutating func runOn() {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "gatehouse-fuzz-\(ProcessInfo.processInfo.processIdentifier).iteration")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        guard let handle = try? FileHandle(forWritingTo: file) else { return }
        GatehouseFuzz.tell("seed \(options.seed), \(corpus.documents.count) documents, \(corpus.users.count) users")
        GatehouseFuzz.tell("after a crash see \(file.path)")
        let end = Date(timeIntervalSinceNow: options.seconds)
        var iteration: UInt64 = 0
        while Date() < end {
            try? handle.seek(toOffset: 0)
            try? handle.write(contentsOf: Data("--seed \(options.seed) --iteration \(iteration)\n".utf8))
            _ = check(iteration)
            iteration += 1
        }
        try? FileManager.default.removeItem(at: file)
    }

    /// Writes a line at once, so that it is there even if the process dies.
    private static func tell(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    private mutating func check(_ iteration: UInt64) -> [UInt8] {
        var random = FuzzRandom(seed: options.seed, iteration: iteration)
        let document = document(&random)
        let place = FuzzPlace(seed: options.seed, iteration: iteration, document: document)
        var check = FuzzCheck(place, users, random, stopwatch)
        check.run()
        documents += 1
        decoded += check.isDecoded ? 1 : 0
        evaluations += check.evaluations
        return document
    }

    private func document(_ random: inout FuzzRandom) -> [UInt8] {
        switch random.below(20) {
        case 0..<11:
            var generator = DocumentGenerator(&random)
            return generator.document().bytes
        case 11..<15:
            var generator = DocumentGenerator(&random)
            return Mutator.mutate(generator.document().bytes, with: corpus.documents, &random)
        case 15: return GraphGenerator.document(&random)
        case 16: return Mutator.mutate(GraphGenerator.document(&random), with: corpus.documents, &random)
        default: return Mutator.mutate(random.pick(corpus.documents, or: []), with: corpus.documents, &random)
        }
    }
}
