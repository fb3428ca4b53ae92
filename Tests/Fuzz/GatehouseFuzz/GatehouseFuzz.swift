// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Evaluates random and mutated documents for random and mutated users.
///
/// An iteration depends on the seed and its number alone, so a finding can be replayed. A file has the number of the
/// current iteration, in case the process dies.
@main
struct GatehouseFuzz {
    private let options: FuzzOptions
    private let corpus: FuzzCorpus
    private let users: UserGenerator
    private let stopwatch: Stopwatch
    private var documents = 0
    private var decoded = 0
    private var replaced = 0
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
            "documents \(documents), decoded \(decoded), replaced another \(replaced), evaluations \(evaluations), "
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

    /// Writes a line without a buffer, so that it isn't lost if the process dies.
    private static func tell(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    private mutating func check(_ iteration: UInt64) -> [UInt8] {
        var random = FuzzRandom(seed: options.seed, iteration: iteration)
        let (document, previous) = versions(&random)
        let input = FuzzInput(
            seed: options.seed, iteration: iteration, document: document, previous: previous)
        var check = FuzzCheck(input, users, random, stopwatch)
        check.run()
        documents += 1
        decoded += check.isLoaded ? 1 : 0
        replaced += check.hasReplaced ? 1 : 0
        evaluations += check.evaluations
        return document
    }

    /// A document and what it replaces.
    private func versions(_ random: inout FuzzRandom) -> (document: [UInt8], previous: [UInt8]) {
        let original = original(&random)
        // Half of the generated documents and all documents of the corpus are mutated.
        if original.isRandom, random.once(in: 2) { return (original.bytes, changed(original.bytes, &random)) }
        let document = random.once(in: 3) ? version(of: original.bytes, &random) : mutated(original.bytes, &random)
        switch random.below(8) {
        case 0: return (document, changed(document, &random))
        case 1: return (document, random.pick(corpus.documents, or: []))
        default: return (document, original.bytes)
        }
    }

    private func original(_ random: inout FuzzRandom) -> (bytes: [UInt8], isRandom: Bool) {
        switch random.below(20) {
        case 0..<15:
            var generator = DocumentGenerator(&random)
            return (generator.document().bytes, true)
        case 15, 16: return (GraphGenerator.document(&random), true)
        default: return (random.pick(corpus.documents, or: []), false)
        }
    }

    private func changed(_ document: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        random.once(in: 4) ? mutated(document, &random) : version(of: document, &random)
    }

    private func mutated(_ document: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        Mutator.mutate(document, with: corpus.documents, &random)
    }

    private func version(of document: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
        guard var versions = DocumentVersions(document) else { return mutated(document, &random) }
        versions.change(with: corpus.documents, &random)
        return versions.bytes
    }
}
