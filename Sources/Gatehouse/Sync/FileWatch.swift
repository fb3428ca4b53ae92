// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Uses a file's content, and looks for changes of it.
///
/// The path may lead through symbolic links at any level, as the files of a Kubernetes `ConfigMap` do: what counts is the
/// file at their end. It may be replaced, linked anew or edited in place.
struct FileWatch: ~Copyable {
    /// How often the file is looked at; short, since its editor waits for the effect.
    private static let interval = Duration.milliseconds(250)
    /// The most bytes of a file.
    private static let maximumByteCount = 256 << 20
    /// How long after an edit another one may leave no trace, as a file's time may be that coarse.
    private static let settlingMilliseconds: Int64 = 2_000

    let core: ClientCore
    let path: String
    /// What the file was when it was read; `nil` to read it again.
    private var stamp: OpenFile.Stamp?
    /// What was last read, whether it could be used or not.
    private var fingerprint: DocumentFingerprint?

    init(_ core: ClientCore, path: String) {
        self.core = core
        self.path = path
    }

    /// Runs until its task is cancelled.
    mutating func run() async {
        if let bytes = core.takeBootstrap() {
            await apply(bytes, from: .bootstrap, as: .bootstrap)
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
        let (path, before) = (path, stamp)
        let found = await BackgroundThread.run {
            Result { () throws(FileError) in try FileWatch.read(path, unless: before) }
        }
        switch found {
        case .success(nil): break
        case .success(let (stamp, bytes)?):
            self.stamp = stamp
            let fingerprint = DocumentFingerprint(bytes)
            guard fingerprint != self.fingerprint else { break }
            self.fingerprint = fingerprint
            await apply(bytes, from: .file, as: .file)
        case .failure(let error):
            stamp = nil
            fingerprint = nil
            core.board.failed(core.error(.file, .unreadable, "cannot read the watched file: \(error)"))
        }
    }

    /// Reads a file unless it is as it was.
    ///
    /// - Returns: Its bytes, and its stamp where no later edit can have the same one; `nil` when it is as it was.
    private static func read(
        _ path: String, unless before: OpenFile.Stamp?
    ) throws(FileError) -> (OpenFile.Stamp?, [UInt8])? {
        guard let file = try OpenFile.toRead(path) else { throw FileError(path, .missing, "isn't there") }
        let stamp = try file.stamp()
        if stamp == before { return nil }
        guard stamp.byteCount <= maximumByteCount else {
            throw FileError(path, .tooLong, "has more than \(maximumByteCount) bytes")
        }
        let bytes = try file.read(stamp.byteCount)
        let age = SystemTime().wallTime().subtractingReportingOverflow(stamp.milliseconds)
        let isSettled = age.overflow || age.partialValue < 0 || age.partialValue > settlingMilliseconds
        let after = try file.stamp()
        return (isSettled && after == stamp ? stamp : nil, bytes)
    }

    private func apply(_ bytes: [UInt8], from origin: DocumentOrigin, as part: SyncError.Part) async {
        do throws(SyncError) {
            _ = try await DocumentIntake(core: core).apply(bytes, from: origin, rule: .any)
            core.board.succeeded(part)
            if part == .file { core.board.confirmed() }
        } catch {
            let place = part == .file ? "\(path): " : ""
            core.board.failed(SyncError(part, error.code, place + error.message, at: error.time))
        }
    }
}
