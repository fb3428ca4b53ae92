// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Workload

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The command `probe`.
@main
enum Probe {
    // Exit codes as in sysexits.h.
    private static let usage: Int32 = 64
    private static let badInput: Int32 = 65
    private static let ioError: Int32 = 74

    static func main() {
        do {
            let options = try ProbeOptions(Array(CommandLine.arguments.dropFirst()))
            if options.wantsHelp { return print(ProbeOptions.help) }
            if options.wantsList { return list() }
            if let byteCount = options.documentByteCount { return output(ProjectDocument(byteCount: byteCount).bytes) }
            for scenario in try scenarios(options.names) { run(scenario, options) }
        } catch {
            fail(error.message, usage)
        }
    }

    private static func list() {
        for scenario in Scenario.all {
            print(
                scenario.name, scenario.isInBudget ? String(scenario.batch) : "-", scenario.summary, separator: "\t")
        }
    }

    private static func scenarios(_ names: [String]) throws(ProbeOptions.Failure) -> [Scenario] {
        let all = Scenario.all
        if names.isEmpty { return all.filter(\.isInBudget) }
        var result: [Scenario] = []
        for name in names {
            guard let scenario = all.first(where: { $0.name == name }) else {
                let known = all.map { "  " + $0.name }.joined(separator: "\n")
                throw ProbeOptions.Failure(message: "unknown scenario '\(name)'; there are:\n\(known)")
            }
            result.append(scenario)
        }
        return result
    }

    private static func run(_ scenario: Scenario, _ options: ProbeOptions) {
        do {
            let iterations = options.iterations ?? scenario.batch
            let measurement = try Measurement(scenario, iterations: iterations, rounds: options.rounds)
            if options.wantsAllocationsOnly {
                print(scenario.name, measurement.allocationsPerOperation, separator: "\t")
            } else {
                print(
                    scenario.name, iterations, measurement.allocationsPerOperation,
                    measurement.nanosecondsPerOperation, separator: "\t")
            }
        } catch {
            fail("\(scenario.name): \(error)", badInput)
        }
    }

    private static func output(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                fail("can't write: \(String(cString: strerror(errno)))", ioError)
            }
        }
    }

    private static func fail(_ message: String, _ code: Int32) -> Never {
        let line = Array("probe: \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(code)
    }
}
