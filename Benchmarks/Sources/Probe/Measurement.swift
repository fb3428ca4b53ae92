// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CAllocationCounter
internal import CMeasuredRegion
internal import Workload

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What running a scenario gave.
struct Measurement {
    /// Allocations of all rounds together, `nil` where they can't be counted.
    private(set) var allocations: Int64? = 0
    /// The time of the fastest round.
    private(set) var nanoseconds = Int64.max
    private let operationCount: Int
    private let rounds: Int

    /// Runs a scenario.
    ///
    /// - Parameters:
    ///   - scenario: What to run.
    ///   - iterations: How many operations make a round.
    ///   - rounds: How many rounds to run.
    /// - Throws: If the scenario can't be prepared.
    init(_ scenario: Scenario, iterations: Int, rounds: Int) throws {
        operationCount = iterations
        self.rounds = rounds
        let operations = try scenario.prepare()
        // What happens only once in a process, such as binding names to functions, isn't part of any operation.
        _ = try operations(min(iterations, 16))
        let region = Region(operations, count: iterations)
        for _ in 0..<rounds {
            let allocationsBefore = allocation_count()
            let timeBefore = Measurement.now()
            region.run()
            nanoseconds = min(nanoseconds, Measurement.now() - timeBefore)
            let allocated = allocation_count() - allocationsBefore
            allocations = allocationsBefore < 0 ? nil : allocations.map { $0 + allocated }
            if let error = region.error { throw error }
        }
    }

    /// Allocations per operation, to the hundredth.
    var allocationsPerOperation: String {
        guard let allocations else { return "-" }
        let hundredths = (Double(allocations) * 100 / Double(operationCount * rounds)).rounded()
        let whole = Int(hundredths / 100)
        let rest = Int(hundredths) % 100
        return rest == 0 ? "\(whole)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// ns per operation, to the tenth.
    var nanosecondsPerOperation: Double {
        (Double(nanoseconds) * 10 / Double(operationCount)).rounded() / 10
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// What happens inside of `measured_region`.
    private final class Region {
        private let operations: Scenario.Operations
        private let count: Int
        private(set) var yes = 0
        private(set) var error: (any Error)?

        init(_ operations: @escaping Scenario.Operations, count: Int) {
            self.operations = operations
            self.count = count
        }

        func run() {
            measured_region(
                { context in
                    guard let context else { return }
                    Unmanaged<Region>.fromOpaque(context).takeUnretainedValue().runOperations()
                }, Unmanaged.passUnretained(self).toOpaque())
        }

        private func runOperations() {
            do {
                yes &+= try operations(count)
            } catch {
                self.error = error
            }
        }
    }
}
