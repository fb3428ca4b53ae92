// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting
import Testing

@Suite("Overrides of a task")
struct OverrideTests {
    private let client: GatehouseClient
    private let user = User(userID: "a-user")

    init() throws {
        client = try GatehouseClient.offline(Shop.project)
    }

    @Test("They win for entities of all kinds, and end with the operation")
    func kinds() {
        let store = withOverrides {
            $0.setGate("old_checkout", to: true)
            $0.setGate("unknown", to: true)
            $0.setDynamicConfig("pricing", to: ["price": 1])
            $0.setExperiment("button", to: .group("red"))
            $0.setLayer("home", to: ["size": 9])
            $0.setParameterStore("theme", to: ["title": "Overridden"])
        } operation: {
            #expect(client.checkGate("old_checkout", for: user))
            #expect(client.checkGate("unknown", for: user))
            #expect(client.gate("old_checkout", for: user).reason == .localOverride)
            #expect(client.dynamicConfig("pricing", for: user).value == ["price": 1])
            #expect(client.experiment("button", for: user)["color", default: ""] == "red")
            #expect(client.layer("home", for: user)["size", default: 0] == 9)
            #expect(client.unloggedSnapshot.checkGate("old_checkout", for: user))
            #expect(client.explain(.gate, "old_checkout", for: user).reason == .localOverride)
            return client.parameterStore("theme", for: user)
        }
        #expect(store["title", default: ""] == "Overridden")
        #expect(!client.checkGate("old_checkout", for: user))
        #expect(!client.checkGate("unknown", for: user))
        #expect(client.dynamicConfig("pricing", for: user)["price", default: 0.0] > 8)
        #expect(client.gate("old_checkout", for: user).reason == .recognized)
        #expect(client.parameterStore("theme", for: user)["title", default: ""] == "Hello")
    }

    @Test("Gates that depend on an overridden gate follow it")
    func nesting() {
        let adult = User(userID: "a-user", custom: ["age": 20])
        #expect(client.checkGate("grown_up", for: adult))
        withOverrides {
            $0.setGate("old_checkout", to: true)
        } operation: {
            #expect(!client.checkGate("grown_up", for: adult))
        }
    }

    @Test("They may be for one user, inner ones are added to outer ones, and win")
    func scopes() async {
        let other = User(userID: "another-user")
        await withOverrides {
            $0.setGate("empty", to: true, for: "a-user")
            $0.setGate("new_checkout", to: false)
        } operation: {
            #expect(client.checkGate("empty", for: user))
            #expect(!client.checkGate("empty", for: other))
            await withOverrides {
                $0.setGate("empty", to: false, for: "a-user")
            } operation: {
                await Task.yield()
                #expect(!client.checkGate("empty", for: user))
                #expect(!client.checkGate("new_checkout", for: user))
            }
            #expect(client.checkGate("empty", for: user))
        }
    }

    @Test("They win over the client's, which hold otherwise, whatever is done to those")
    func clientOverrides() {
        client.updateOverrides { $0.setGate("empty", to: true) }
        #expect(client.checkGate("empty", for: user))
        withOverrides {
            $0.setGate("empty", to: false)
        } operation: {
            #expect(!client.checkGate("empty", for: user))
            client.updateOverrides { $0 = LocalOverrides() }
            #expect(!client.checkGate("empty", for: user))
            withOverrides {
                $0 = client.unloggedSnapshot.context.overrides
            } operation: {
                #expect(!client.checkGate("empty", for: user))
                #expect(client.checkGate("new_checkout", for: user))
            }
        }
        #expect(!client.checkGate("empty", for: user))
        #expect(client.overrides.isEmpty)
    }

    @Test("Child tasks and tasks inherit them, detached ones don't")
    func inheritance() async {
        let (client, user) = (client, user)
        await withOverrides {
            $0.setGate("empty", to: true)
        } operation: {
            async let child = client.checkGate("empty", for: user)
            #expect(await child)
            #expect(await Task { client.checkGate("empty", for: user) }.value)
            #expect(await !Task.detached { client.checkGate("empty", for: user) }.value)
        }
    }

    @Test("An error passes through")
    func failure() async {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await withOverrides {
                $0.setGate("empty", to: true)
            } operation: {
                await Task.yield()
                throw Failure()
            }
        }
        #expect(!client.checkGate("empty", for: user))
    }

    @Test("A hundred tasks have a hundred answers from one client")
    func parallel() async {
        let (client, user) = (client, user)
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await withOverrides {
                        $0.setDynamicConfig("limits", to: ["items": .integer(Int64(number))])
                        $0.setGate("new_checkout", to: number.isMultiple(of: 2))
                        $0.setExperiment("button", to: .value(["color": .string("\(number)")]))
                    } operation: {
                        var wrong = 0
                        for _ in 0..<50 {
                            await Task.yield()
                            if client.dynamicConfig("limits", for: user)["items", default: -1] != number { wrong += 1 }
                            if client.checkGate("new_checkout", for: user) != number.isMultiple(of: 2) { wrong += 1 }
                            let color = client.experiment("button", for: user)["color", default: ""]
                            if color != "\(number)" { wrong += 1 }
                        }
                        return wrong
                    }
                }
            }
            // A task without overrides, while the others are busy.
            for _ in 0..<100 {
                await Task.yield()
                #expect(client.checkGate("new_checkout", for: user))
                #expect(client.dynamicConfig("limits", for: user)["items", default: -1] == 5)
            }
            for await wrong in group { #expect(wrong == 0) }
        }
    }

    @Test("Other clients don't see them")
    func otherClients() async {
        var options = ClientOptions.offline()
        options.bootstrap = Shop.project.document()
        let client = GatehouseClient(key: SDKKey("secret-test"), options: options)
        #expect(await client.start().isReady)
        withOverrides {
            $0.setGate("empty", to: true)
        } operation: {
            #expect(!client.checkGate("empty", for: user))
            #expect(client.unloggedSnapshot.context.overrides.isEmpty)
        }
        await client.shutdown()
    }
}
