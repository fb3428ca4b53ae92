// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What the command line asks for.
struct FuzzOptions {
    /// How long to run.
    var seconds = 20.0
    var seed = UInt64.random(in: 0 ... .max)
    /// The one iteration to replay, `nil` to run on.
    var iteration: UInt64?
    /// A directory of further documents (`*.json`, `*.json.gz`) and users (`*.jsonl`, `*.jsonl.gz`).
    var corpus: String?
    /// The most CPU time a call may take, in ms.
    var limit = 1_000.0

    static let usage = """
        usage: gatehouse-fuzz [--seconds N] [--seed S] [--iteration I] [--corpus DIR] [--limit-ms N]

        Evaluates random and mutated documents for random and mutated users and checks that nothing traps, hangs or
        contradicts itself. --seed and --iteration replay one iteration and print its input.
        """

    /// - Returns: `nil` for invalid arguments.
    init?(_ arguments: some Sequence<String>) {
        var iterator = arguments.makeIterator()
        while let name = iterator.next() {
            guard let value = iterator.next() else { return nil }
            switch name {
            case "--seconds":
                guard let seconds = Double(value), seconds > 0 else { return nil }
                self.seconds = seconds
            case "--seed":
                guard let seed = UInt64(value) else { return nil }
                self.seed = seed
            case "--iteration":
                guard let iteration = UInt64(value) else { return nil }
                self.iteration = iteration
            case "--corpus": corpus = value
            case "--limit-ms":
                guard let limit = Double(value), limit > 0 else { return nil }
                self.limit = limit
            default: return nil
            }
        }
    }
}
