// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GRDB
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct ExposureCountTests {
    private static let day: Int64 = 86_400_000

    private static func exposure(_ experiment: String, _ rule: Value, _ user: String, _ time: Int64) -> Value {
        [
            "eventName": "statsig::config_exposure", "user": ["userID": .string(user)], "time": .integer(time),
            "metadata": ["config": .string(experiment), "ruleID": rule],
        ]
    }

    @Test("Distinct units are counted by day and group, and a mismatch of the groups' sizes fails the health check")
    func counts() async throws {
        var options = TestConsole.options()
        options.clock = { 20_000 * ExposureCountTests.day }
        try await TestConsole.run(options) { console in
            try await console.author(.POST, "experiments", ["name": "test"])
            try await console.author(.PUT, "experiments/test/start")
            let groups = try await console.author(.GET, "experiments/test")["groups"]
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            func send(_ events: [Value]) async throws {
                let response = try await console.send(
                    .POST, "/v1/log_event", key: key, json: ["events": .array(events)])
                #expect(response.status == 202)
            }
            let start = 19_990 * ExposureCountTests.day
            let (control, test) = (groups[0]["id"], groups[1]["id"])
            // Day one: 50 and 50, one of them twice; day two: one that was there, and 10 new ones.
            try await send(
                (0..<50).map { ExposureCountTests.exposure("test", control, "c\($0)", start) }
                    + (0..<50).map { ExposureCountTests.exposure("test", test, "t\($0)", start + 1) }
                    + [ExposureCountTests.exposure("test", control, "c0", start + 5)])
            try await send(
                [ExposureCountTests.exposure("test", control, "c0", start + ExposureCountTests.day)]
                    + (50..<60).map {
                        ExposureCountTests.exposure("test", test, "t\($0)", start + ExposureCountTests.day)
                    } + [ExposureCountTests.exposure("other", control, "x", start)])
            let data = try await console.author(.GET, "experiments/test/cumulative_exposures")
            #expect(data[0]["groupName"] == "Control")
            #expect(data[0]["results"].array?.map { $0["exposures"] } == [50, 50])
            #expect(data[1]["results"].array?.map { $0["exposures"] } == [50, 60])
            #expect(data[1]["results"][0]["date"] == "2024-09-24")
            #expect(try await console.author(.GET, "experiments/test")["healthCheckStatus"] == "PASSED")

            // 50 and 85 of 135: p = 0.0026.
            try await send((60..<85).map { ExposureCountTests.exposure("test", test, "t\($0)", start) })
            #expect(try await console.author(.GET, "experiments/test")["healthCheckStatus"] == "WARNING")
            try await send((85..<160).map { ExposureCountTests.exposure("test", test, "t\($0)", start) })
            let failed = try await console.author(.GET, "experiments/test")
            #expect(failed["healthCheckStatus"] == "FAILED")
            // 50 and 160 of 210: a statistic of 57.6 with one degree of freedom.
            let probability = try #require(failed["healthChecks"][0]["pValue"].double)
            #expect(abs(probability / 3.2e-14 - 1) < 0.1)
            let recent = try await console.author(.GET, "exposure_count?experiments=test,missing&gates=none")
            #expect(recent["experiments"] == [["id": "test", "pastDay": 0, "past7Days": 0]])
        }
    }

    @Test("Exposures of a gate are counted by rule")
    func gates() async throws {
        try await TestConsole.run { console in
            try await console.author(
                .POST, "gates",
                [
                    "name": "gate",
                    "rules": [["name": "All", "passPercentage": 100, "conditions": [["type": "public"]]]],
                ])
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for user in ["a", "b", "a"] {
                _ = try await console.send(
                    .POST, "/v1/check_gate", key: key, json: ["gateName": "gate", "user": ["userID": .string(user)]])
            }
            let data = try await console.author(.GET, "gates/gate/cumulative_exposures")
            #expect(data[0]["groupName"] == "All")
            #expect(data[0]["results"][0]["exposures"] == 2)
        }
    }

    @Test("Exposures of an experiment are found without reading those of others")
    func fullTable() async throws {
        let (options, path) = TestConsole.fileOptions()
        try await TestConsole.run(options) { console in
            try await console.author(.POST, "experiments", ["name": "test"])
            try await console.author(.PUT, "experiments/test/start")
        }
        let database = try DatabaseQueue(path: path)
        // As many events as are kept, of a hundred other experiments, and ten of this one.
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO event (name, keyID, time, receivedTime, userID, event, bytes)
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                    SELECT 'statsig::config_exposure', 'k', i, i, 'u' || i, json_object(
                        'value', hex(zeroblob(200)), 'metadata', json_object(
                            'config', CASE WHEN i <= 10 THEN 'test' ELSE 'other' || i % 100 END, 'ruleID', 'r')), 500
                    FROM n
                    """)
        }
        @Sendable func seconds(_ body: () async throws -> Void) async rethrows -> Double {
            let start = ContinuousClock.now
            try await body()
            return (ContinuousClock.now - start) / .seconds(1)
        }
        let wholeTable = try await seconds {
            let count = try await database.read { db in
                try Int.fetchOne(
                    db, sql: "SELECT COUNT(*) FROM event WHERE json_extract(event, '$.metadata.config') || '' = 'test'")
            }
            #expect(count == 10)
        }
        try database.close()
        try await TestConsole.run(options) { console in
            _ = try await console.author(.GET, "experiments")
            let found = try await seconds {
                let data = try await console.author(.GET, "experiments/test/cumulative_exposures")
                #expect(data.array?.count == 2)
            }
            #expect(found < wholeTable / 2, "\(found) s of \(wholeTable) s")
        }
    }
}
