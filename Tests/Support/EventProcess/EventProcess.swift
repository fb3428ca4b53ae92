// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import Logging

/// Logs an exposure for one new user after the other until it is killed: for tests of what a crash leaves behind.
///
/// Arguments: a document, the URL of a collector, a spool. It prints how many users there have been whenever another hundred
/// have. With nothing but a document, it writes a thousand exposures to its standard output as lines, says to its standard error
/// what became of them, and ends.
@main
enum EventProcess {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard [2, 4].contains(arguments.count), let document = FileManager.default.contents(atPath: arguments[1])
        else { throw CocoaError(.fileReadUnknown) }
        var options = ClientOptions(network: NetworkOptions(specsURL: "http://127.0.0.1:1/nowhere"))
        options.bootstrap = Array(document)
        options.logger = Logger(label: "process") { _ in SwiftLogNoOpLogHandler() }
        if arguments.count == 2 { return try await printLines(options) }
        options.events = EventOptions(
            collectorURL: arguments[2], flushInterval: .seconds(1), spool: SpoolOptions(directory: arguments[3]))
        options.events?.batchSize = 500
        let client = GatehouseClient(key: SDKKey("secret-process"), options: options)
        await client.start()
        for number in 0... {
            _ = client.checkGate("open", for: User(userID: "user-\(number)"))
            _ = client.checkGate("open", for: User(userID: "user-\(number)"))
            guard number % 100 == 99 else { continue }
            try FileHandle.standardOutput.write(contentsOf: Data("\(number + 1)\n".utf8))
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func printLines(_ options: ClientOptions) async throws {
        var options = options
        options.network = nil
        options.events = EventOptions(sink: LineEventSink())
        let client = GatehouseClient(key: SDKKey("secret-process"), options: options)
        await client.start()
        for number in 0..<1_000 { _ = client.checkGate("open", for: User(userID: "user-\(number)")) }
        await client.shutdown()
        let ledger = client.eventLedger
        let text = "balanced \(ledger.isBalanced), delivered \(ledger.delivered), dropped \(ledger.droppedCount)"
        try FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
