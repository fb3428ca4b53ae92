// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
@_exported public import Gatehouse
internal import Logging

extension GatehouseClient {
    /// Makes a client that answers from a project written in Swift.
    ///
    ///     let client = try GatehouseClient.offline {
    ///         TestGate("new_checkout", on: true)
    ///     }
    ///
    /// It answers as soon as this returns, without a start, a network, files or waiting. It needs no shutdown.
    /// ``recordedExposures()`` returns the exposures that it logged. Make a client for each test, and use
    /// ``withOverrides(_:isolation:operation:)`` for answers that differ between parts of a test.
    ///
    /// - Parameters:
    ///   - options: Environment, time and so on. The client ignores sources.
    ///   - entities: The entities of the project.
    /// - Returns: The client.
    /// - Throws: `SyncError` if the project's document can't be used.
    /// - Returns: A client that answers at once; it needs neither start nor shutdown.
    public static func offline(
        options: ClientOptions = .offline(), @TestProjectBuilder _ entities: () -> [TestEntity]
    ) throws -> GatehouseClient {
        try offline(TestProject(entities), options: options)
    }

    /// Makes a client that answers from a project written in Swift.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - options: Environment, time and so on. The client ignores sources.
    /// - Throws: `SyncError` if the project's document can't be used.
    /// - Returns: A client that answers at once; it needs neither start nor shutdown.
    public static func offline(
        _ project: TestProject, options: ClientOptions = .offline()
    ) throws -> GatehouseClient {
        try offline(document: project.document(), options: options)
    }

    /// Makes a client that answers from the bytes of a document.
    ///
    /// - Parameters:
    ///   - document: The document, in either format.
    ///   - options: Environment, time and so on. The client ignores sources.
    /// - Throws: `SyncError` if the document can't be used.
    /// - Returns: A client that answers at once; it needs neither start nor shutdown.
    public static func offline(
        document: [UInt8], options: ClientOptions = .offline()
    ) throws -> GatehouseClient {
        let client = GatehouseClient(key: SDKKey("secret-offline"), options: options.inProcess)
        try client.use(document)
        return client
    }

    /// Makes a client that answers from a document in a file, which is read once.
    ///
    /// - Parameters:
    ///   - file: The path, for example of a document that was downloaded and kept as a fixture.
    ///   - options: Environment, time and so on. The client ignores sources.
    /// - Throws: `SyncError` if the document can't be used, or an error if the file can't be read.
    /// - Returns: A client that answers at once; it needs neither start nor shutdown.
    public static func offline(file: String, options: ClientOptions = .offline()) throws -> GatehouseClient {
        try offline(document: Array(Data(contentsOf: URL(fileURLWithPath: file))), options: options)
    }

    /// Replaces the client's project before this returns.
    ///
    /// The client sends the change to `updates`, as that of any other document. Scopes that exist keep the project before.
    ///
    /// - Parameter project: The project.
    /// - Throws: `SyncError` if the project's document can't be used. The client keeps the one before.
    public func replaceDocument(with project: TestProject) throws {
        try use(project.document())
    }
}

extension ClientOptions {
    /// Options for a test: no sources, and a logger that says nothing.
    ///
    /// - Parameters:
    ///   - environment: The environment tier.
    ///   - time: The clock, by default the machine's. Tests that control time use ``VirtualTime``.
    /// - Returns: Options without network, storage, files and events.
    public static func offline(environment: String? = nil, time: any TimeSource = SystemTime()) -> ClientOptions {
        var options = ClientOptions(network: nil, environment: environment)
        options.time = time
        options.logger = Logger(label: "gatehouse") { _ in SwiftLogNoOpLogHandler() }
        return options
    }

    /// The same options with overrides of tasks.
    var withTaskOverrides: ClientOptions {
        var options = self
        options.overrideScope = { TaskOverrides.current }
        return options
    }

    /// The same options with overrides of tasks, without sources, and with a sink that records events.
    var inProcess: ClientOptions {
        var options = withTaskOverrides
        options.bootstrap = nil
        options.file = nil
        options.cacheDirectory = nil
        options.storage = nil
        options.network = nil
        options.idLists = nil
        if options.events?.sink == nil { options.events?.sink = RecordingEventSink() }
        options.events?.spool = nil
        return options
    }
}
