// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
public import GatehouseEvaluation

/// The usage problems of a client, which a test doesn't allow.
public struct UnexpectedUsageProblems: Error, CustomStringConvertible {
    /// The problems, in the order of their first occurrence.
    public let problems: [UsageProblem]

    /// Each problem in a line.
    public var description: String {
        problems.map { $0.count == 1 ? "\($0)" : "\($0) (\($0.count) times)" }.joined(separator: "\n")
    }
}

extension GatehouseClient {
    /// Fails a test that asked for what doesn't exist, or read a parameter as another type.
    ///
    ///     @Test func checkout() throws {
    ///         let client = try GatehouseClient.offline(file: "Fixtures/specs.json")
    ///         _ = Checkout(client: client).page(for: User(userID: "u"))
    ///         try client.requireNoUsageProblems()
    ///     }
    ///
    /// - Parameter allowed: The codes of problems that the test allows, for example `missingUnit` for anonymous users.
    /// - Throws: ``UnexpectedUsageProblems`` if the client had problems of other codes.
    public func requireNoUsageProblems(allowing allowed: Set<UsageProblem.Code> = []) throws(UnexpectedUsageProblems) {
        let problems = usageProblems.filter { !allowed.contains($0.code) }
        if !problems.isEmpty { throw UnexpectedUsageProblems(problems: problems) }
    }
}
