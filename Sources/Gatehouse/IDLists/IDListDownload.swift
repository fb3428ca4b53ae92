// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Brings the copy of one list up to date (Protocol §6.3, §6.4).
struct IDListDownload: Sendable {
    /// What became of it.
    struct Outcome: Sendable {
        /// The copy to use from now on, `nil` for the one before.
        var copy: IDListCopy?
        /// Whether the copy may have other ids than the one before.
        var hasContent = false
        var receivedByteCount = 0
        var failure: IDListFailure?
    }

    let entry: IDListEntry
    let location: IDListLocation
    let options: IDListOptions
    let headers: @Sendable () -> [(name: String, value: String)]
    let transport: Transport
    let time: any TimeSource

    /// How many parts one synchronization asks for, so that a file without an end doesn't take all memory.
    private static let maximumParts = 256

    private struct Progress {
        var copy: IDListCopy
        /// Whether the copy starts with the start of the file, and so can't be used before it is complete.
        var isFresh: Bool
        /// Whether the server sends more than may be taken at once, unless it is told where to stop.
        var isBounded: Bool
    }

    /// Asks for what is missing, in several parts if it is much.
    ///
    /// What was there stays in use until its successor is complete. When reading on fails, the parts that came are kept.
    ///
    /// - Parameter before: The copy to extend, `nil` to read the file from its start.
    /// - Returns: The copy to use from now on, and what went wrong.
    func run(extending before: IDListCopy?) async -> Outcome {
        var outcome = Outcome()
        var progress = Progress(copy: before ?? IDListCopy(of: entry), isFresh: before == nil, isBounded: false)
        let start = time.elapsed()
        do throws(IDListFailure) {
            for _ in 0..<IDListDownload.maximumParts {
                guard time.elapsed() - start <= patience(for: outcome.receivedByteCount) else {
                    throw IDListFailure(.timeout, "the file comes too slowly")
                }
                if try await step(&progress, &outcome) {
                    progress.copy.finish(entry)
                    outcome.copy = progress.copy
                    outcome.hasContent = outcome.hasContent || progress.isFresh
                    return outcome
                }
            }
            throw IDListFailure(.tooLarge, "the file has no end")
        } catch {
            outcome.failure = error
            if progress.isFresh {
                outcome.hasContent = false
            } else {
                outcome.copy = progress.copy
            }
            return outcome
        }
    }

    /// How long a file may take that has sent so much.
    ///
    /// Each part may take as long as a request may. A server that sends little parts doesn't get more time by that, since
    /// the next round waits for all lists.
    private func patience(for byteCount: Int) -> Duration {
        options.timeout * (3 + Double(byteCount) / Double(max(options.maximumBodyBytes, 1)))
    }

    /// One request and what follows from its answer.
    ///
    /// - Returns: Whether that was the last one.
    private func step(_ progress: inout Progress, _ outcome: inout Outcome) async throws(IDListFailure) -> Bool {
        let start = progress.copy.position
        let isBounded = progress.isBounded || entry.byteCount - start > options.maximumBodyBytes
        let reply: HTTPReply
        do throws(TransportError) {
            reply = try await transport.send(
                location.request(
                    from: start, count: isBounded ? options.maximumBodyBytes : nil, of: entry, headers: headers(),
                    options))
        } catch {
            guard case .bodyTooLarge = error, !isBounded, !location.isAskedByQuery else { throw IDListFailure(error) }
            progress.isBounded = true
            return false
        }
        outcome.receivedByteCount += reply.body.count
        let answer = try IDListAnswer(
            reply, from: start, of: entry, extending: progress.copy, isAskedByQuery: location.isAskedByQuery)
        switch answer {
        case .end: return true
        case .uncertain:
            try restart(&progress)
            return false
        case .content(let from, let fileByteCount):
            // Further parts of a file that is being read may start with lines that say nothing.
            guard (progress.isFresh && from > 0) || IDListDownload.isList(reply.body) else {
                // Where new lines were to start something else stands: the file may not be the one that was read before.
                guard from > 0 else {
                    throw IDListFailure(.invalidDocument, "the file doesn't start with + or -")
                }
                try restart(&progress)
                return false
            }
            if from < start { progress = Progress(copy: IDListCopy(of: entry), isFresh: true, isBounded: false) }
            let copy = progress.copy
            progress.copy = await BackgroundThread.run { copy.extended(by: reply.body) }
            outcome.hasContent = true
            let isLast =
                fileByteCount.map { from + reply.body.count >= $0 }
                ?? (!isBounded || reply.body.count < options.maximumBodyBytes)
            guard isLast || progress.copy.position > copy.position else {
                throw IDListFailure(.invalidDocument, "a line of more than \(reply.body.count) bytes")
            }
            progress.isBounded = (fileByteCount ?? 0) - progress.copy.position > options.maximumBodyBytes
            return isLast
        }
    }

    private func restart(_ progress: inout Progress) throws(IDListFailure) {
        guard !progress.isFresh else { throw IDListFailure(.invalidDocument, "the file changed while it was read") }
        progress = Progress(copy: IDListCopy(of: entry), isFresh: true, isBounded: false)
    }

    /// Whether content starts as lines of a list do; error messages and pages don't.
    private static func isList(_ content: [UInt8]) -> Bool {
        let first = content.first { ![0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains($0) }
        return first == nil || first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
    }
}
