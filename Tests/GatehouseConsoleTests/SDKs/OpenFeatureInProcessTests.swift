// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseConsole
import GatehouseEvaluation
import GatehouseOpenFeature
import GatehouseTesting
import NIOHTTP1
import Testing

struct OpenFeatureInProcessTests {
    private static let contexts: [OpenFeatureContext] = [
        OpenFeatureContext(), OpenFeatureContext(targetingKey: "u1"),
        OpenFeatureContext(targetingKey: "u2", attributes: ["appVersion": "2.1", "locale": "fr_FR", "age": 7]),
        OpenFeatureContext(attributes: ["userID": "u3", "environment": "production", "custom": "x"]),
        OpenFeatureContext(targetingKey: "u4", attributes: ["email": 5, "customIDs": ["stableID": "d1"]]),
        OpenFeatureContext(targetingKey: "u5", attributes: ["customIDs": 1, "custom": ["custom": "x"], "ip": [1]]),
    ]

    @Test("Flags in the process have the values, reasons and variants of the console's")
    func sameAsRemote() async throws {
        let client = try GatehouseClient.offline(document: SDKSpecs.document)
        let flags = OpenFeatureFlags(client)
        try await TestConsole.run(TestSpecs.options(SDKSpecs.document)) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for context in OpenFeatureInProcessTests.contexts {
                var members = context.attributes
                if let targetingKey = context.targetingKey { members["targetingKey"] = .string(targetingKey) }
                let all = try await console.ask("/ofrep/v1/evaluate/flags", key, ["context": .object(members)])
                let remote = all["flags"].array ?? []
                #expect(remote.count > 15)
                for flag in remote {
                    let name = try #require(flag["key"].string)
                    func compare<T>(_ found: OpenFeatureResolution<T>, _ value: Value) {
                        #expect(value == flag["value"], "\(name) \(context)")
                        #expect(found.errorCode == nil)
                        #expect(.string(found.reason.rawValue) == flag["reason"], "\(name) \(context)")
                        #expect(found.variant.map(Value.string) == flag["variant"])
                        #expect(.object(found.metadata) == flag["metadata"])
                    }
                    switch flag["value"] {
                    case .bool:
                        let found = flags.boolean(name, default: false, context: context)
                        compare(found, .bool(found.value))
                    case .string:
                        let found = flags.string(name, default: "", context: context)
                        compare(found, .string(found.value))
                    case .integer:
                        let found = flags.integer(name, default: -1, context: context)
                        compare(found, .integer(Int64(found.value)))
                        #expect(flags.double(name, default: -1, context: context).value == Double(found.value))
                    case .object:
                        let found = flags.structure(name, default: ["none": 1], context: context)
                        compare(found, .object(found.value))
                    default: Issue.record("\(flag)")
                    }
                }
            }
        }
    }

    @Test("Errors have OpenFeature's codes, and the program's value")
    func errors() async throws {
        let client = try GatehouseClient.offline(document: SDKSpecs.document)
        let flags = OpenFeatureFlags(client)
        for name in ["nothing", "plain.nothing", "vip.x", "", ".", "plain.", "segment:x", "store.none"] {
            let found = flags.boolean(name, default: true)
            #expect(found.errorCode == .flagNotFound, "\(name)")
            #expect(found.value)
            #expect(found.reason == .error)
            #expect(found.variant == nil)
        }
        #expect(flags.boolean("plain.color", default: true).errorCode == .typeMismatch)
        #expect(flags.string("vip", default: "a").errorCode == .typeMismatch)
        #expect(flags.integer("plain.color", default: 4).value == 4)
        #expect(flags.structure("vip", default: ["a": 1]).value == ["a": 1])
        let wrong = OpenFeatureContext(attributes: ["targetingKey": 1])
        #expect(flags.boolean("vip", default: true, context: wrong).errorCode == .invalidContext)
        #expect(await client.recordedExposures().isEmpty)
        let empty = GatehouseClient(key: SDKKey("secret-x"), options: .offline())
        #expect(OpenFeatureFlags(empty).string("plain.color", default: "a").errorCode == .providerNotReady)
    }

    @Test("A resolution logs its exposure, and nothing else is logged")
    func exposures() async throws {
        let client = try GatehouseClient.offline(document: SDKSpecs.document)
        let flags = OpenFeatureFlags(client)
        let context = OpenFeatureContext(targetingKey: "u1", attributes: ["customIDs": ["stableID": "d1"]])
        _ = flags.boolean("vip", default: false, context: context)
        _ = flags.string("plain/color", default: "", context: context)
        _ = flags.string("devices.group", default: "", context: context)
        _ = flags.string("page.title", default: "", context: context)
        _ = flags.double("store.gated", default: 0, context: context)
        _ = flags.string("store.fixed", default: "", context: context)
        let exposures = await client.recordedExposures()
        // The last is the gate that the store's parameter reads; its exposure names the store.
        #expect(exposures.map(\.name) == ["vip", "plain", "devices", "page", "vip"])
        #expect(exposures.compactMap(\.parameter) == ["title"])
        #expect(exposures.allSatisfy { $0.userID == "u1" })
    }
}
