// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// The hash by which a client's next request finds that nothing is new.
@Suite("Client-initialize response: previous response")
struct ResponseHashTests {
    private func project(reversed: Bool = false, value: Value = 1) -> Project {
        var project = Project()
        let steps: [(inout Project) -> Void] = [
            { $0.gate("a", Rule("r", .field("plan", "any", ["pro"]))) },
            { $0.gate("b", Rule("r", .gate("a"))) },
            { $0.config("c", Rule("r", returns: ["x": value])) },
            { $0.config("d", Rule("r", returns: ["y": 1])) },
        ]
        for step in reversed ? steps.reversed() : steps { step(&project) }
        return project
    }

    private func hash(_ project: Project, for user: User = User(userID: "u")) throws -> String {
        let response = try project.ruleset().response(for: user) { $0.previousResponseHash = "" }
        return try #require(response["full_checksum"]?.string)
    }

    @Test("The same evaluations have the same hash, whatever the document's order and the rest of the user")
    func same() throws {
        let hash = try hash(project())
        #expect(try self.hash(project()) == hash)
        #expect(try self.hash(project(reversed: true)) == hash)
        #expect(try self.hash(project(), for: User(userID: "other", email: "e")) == hash)
    }

    @Test("Other evaluations have another hash")
    func other() throws {
        let hash = try hash(project())
        #expect(try self.hash(project(value: 2)) != hash)
        #expect(try self.hash(project(), for: User(custom: ["plan": "pro"])) != hash)
        var more = project()
        more.gate("new", Rule("r"))
        #expect(try self.hash(more) != hash)
        let sha256 = try project().ruleset().response {
            $0.previousResponseHash = ""
            $0.nameHash = .sha256
        }
        #expect(sha256["full_checksum"]?.string != hash)
    }

    @Test("A client that has the response already gets a blank one that doesn't say whose it is")
    func blank() throws {
        let hash = try hash(project())
        let user = User(userID: "u", privateAttributes: ["a": 1])
        let response = try project().ruleset().response(for: user) { $0.previousResponseHash = hash }
        #expect(response.isBlank)
        #expect(response["user"] == [:])
        #expect(response["pa_hash"] == nil)
        #expect(response["full_checksum"] == nil)
        let other = try project().ruleset().response { $0.previousResponseHash = hash + "0" }
        #expect(!other.isBlank)
    }

    @Test("The other forms have no hash", arguments: [ClientResponseOptions.Format.v2, .initV2])
    func otherForms(_ format: ClientResponseOptions.Format) throws {
        let response = try project().ruleset().response {
            $0.previousResponseHash = ""
            $0.format = format
        }
        #expect(response["full_checksum"] == nil)
        #expect(!response.isBlank)
    }
}
