// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Logging
internal import ServiceLifecycle

/// Reads spec files, and reads them again when they change.
struct SpecFiles: Service {
    /// How often files are looked at.
    private static let interval = Duration.milliseconds(200)

    let paths: [String]
    let logger: Logger
    /// What the files were when they were first read.
    let stamps: [FileStamp]
    /// What to do with files that have been found fit.
    let publish: @Sendable (ImportedSpecs) async throws -> Void

    /// Reads and checks the files.
    static func read(_ paths: [String]) throws(SpecImportError) -> ImportedSpecs {
        var sources: [(name: String, bytes: [UInt8])] = []
        for path in paths {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw SpecImportError(description: "\(path): can't be read")
            }
            sources.append((path, Array(bytes)))
        }
        return try ImportedSpecs(sources)
    }

    /// Watches the files until the service group shuts down.
    func run() async throws {
        // Sleeping ends with a cancellation, which is how this one ends.
        try? await cancelWhenGracefulShutdown { try await watch() }
    }

    private func watch() async throws {
        var last = stamps
        while true {
            try await Task.sleep(for: SpecFiles.interval)
            let now = paths.map { FileStamp($0) }
            guard now != last else { continue }
            last = now
            await reload()
        }
    }

    private func reload() async {
        do {
            let specs = try SpecFiles.read(paths)
            for issue in specs.issues { logger.warning("Specs have an entity that SDKs leave out: \(issue)") }
            try await publish(specs)
            logger.info("Specs reloaded")
        } catch {
            logger.error("Specs not reloaded, the last good ones stay: \(error)")
        }
    }
}
