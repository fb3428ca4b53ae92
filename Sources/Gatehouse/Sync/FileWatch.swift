// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Uses a file's content, and whatever replaces it.
struct FileWatch: ~Copyable {
    /// How often the file is looked at; short, since somebody is waiting for the effect of an edit.
    private static let interval = Duration.milliseconds(250)

    /// What tells that a file has changed without reading it.
    private struct Mark: Equatable {
        var time: Date?
        var byteCount: UInt64?
        var number: UInt64?
    }

    let core: ClientCore
    let path: String
    private var mark: Mark?

    init(_ core: ClientCore, path: String) {
        self.core = core
        self.path = path
    }

    /// Runs until its task is cancelled.
    mutating func run() async {
        if let bytes = core.takeBootstrap() {
            await take(bytes, from: .bootstrap, as: .bootstrap)
        }
        core.refreshes.open()
        while !Task.isCancelled {
            let waiting = core.refreshes.take()
            await look()
            core.started.keep(())
            core.board.update { if $0.phase == .starting { $0.phase = .running } }
            for promise in waiting { promise.keep(()) }
            core.metrics.retained(core.publication.store.reclaim())
            await core.alarm.wait(for: FileWatch.interval)
        }
        core.refreshes.close()
    }

    private mutating func look() async {
        let path = path
        let before = mark
        let found: Result<(Mark, [UInt8])?, any Error> = await BackgroundThread.run {
            Result {
                let mark = try FileWatch.mark(of: path)
                return mark == before ? nil : (mark, [UInt8](try Data(contentsOf: URL(filePath: path))))
            }
        }
        switch found {
        case .success(nil): break
        case .success(let (mark, bytes)?):
            self.mark = mark
            await take(bytes, from: .file, as: .file)
        case .failure(let error):
            mark = nil
            core.board.failed(core.error(.file, .unreadable, "cannot read \(path): \(error.localizedDescription)"))
        }
    }

    private static func mark(of path: String) throws -> Mark {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return Mark(
            time: attributes[.modificationDate] as? Date, byteCount: attributes[.size] as? UInt64,
            number: attributes[.systemFileNumber] as? UInt64)
    }

    private func take(_ bytes: [UInt8], from origin: SpecOrigin, as part: SyncError.Part) async {
        do throws(SyncError) {
            _ = try await DocumentIntake(core: core).take(bytes, from: origin, as: part, rule: .any)
            core.board.succeeded(part)
            if part == .file { core.board.confirmed() }
        } catch {
            let place = part == .file ? "\(path): " : ""
            core.board.failed(SyncError(part, error.code, place + error.message, at: error.time))
        }
    }
}
