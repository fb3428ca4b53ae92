// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseSpec
import NIOConcurrencyHelpers
import TestSupport

/// The sample project, version after version, each with a gate's rule named after it.
final class SoakProject: Sendable {
    /// What a user gets.
    struct Expectation: Sendable {
        let user: User
        let gates: [String: Bool]
        let configs: [String: String]
    }

    let expectations: [Expectation]
    private let text: String
    private let number = NIOLockedValueBox(UInt64(0))
    private let firstTime: UInt64

    /// - Parameter path: A document, the sample project when `nil`.
    /// - Throws: If the document can't be read.
    init(_ path: String?) throws {
        let bytes = try path.map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
        let text = String(decoding: try bytes ?? Fixture.bytes("sample/sample-dcs-v2.json"), as: UTF8.self)
        self.text = text
        let ruleset = try Ruleset(document: Array(text.utf8))
        firstTime = ruleset.metadata.time
        let context = EvaluationContext(clock: { SystemTime().wallTime() })
        expectations = (0..<50).map { number in
            let user = User(userID: "user-\(number)", email: "user\(number)@example.com", country: "DE")
            return Expectation(
                user: user,
                gates: Dictionary(
                    uniqueKeysWithValues: ruleset.gateNames.map {
                        ($0, ruleset.checkGate($0, for: user, in: context))
                    }),
                configs: Dictionary(
                    uniqueKeysWithValues: ruleset.configNames.map {
                        ($0, ruleset.dynamicConfig($0, for: user, in: context).json)
                    }))
        }
    }

    /// The current version.
    var time: UInt64 { firstTime + number.withLockedValue { $0 } }

    /// Makes the next version the current one.
    func turn() { number.withLockedValue { $0 += 1 } }

    /// The current document.
    ///
    /// - Parameter path: The path of the request; a client with the current version gets no document.
    /// - Returns: The document's bytes.
    func document(newerThan path: String) -> String {
        let time = time
        if path.contains("sinceTime=\(time)") { return #"{"has_updates":false}"# }
        return
            text
            .replacing("\"time\": \(firstTime)", with: "\"time\": \(time)")
            .replacing("\"time\":\(firstTime)", with: "\"time\":\(time)")
            .replacing(#/"checksum":( ?)"/#) { "\"checksum\":\($0.1)\"\(time)-" }
            .replacing(#/"version":( ?)1,/#) { "\"version\":\($0.1)\(1 + time % 1_000)," }
    }

    /// Whether a client answers a user as expected.
    func isRight(_ client: GatehouseClient, for index: Int) -> Bool {
        let expectation = expectations[index % expectations.count]
        return expectation.gates.allSatisfy { client.checkGate($0.key, for: expectation.user) == $0.value }
            && expectation.configs.allSatisfy {
                client.dynamicConfig($0.key, for: expectation.user).json == $0.value
            }
    }
}
