// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
internal import Logging

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
