// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseReview

/// The users of a review, from a file or made up, read in batches.
struct Population {
    private enum Origin {
        case file(UserSource)
        case sample(SampledUsers, count: Int)
    }

    private var origin: Origin
    private var malformedCount = 0

    /// The maximum number of users in memory for each thread.
    private static let batchSize = 1_000
    private static let maximumTaskCount = 16
    private static let reportedLineCount = 20

    init(lines file: InputFile) {
        origin = .file(UserSource(lines: file))
    }

    /// - Parameters:
    ///   - users: Makes the users.
    ///   - count: Their number.
    init(_ users: SampledUsers, count: Int) {
        origin = .sample(users, count: count)
    }

    /// How many lines weren't users, as an error; `nil` for none.
    var summaryOfMalformedLines: String? {
        switch malformedCount {
        case 0: nil
        case 1: "1 line isn't a user and was left out"
        default: "\(malformedCount) lines aren't users and were left out"
        }
    }

    /// Counts all users.
    ///
    /// - Parameter counter: A counter that has counted none.
    /// - Returns: The counts.
    /// - Throws: ``CommandFailure/input(_:)`` if the users can't be read.
    mutating func count(with counter: BlastRadius) async throws(CommandFailure) -> BlastRadius {
        let taskCount = min(max(ProcessInfo.processInfo.activeProcessorCount, 1), Population.maximumTaskCount)
        var counters = [BlastRadius](repeating: counter, count: taskCount)
        var progress = ProgressLine(isBesideResults: false)
        defer { progress.clear() }
        var index = 0
        while true {
            let batch = try users(atMost: taskCount * Population.batchSize, progress: &progress)
            if batch.isEmpty { break }
            counters = await Population.count(batch, from: index, with: counters)
            index += batch.count
            progress.userCount = index
            progress.part = part(index)
            progress.update()
        }
        var result = counters[0]
        for other in counters.dropFirst() { result.merge(other) }
        return result
    }

    /// Visits all users on the calling thread.
    mutating func forEach(_ body: (User) -> Void) throws(CommandFailure) {
        var progress = ProgressLine(isBesideResults: false)
        defer { progress.clear() }
        var index = 0
        while true {
            let batch = try users(atMost: Population.batchSize, progress: &progress)
            if batch.isEmpty { return }
            for user in batch { body(user) }
            index += batch.count
            progress.userCount = index
            progress.part = part(index)
            progress.update()
        }
    }

    private func part(_ index: Int) -> Double? {
        switch origin {
        case .file(let source): source.progress
        case .sample(_, let count): count > 0 ? Double(index) / Double(index + count) : 1
        }
    }

    private static func count(
        _ batch: [User], from first: Int, with counters: [BlastRadius]
    ) async -> [BlastRadius] {
        let length = (batch.count + counters.count - 1) / counters.count
        return await withTaskGroup(of: (Int, BlastRadius).self) { group in
            for (number, counter) in counters.enumerated() {
                let range = min(number * length, batch.count)..<min((number + 1) * length, batch.count)
                group.addTask {
                    var counter = counter
                    for position in range { counter.add(batch[position], index: first + position) }
                    return (number, counter)
                }
            }
            var result = counters
            for await (number, counter) in group { result[number] = counter }
            return result
        }
    }

    private mutating func users(atMost count: Int, progress: inout ProgressLine) throws(CommandFailure) -> [User] {
        var users: [User] = []
        switch origin {
        case .sample(var sample, let rest):
            for _ in 0..<min(count, rest) { users.append(sample.next()) }
            origin = .sample(sample, count: rest - users.count)
        case .file(var source):
            while users.count < count, let line = try source.next() {
                switch line {
                case .user(let user): users.append(user)
                case .malformed(let message):
                    malformedCount += 1
                    progress.clear()
                    if malformedCount <= Population.reportedLineCount { Diagnostics.error(message) }
                }
            }
            origin = .file(source)
        }
        return users
    }
}
