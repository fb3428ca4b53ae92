// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What the command line asks for.
struct ProbeOptions {
    var wantsHelp = false
    var wantsList = false
    var wantsAllocationsOnly = false
    /// The size in bytes of a document to print.
    var documentByteCount: Int?
    /// Names of scenarios, in the order given; empty for those of the budget.
    var names: [String] = []
    /// How often to make each operation per round, `nil` for as often as the budget does.
    var iterations: Int?
    var rounds = 1

    /// Why a command line can't be carried out.
    struct Failure: Error {
        let message: String
    }

    init(_ arguments: [String]) throws(Failure) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": wantsHelp = true
            case "--list": wantsList = true
            case "--allocations": wantsAllocationsOnly = true
            case "--document": documentByteCount = try ProbeOptions.count(argument, &rest)
            case "--scenario": names.append(try ProbeOptions.value(of: argument, &rest))
            case "--iterations": iterations = try ProbeOptions.count(argument, &rest)
            case "--rounds": rounds = try ProbeOptions.count(argument, &rest)
            default: throw Failure(message: "unknown argument '\(argument)'; see probe --help")
            }
        }
    }

    private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(Failure) -> String {
        guard let value = rest.popFirst() else { throw Failure(message: "\(option) needs a value; see probe --help") }
        return value
    }

    private static func count(_ option: String, _ rest: inout ArraySlice<String>) throws(Failure) -> Int {
        let value = try value(of: option, &rest)
        guard let count = Int(value), count > 0, count <= 1_000_000_000 else {
            throw Failure(message: "\(option) needs a number from 1 to 1000000000, not '\(value)'")
        }
        return count
    }

    static let help = """
        Runs scenarios of the benchmarks as a plain program, for tools that watch programs, such as valgrind.

        usage: probe [--scenario NAME]... [--iterations N] [--rounds N] [--allocations]
               probe --list
               probe --document BYTES

        --scenario NAME    what to run; may be given several times. Without it, everything that is in the budget
        --iterations N     operations per round; without it, as many as the budget makes
        --rounds N         how often to repeat that; the time is that of the fastest round
        --allocations      print names and allocations per operation, and nothing else
        --list             print the names of all scenarios, the operations the budget makes, and what one is
        --document BYTES   print the generated document of about this size, for other programs to read
        --help             print this

        Prints a line per scenario, its columns separated by tabs: name, operations per round, allocations per
        operation, ns per operation. Allocations are those of the thread; '-' where they can't be counted.

        What is to be measured happens within the function measured_region.
        """
}
