// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The words between the state machine and its driver.
extension SyncStateMachine {
    /// The sources that the options name.
    struct Sources: Sendable {
        var network: NetworkOptions?
        var hasCache = false
        var hasStorage = false
        /// Whether the start is over with any document, confirmed or not.
        var startsWithAnyDocument = true
    }

    /// What an event depends on beside itself.
    struct Surroundings: Sendable {
        /// The elapsed time.
        var now: Duration
        /// A random number from 0 up to but not including 1.
        var chance: Double
        /// The SDK key that the client has now.
        var key: SDKKey
        /// Whether the client is shutting down.
        var isStopping = false
    }

    /// Which of two servers.
    enum Server: Sendable, Equatable {
        case first
        /// The fallback, after this failure of the first.
        case fallback(insteadOf: DownloadFailure)
    }

    /// What to do; each has one event as its answer.
    enum Action: Sendable, Equatable {
        /// Take the bytes that the program brought along: ``Event/read(_:)``.
        case takeBootstrap
        /// Read the cache: ``Event/read(_:)``.
        case readCache
        /// Read the storage of the fleet: ``Event/read(_:)``.
        case readStorage
        /// Compile a document, and publish it if the rule lets it replace the one in use: ``Event/applied(_:)``.
        case apply([UInt8], from: DocumentOrigin, rule: DocumentIntake.Rule)
        /// Take or prolong the lease, and leave this note in it: ``Event/leased(_:)``.
        case acquireLease(note: String)
        /// Give the lease back: ``Event/done(_:)``.
        case releaseLease
        /// Download what is newer than a version; the answer "nothing new" is a failure unless there is a document that it can
        /// confirm: ``Event/downloaded(_:)``.
        case download(Server, since: DocumentVersion?, hasDocument: Bool, isStarting: Bool)
        /// Write to the storage: ``Event/done(_:)``.
        case writeStorage([UInt8])
        /// Write to the cache: ``Event/done(_:)``.
        case writeCache([UInt8])
        /// Note in the cache that its document is confirmed: ``Event/done(_:)``.
        case touchCache
        /// Wait for the next round, or until a refresh is wanted: ``Event/waited``.
        case rest(Duration)
        /// Wait within a round: ``Event/waited``.
        case wait(Duration)
        /// Wait until the client shuts down: ``Event/waited``.
        case waitForEnd
        /// Nothing is left to do.
        case end
    }

    /// What has happened.
    enum Event: Sendable {
        case begin
        case read(Result<Found?, SyncError>)
        case applied(Result<DocumentIntake.Taken, SyncError>)
        case leased(Result<Fleet.Role, SyncError>)
        case downloaded(Result<DocumentFetch, DownloadFailure>)
        case done(SyncError?)
        case waited
    }

    /// A document that was read.
    struct Found: Sendable {
        var bytes: [UInt8]
        /// How long ago a source confirmed it, `nil` where that isn't known.
        var age: Duration?
    }

    /// What the status, the log and the metrics have to tell.
    enum Report: Sendable, Equatable {
        case failed(SyncError)
        case succeeded(SyncError.Part)
        /// A source said that the document in use was the current one so long ago.
        case confirmed(age: Duration)
        case serves(Server)
        /// Whether this process downloads for its fleet, `nil` without a lease.
        case polls(Bool?)
        case attempted
        /// The start is over.
        case started
        /// Refreshes are answered from now on.
        case acceptsRefreshes
        case roundSucceeded(DocumentIntake.Verdict, DocumentOrigin, Duration)
        case roundFailed(DocumentOrigin, Duration)
    }

    /// Reports to pass on, and then an action to perform.
    struct Step: Sendable, Equatable {
        var reports: [Report]
        var action: Action
    }
}

extension SyncStateMachine.Action: CustomStringConvertible {
    /// The action for logs, without the bytes of documents.
    var description: String {
        switch self {
        case .takeBootstrap: "take the bootstrap document"
        case .readCache: "read the cache"
        case .readStorage: "read the storage"
        case .apply(let bytes, let origin, let rule): "load \(bytes.count) bytes from \(origin), rule \(rule)"
        case .acquireLease: "acquire the lease"
        case .releaseLease: "release the lease"
        case .download(.first, _, _, _): "download"
        case .download(.fallback, _, _, _): "download from the fallback"
        case .writeStorage(let bytes): "write \(bytes.count) bytes to the storage"
        case .writeCache(let bytes): "write \(bytes.count) bytes to the cache"
        case .touchCache: "note in the cache that its document is confirmed"
        case .rest(let pause): "rest for \(pause)"
        case .wait(let pause): "wait for \(pause)"
        case .waitForEnd: "wait for the shutdown"
        case .end: "end"
        }
    }
}
