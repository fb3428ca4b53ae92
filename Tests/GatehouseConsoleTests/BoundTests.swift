// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import MetricsTestKit
import NIOHTTP1
import TestSupport
import Testing

/// Every bound of `ConsoleLimits`: exceeded, seen in its metric, and described on the page Limits.
struct BoundTests {
    /// A test of a bound.
    struct Bound: Sendable, CustomTestStringConvertible {
        /// The member of `ConsoleLimits`.
        let name: String
        let metric: Metric
        var isInFile = false
        /// Makes the bound small.
        let change: @Sendable (inout ConsoleOptions) -> Void
        /// Exceeds the bound, and checks what that does.
        let exceed: @Sendable (TestConsole, TestMetrics) async throws -> Void

        var testDescription: String { name }
    }

    /// The metric that shows that a bound is reached, as the page Limits names it.
    enum Metric: Sendable {
        case refused(String)
        case dropped(String)
        case closed(String)
        case discarded(String)
        case counter(String)
        case gauge(String)

        /// The text on the page.
        var names: [String] {
            switch self {
            case .refused(let reason): ["requests.refused", reason]
            case .dropped(let reason): ["events.dropped", reason]
            case .closed(let reason): ["connections.closed", reason]
            case .discarded(let reason): ["memory.discarded", reason]
            case .counter(let name), .gauge(let name): [name]
            }
        }

        /// The sum of a counter, or the largest value of a gauge.
        func value(_ metrics: TestMetrics) throws -> Double {
            func sum(_ name: String, _ reason: String? = nil) throws -> Double {
                let dimensions = reason.map { [("reason", $0)] } ?? []
                return Double(try metrics.expectCounter("gatehouse.console.\(name)", dimensions).totalValue)
            }
            return switch self {
            case .refused(let reason): try sum("requests.refused", reason)
            case .dropped(let reason): try sum("events.dropped", reason)
            case .closed(let reason): try sum("connections.closed", reason)
            case .discarded(let reason): try sum("memory.discarded", reason)
            case .counter(let name): try sum(name)
            case .gauge(let name): try metrics.expectGauge("gatehouse.console.\(name)").values.max() ?? 0
            }
        }
    }

    static let bounds = bodies + connections + work + memory + events + disk

    @Test("Exceeding a bound does what the page Limits says, and its metric shows it", arguments: bounds + fixed)
    func exceeded(bound: Bound) async throws {
        let metrics = TestMetrics()
        var options = TestSpecs.options(TestSpecs.twoApps())
        if bound.isInFile { options.data = TestConsole.fileOptions().0.data }
        options.metrics = metrics
        bound.change(&options)
        try await TestConsole.run(options) { console in try await bound.exceed(console, metrics) }
        #expect(try bound.metric.value(metrics) > 0)
    }

    @Test("Every bound has a test, and a row with its metric on the page Limits")
    func complete() throws {
        let names = Mirror(reflecting: ConsoleLimits()).children.compactMap(\.label)
        #expect(names.count > 20)
        #expect(Set(names) == Set(BoundTests.bounds.map(\.name)))
        let page = try String(
            contentsOfFile: Fixture.path("../Sources/GatehouseConsole/GatehouseConsole.docc/Limits.md"), encoding: .utf8
        )
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }
        for bound in BoundTests.bounds + BoundTests.fixed {
            let row = rows.first { $0.contains("``ConsoleLimits/\(bound.name)``") }
            #expect(row != nil, "\(bound.name) has no row")
            for name in bound.metric.names { #expect(row?.contains("`\(name)`") == true, "\(bound.name): \(name)") }
        }
    }

    // MARK: - Bodies

    /// The status that a body of some length gets.
    private static func status(
        _ console: TestConsole, _ path: String, _ text: String, key: String = "admin", isPacked: Bool = false
    ) async throws -> Int {
        let body = isPacked ? try Gunzip.packed(Array(text.utf8)) : Array(text.utf8)
        let headers = isPacked ? [("Content-Encoding", "gzip")] : []
        return try await console.send(.POST, path, key: key, body: body, headers: headers).status
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    private static func zeros(_ count: Int) -> String { "[" + String(repeating: "0,", count: count) + "0]" }

    private static func body(
        _ name: String, _ path: String, _ type: Value, _ text: @escaping @Sendable (String) -> String
    )
        -> [Bound]
    {
        let limits = ConsoleLimits.Body(maximumReceivedBytes: 4000, maximumBytes: 8000, maximumParsedBytes: 100_000)
        return [
            ("received_bytes", spaces(4001), false), ("decompressed_bytes", text(spaces(9000)), true),
            ("parsed_bytes", text(zeros(3000)), true),
        ].map { (reason: String, content: String, isPacked: Bool) in
            Bound(
                name: name, metric: .refused(reason),
                change: { options in
                    switch name {
                    case "userBody": options.limits.userBody = limits
                    case "eventBody": options.limits.eventBody = limits
                    default: options.limits.authoringBody = limits
                    }
                },
                exceed: { (console, _) async throws -> Void in
                    let key =
                        type == .null
                        ? "admin" : try await console.createKey(["type": type, "description": "A"]).secret
                    #expect(try await status(console, path, content, key: key, isPacked: isPacked) == 413)
                    #expect(try await status(console, path, text(zeros(100)), key: key, isPacked: isPacked) / 100 == 2)
                })
        }
    }

    private static var bodies: [Bound] {
        body("userBody", "/v1/check_gate", "CLIENT") { "{\"gateName\":\"g\",\"user\":{\"custom\":{\"a\":\($0)}}}" }
            + body("eventBody", "/v1/log_event", "CLIENT") { "{\"events\":[{\"eventName\":\"e\",\"value\":\($0)}]}" }
            + body("authoringBody", "/console/v1/dynamic_configs", .null) {
                "{\"name\":\"c\($0.utf8.count)\",\"defaultValue\":{\"a\":\($0)}}"
            } + [
                Bound(
                    name: "maximumCompressionRatio", metric: .refused("decompressed_bytes"),
                    change: {
                        $0.limits.maximumCompressionRatio = 2
                        $0.limits.freeDecompressedBytes = 1000
                        $0.limits.maximumSmallBytes = 1000
                    },
                    exceed: { (console, _) async throws -> Void in
                        #expect(try await status(console, "/console/v1/tags", spaces(5000), isPacked: true) == 413)
                    }),
                Bound(
                    name: "freeDecompressedBytes", metric: .refused("decompressed_bytes"),
                    change: {
                        $0.limits.freeDecompressedBytes = 2000
                        $0.limits.maximumSmallBytes = 1000
                    },
                    exceed: { (console, _) async throws -> Void in
                        func tag(_ count: Int) -> String { "{\"name\":\"a\(count)\"\(spaces(count))}" }
                        #expect(try await status(console, "/console/v1/tags", tag(1900), isPacked: true) == 200)
                        #expect(try await status(console, "/console/v1/tags", tag(100_000), isPacked: true) == 413)
                    }),
                Bound(
                    name: "maximumParsedRatio", metric: .refused("parsed_bytes"),
                    change: {
                        $0.limits.maximumParsedRatio = 2
                        $0.limits.authoringBody.maximumParsedBytes = 80_000
                    },
                    exceed: { (console, _) async throws -> Void in
                        func config(_ count: Int) -> String {
                            "{\"name\":\"c\(count)\",\"defaultValue\":{\"a\":\(zeros(count))}}"
                        }
                        #expect(try await status(console, "/console/v1/dynamic_configs", config(50)) == 201)
                        #expect(try await status(console, "/console/v1/dynamic_configs", config(500)) == 413)
                    }),
                Bound(
                    name: "maximumBufferedBytes", metric: .refused("buffered_bytes"),
                    change: { $0.limits.maximumBufferedBytes = 40_000 },
                    exceed: { (console, _) async throws -> Void in
                        func tag(_ count: Int) -> String { "{\"name\":\"a\(count)\"\(spaces(count))}" }
                        #expect(try await status(console, "/console/v1/tags", tag(9000)) == 200)
                        #expect(try await status(console, "/console/v1/tags", tag(11_000)) == 503)
                    }),
            ]
    }

    // MARK: - Connections

    private static var connections: [Bound] {
        [
            Bound(
                name: "bodyDeadline", metric: .closed("body_deadline"),
                change: { $0.limits.bodyDeadline = .seconds(1) },
                exceed: { (console, _) async throws -> Void in
                    let connection = try RawConnection(console.url)
                    connection.begin("/console/v1/gates", key: console.adminKey, byteCount: 1_000_000)
                    try await until("the connection is closed") {
                        // Fast enough for the minimum rate.
                        connection.send(spaces(1000))
                        return connection.isClosed
                    }
                }),
            Bound(
                name: "minimumBodyRate", metric: .closed("body_rate"),
                change: {
                    $0.limits.minimumBodyRate = 20_000
                    $0.limits.bodyGrace = .seconds(1)
                },
                exceed: { (console, _) async throws -> Void in
                    let (slow, fast) = (try RawConnection(console.url), try RawConnection(console.url))
                    slow.begin("/console/v1/gates", key: console.adminKey, byteCount: 10_000_000)
                    fast.begin("/console/v1/gates", key: console.adminKey, byteCount: 10_000_000)
                    for _ in 0..<20 { fast.send(spaces(50_000)) }
                    try await until("the slow connection is closed") {
                        slow.send(" ")
                        return slow.isClosed
                    }
                    #expect(!fast.isClosed)
                }),
            Bound(
                name: "bodyGrace", metric: .closed("body_rate"), change: { $0.limits.bodyGrace = .milliseconds(500) },
                exceed: { (console, _) async throws -> Void in
                    let connection = try RawConnection(console.url)
                    connection.begin("/console/v1/gates", key: console.adminKey, byteCount: 1_000_000)
                    let start = ContinuousClock.now
                    try await until("the connection is closed") { connection.isClosed }
                    // The default is ten seconds.
                    #expect(ContinuousClock.now - start < .seconds(9))
                }),
            Bound(
                name: "maximumConnections", metric: .counter("connections.full"),
                change: { $0.limits.maximumConnections = 3 },
                exceed: { (console, metrics) async throws -> Void in
                    var connections: [RawConnection] = []
                    for count in 1...3 {
                        connections.append(try RawConnection(console.url))
                        try await until("the connection is accepted") {
                            (try? metrics.expectGauge("gatehouse.console.connections.open").lastValue) == Double(count)
                        }
                    }
                    let another = try RawConnection(console.url)
                    another.send("GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n")
                    try await Task.sleep(for: .milliseconds(300))
                    #expect(another.text == "")
                    connections[0].leave()
                    try await until("there is an answer") { another.text.hasPrefix("HTTP/1.1 200") }
                    withExtendedLifetime(connections) {}
                }),
            Bound(
                name: "firstRequestDeadline", metric: .closed("no_request"),
                change: { $0.limits.firstRequestDeadline = .milliseconds(300) },
                exceed: { (console, _) async throws -> Void in
                    let (silent, slow) = (try RawConnection(console.url), try RawConnection(console.url))
                    try await until("the connections are closed") {
                        slow.send("G")
                        return silent.isClosed && slow.isClosed
                    }
                }),
            Bound(
                name: "idleTimeout", metric: .gauge("connections.open"),
                change: { $0.limits.idleTimeout = .milliseconds(300) },
                exceed: { (console, _) async throws -> Void in
                    let connection = try RawConnection(console.url)
                    connection.send("GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n")
                    try await until("there is an answer") { connection.text.hasPrefix("HTTP/1.1 200") }
                    try await until("the connection is closed") { connection.isClosed }
                }),
            Bound(
                name: "maximumConnectionAge", metric: .closed("age"),
                change: { $0.limits.maximumConnectionAge = .milliseconds(1500) },
                exceed: { (console, _) async throws -> Void in
                    let connection = try RawConnection(console.url)
                    func ask(_ count: Int) async throws {
                        connection.send("GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n")
                        try await until("there is an answer") {
                            connection.text.components(separatedBy: "HTTP/1.1 200").count > count
                        }
                    }
                    try await ask(1)
                    #expect(!connection.text.lowercased().contains("connection: close"))
                    try await Task.sleep(for: .milliseconds(1600))
                    try await ask(2)
                    #expect(connection.text.lowercased().contains("connection: close"))
                    try await until("the connection is closed") { connection.isClosed }
                }),
        ]
    }

    // MARK: - Work

    /// Sends requests at the same time.
    private static func statuses(
        _ console: TestConsole, _ count: Int, keys: [String], _ body: String
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<count {
                for key in keys {
                    tasks.addTask { try await status(console, "/v1/log_event", body, key: key) }
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private static func key(_ console: TestConsole) async throws -> String {
        try await console.createKey(["type": "SERVER", "description": "A"]).secret
    }

    /// Many events.
    private static let large =
        "{\"events\":["
        + Array(repeating: "{\"eventName\":\"e\",\"value\":\"\(String(repeating: "x", count: 100))\"}", count: 1000)
        .joined(separator: ",") + "]}"

    private static var work: [Bound] {
        [
            Bound(
                name: "maximumSmallReceivedBytes", metric: .gauge("requests.running"),
                change: { $0.limits.maximumSmallReceivedBytes = 1000 },
                exceed: { (console, metrics) async throws -> Void in
                    #expect(try await status(console, "/console/v1/tags", "{\"name\":\"a\"\(spaces(900))}") == 200)
                    #expect(throws: (any Error).self) { try metrics.expectGauge("gatehouse.console.requests.running") }
                    #expect(try await status(console, "/console/v1/tags", "{\"name\":\"b\"\(spaces(1000))}") == 200)
                }),
            Bound(
                name: "maximumSmallBytes", metric: .gauge("requests.running"),
                change: { $0.limits.maximumSmallBytes = 1000 },
                exceed: { (console, metrics) async throws -> Void in
                    func tag(_ name: String, _ count: Int) -> String { "{\"name\":\"\(name)\"\(spaces(count))}" }
                    #expect(try await status(console, "/console/v1/tags", tag("a", 900), isPacked: true) == 200)
                    #expect(throws: (any Error).self) { try metrics.expectGauge("gatehouse.console.requests.running") }
                    #expect(try await status(console, "/console/v1/tags", tag("b", 1000), isPacked: true) == 200)
                }),
            Bound(
                name: "maximumRunningRequests", metric: .gauge("requests.waiting"),
                change: {
                    $0.limits.maximumRunningRequests = 2
                    $0.limits.maximumRunningRequestsPerKey = 10
                },
                exceed: { (console, metrics) async throws -> Void in
                    let keys = [try await key(console), try await key(console)]
                    #expect(try await Set(statuses(console, 4, keys: keys, large)) == [202])
                    #expect(try metrics.expectGauge("gatehouse.console.requests.running").values.max() == 2)
                }),
            Bound(
                name: "maximumRunningRequestsPerKey", metric: .gauge("requests.waiting"),
                change: {
                    $0.limits.maximumRunningRequests = 3
                    $0.limits.maximumRunningRequestsPerKey = 1
                },
                exceed: { (console, metrics) async throws -> Void in
                    func most() throws -> Double? {
                        try metrics.expectGauge("gatehouse.console.requests.running").values.max()
                    }
                    let keys = [try await key(console), try await key(console)]
                    #expect(try await Set(statuses(console, 5, keys: [keys[0]], large)) == [202])
                    #expect(try most() == 1)
                    #expect(try await Set(statuses(console, 4, keys: keys, large)) == [202])
                    #expect(try most() == 2)
                }),
            Bound(
                name: "maximumWaitingRequests", metric: .refused("waiting"),
                change: {
                    $0.limits.maximumRunningRequests = 1
                    $0.limits.maximumWaitingRequests = 1
                },
                exceed: { (console, _) async throws -> Void in
                    let statuses = try await statuses(console, 10, keys: [try await key(console)], large)
                    #expect(Set(statuses) == [202, 503])
                }),
            Bound(
                name: "maximumWaitingRequestsPerKey", metric: .refused("waiting_of_key"),
                change: {
                    $0.limits.maximumRunningRequests = 1
                    $0.limits.maximumWaitingRequestsPerKey = 1
                },
                exceed: { (console, _) async throws -> Void in
                    let statuses = try await statuses(console, 10, keys: [try await key(console)], large)
                    #expect(Set(statuses) == [202, 429])
                }),
            Bound(
                name: "shutdownDeadline", metric: .closed("shutdown"),
                change: { $0.limits.shutdownDeadline = .milliseconds(300) },
                exceed: { (console, _) async throws -> Void in
                    // The console ends after this function: the connection has to end by then.
                    let connection = try RawConnection(console.url)
                    connection.begin("/console/v1/gates", key: console.adminKey, byteCount: 1_000_000)
                    Task {
                        while !connection.isClosed {
                            connection.send(" ")
                            try await Task.sleep(for: .milliseconds(20))
                        }
                    }
                    try await Task.sleep(for: .milliseconds(200))
                    #expect(!connection.isClosed)
                }),
        ]
    }

    // MARK: - Events

    private static func send(_ console: TestConsole, _ events: [Value], key: String? = nil) async throws -> Int {
        let key = if let key { key } else { try await BoundTests.key(console) }
        return try await console.send(.POST, "/v1/log_event", key: key, json: ["events": .array(events)]).status
    }

    private static var events: [Bound] {
        [
            Bound(
                name: "maximumEventsPerRequest", metric: .refused("events"),
                change: { $0.limits.maximumEventsPerRequest = 8 },
                exceed: { (console, _) async throws -> Void in
                    #expect(try await send(console, Array(repeating: ["eventName": "a"], count: 8)) == 202)
                    #expect(try await send(console, Array(repeating: ["eventName": "a"], count: 9)) == 413)
                }),
            Bound(
                name: "maximumEventBytes", metric: .dropped("size"), change: { $0.limits.maximumEventBytes = 100 },
                exceed: { (console, _) async throws -> Void in
                    #expect(try await send(console, [["eventName": "a", "value": .string(spaces(100))]]) == 202)
                    #expect(try await console.get("/console/v1/events").data == [])
                }),
            Bound(
                name: "maximumEventNameBytes", metric: .dropped("name"),
                change: { $0.limits.maximumEventNameBytes = 3 },
                exceed: { (console, _) async throws -> Void in
                    #expect(try await send(console, [["eventName": "abcd"], ["eventName": "abc"]]) == 202)
                    #expect(try await console.get("/console/v1/events").data.array?.map { $0["name"] } == ["abc"])
                }),
            Bound(
                name: "maximumEventNames", metric: .dropped("names"), change: { $0.limits.maximumEventNames = 1 },
                exceed: { (console, _) async throws -> Void in
                    #expect(try await send(console, [["eventName": "a"]]) == 202)
                    #expect(try await send(console, [["eventName": "b"], ["eventName": "a"]]) == 202)
                    #expect(try await console.get("/console/v1/event_counts").data.array?.map { $0["count"] } == [2])
                }),
            Bound(
                name: "maximumStoredEvents", metric: .counter("events.removed"),
                change: { $0.limits.maximumStoredEvents = 2 },
                exceed: { (console, _) async throws -> Void in
                    #expect(try await send(console, Array(repeating: ["eventName": "a"], count: 5)) == 202)
                    #expect(try await console.get("/console/v1/events/a").data.array?.count == 2)
                }),
            Bound(
                name: "maximumStoredEventBytes", metric: .counter("events.removed"),
                change: { $0.limits.maximumStoredEventBytes = 1000 },
                exceed: { (console, metrics) async throws -> Void in
                    let event: Value = ["eventName": "a", "value": .string(spaces(400))]
                    #expect(try await send(console, [event, event, event]) == 202)
                    #expect(try await console.get("/console/v1/events/a").data.array?.count == 2)
                    #expect(try metrics.expectGauge("gatehouse.console.events.bytes").lastValue ?? 0 <= 1000)
                }),
            Bound(
                name: "maximumEventAge", metric: .counter("events.removed"),
                change: { options in
                    let days = TestCounter()
                    options.limits.maximumEventAge = 10 * 86_400
                    // Each question about the time is a day after the one before.
                    options.clock = { Int64(days.increment()) * 86_400_000 }
                },
                exceed: { (console, _) async throws -> Void in
                    let key = try await key(console)
                    for index in 0..<20 {
                        #expect(
                            try await send(console, [["eventName": "a", "value": .integer(Int64(index))]], key: key)
                                == 202)
                    }
                    let left = try await console.get("/console/v1/events/a").data.array ?? []
                    #expect(left[0]["event"]["value"] == 19)
                    #expect(left.count < 20)
                    let times = left.compactMap { $0["receivedTime"].integer }
                    #expect((times.max() ?? 0) - (times.min() ?? 0) <= 10 * 86_400_000)
                }),
        ]
    }

    // MARK: - Disk

    private static var disk: [Bound] {
        [
            Bound(
                name: "maximumLogBytes", metric: .gauge("disk.log"), isInFile: true,
                change: { $0.limits.maximumLogBytes = 256 << 10 },
                exceed: { (console, _) async throws -> Void in
                    let key = try await key(console)
                    for _ in 0..<10 { #expect(try await status(console, "/v1/log_event", large, key: key) == 202) }
                }),
            Bound(
                name: "diskReserveBytes", metric: .gauge("disk.reserve"), isInFile: true,
                change: { $0.limits.diskReserveBytes = 100_000 },
                exceed: { (_, metrics) async throws -> Void in
                    #expect(try metrics.expectGauge("gatehouse.console.disk.reserve").lastValue == 100_000)
                }),
        ]
    }
}
