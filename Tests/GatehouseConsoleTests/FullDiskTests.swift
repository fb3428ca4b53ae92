// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import MetricsTestKit
import NIOHTTP1
import TestSupport
import Testing

/// Disks that are full, and files that would grow.
struct FullDiskTests {
    @Test(
        "On a full disk administrators rotate and delete keys and switch gates off, and evaluations are answered",
        .enabled(if: SmallDisk.isPossible, SmallDisk.whyNot))
    func fullDisk() async throws {
        let disk = try SmallDisk(kibibytes: 4_096)
        let metrics = TestMetrics()
        var options = TestSpecs.options(TestSpecs.twoApps())
        options.data = .file(disk.path("data.sqlite"))
        options.metrics = metrics
        try await TestConsole.run(options) { console in
            let server = try await console.createKey(["type": "SERVER", "description": "events"])
            let rotated = try await console.createKey(["type": "SERVER", "description": "rotated"])
            let deleted = try await console.createKey(["type": "SERVER", "description": "deleted"])
            try await console.author(.POST, "gates", ["name": "stop_me", "isEnabled": true, "rules": []])
            try disk.fill()
            let event: Value = ["eventName": "e", "value": .string(String(repeating: "x", count: 1000))]
            let body: Value = ["events": .array(Array(repeating: event, count: 200))]
            var statuses: Set<Int> = []
            for _ in 0..<40 {
                statuses.insert(try await console.send(.POST, "/v1/log_event", key: server.secret, json: body).status)
            }
            #expect(statuses.isSubset(of: [202, 507]))
            #expect(statuses.contains(507))
            #expect(try metrics.expectCounter("gatehouse.console.disk.full").totalValue > 0)

            #expect(try await console.send(.PATCH, "/console/v1/keys/\(rotated.id)/rotate").status == 200)
            #expect(try await console.send(.DELETE, "/console/v1/keys/\(deleted.id)").status == 200)
            try await console.author(.PATCH, "gates/stop_me", ["isEnabled": false])
            for key in [rotated, deleted] {
                #expect(try await console.get("/v2/download_config_specs", key: key.secret).status == 401)
            }
            let answer = try await console.send(
                .POST, "/v1/check_gate", key: server.secret,
                json: ["gateName": "untagged_gate", "user": ["userID": "u"]])
            #expect(answer.status == 200 && answer.json["value"] == true)
            for index in 0..<20 {
                try await console.author(.PATCH, "gates/stop_me", ["isEnabled": .bool(index % 2 == 0)])
            }
        }
    }

    @Test("The write-ahead log stays within its bound and one transaction while writers and readers are at work")
    func log() async throws {
        let (standard, path) = TestConsole.fileOptions()
        var options = standard
        options.limits.maximumLogBytes = 1 << 20
        try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let event: Value = ["eventName": "e", "value": .string(String(repeating: "x", count: 1000))]
            // A transaction of about 400 kB.
            let body: Value = ["events": .array(Array(repeating: event, count: 300))]
            let largest = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        for _ in 0..<15 {
                            let response = try await console.send(.POST, "/v1/log_event", key: key, json: body)
                            #expect(response.status == 202)
                        }
                        return 0
                    }
                }
                for _ in 0..<2 {
                    tasks.addTask {
                        for _ in 0..<30 {
                            let response = try await console.get("/console/v1/events/e?userID=absent")
                            #expect(response.status == 200)
                        }
                        return 0
                    }
                }
                tasks.addTask {
                    var largest = 0
                    for _ in 0..<200 {
                        let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
                        largest = max(largest, attributes[.size] as? Int ?? 0)
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    return largest
                }
                return try await tasks.reduce(0, max)
            }
            // About 24 MB were written.
            #expect(largest > 100 << 10)
            #expect(largest < 3 << 20, "\(largest) bytes")
        }
    }
}
