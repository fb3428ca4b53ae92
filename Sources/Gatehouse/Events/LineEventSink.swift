// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Writes each event as a line of JSON, to a file or to the standard output: for work without a collector.
///
/// Safe to use from any task.
public struct LineEventSink: EventSink {
    private let path: String?

    /// Writes to the standard output.
    public init() {
        path = nil
    }

    /// Appends to a file, made for the owner only when it is missing.
    ///
    /// - Parameter path: The file; its directory is made too.
    public init(path: String) {
        self.path = path
    }

    /// Writes a batch's events.
    ///
    /// - Parameter batch: The events.
    /// - Throws: ``FileError`` when the file can't be written, ``EventSinkError`` when the batch is damaged.
    public func deliver(_ batch: EventBatch) async throws {
        let bytes = try batch.lines()
        try await offloaded { [path] in
            guard let path else { return try OpenFile.standardOutput().write(bytes) }
            let file = try OpenFile.toWrite(path)
            try file.lock(within: .seconds(5))
            let count = try file.count()
            try file.seekToEnd()
            do {
                try file.write(bytes)
            } catch {
                // The whole batch comes again, so no part of it may stay.
                try? file.shorten(to: count)
                throw error
            }
        }
    }
}
