// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
internal import GatehouseSpec

/// A document that has been compiled, and what it takes to ask it for everything it has.
public struct LoadedProject: Sendable {
    /// The compiled document.
    public let ruleset: Ruleset
    /// A context whose time stands still.
    public let context: EvaluationContext

    private let gates: [String]
    private let configs: [String]
    private let layers: [String]

    /// Loads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - idLists: The ID lists that its conditions find.
    /// - Throws: When the document or any entity of it can't be used.
    public init(_ bytes: [UInt8], idLists: IDLists = IDLists()) throws {
        ruleset = try Ruleset(document: bytes)
        if let issue = ruleset.issues.first { throw WorkloadError("the document has a malformed entity: \(issue)") }
        context = EvaluationContext(
            clock: { 1_760_000_000_000 }, random: { 0.5 }, environment: "production", idLists: idLists)
        gates = ruleset.gateNames
        configs = ruleset.configNames
        layers = ruleset.layerNames
    }

    /// The small project, made once.
    public static func small() throws -> LoadedProject { try smallProject.get() }

    private static let smallProject = Result { try LoadedProject(ProjectDocument(.small).bytes) }

    /// How many entities the document has.
    public var entityCount: Int { gates.count + configs.count + layers.count }

    /// Evaluates every gate, config and layer, results with all their details.
    ///
    /// - Returns: How many gates the user passes.
    public func evaluateAll(for user: User) -> Int {
        var passed = 0
        for name in gates where ruleset.gate(name, for: user, in: context).value { passed += 1 }
        for name in configs { _ = ruleset.dynamicConfig(name, for: user, in: context) }
        for name in layers { _ = ruleset.layer(name, for: user, in: context) }
        return passed
    }

    /// Checks gates of three kinds in turn.
    ///
    /// - Parameters:
    ///   - count: The number of checks.
    ///   - user: The user.
    /// - Returns: The number of checks that the user passes.
    public func checkMixture(count: Int, for user: User) -> Int {
        let names = [NamedEntity.publicGate, .stringSetGate, .halfGate].map(\.rawValue)
        var passed = 0
        for turn in 0..<count where ruleset.checkGate(names[turn % names.count], for: user, in: context) { passed += 1 }
        return passed
    }

    /// Checks every gate.
    ///
    /// - Returns: How many of them the user passes.
    public func checkAllGates(for user: User) -> Int {
        var passed = 0
        for name in gates where ruleset.checkGate(name, for: user, in: context) { passed += 1 }
        return passed
    }

    /// Fails unless the document has an entity and could evaluate it.
    func verify(_ entity: NamedEntity, for user: User) throws {
        let result: any EvaluationResult =
            switch entity {
            case .config: ruleset.dynamicConfig(entity.rawValue, for: user, in: context)
            case .experiment, .layerExperiment: ruleset.experiment(entity.rawValue, for: user, in: context)
            case .layer: ruleset.layer(entity.rawValue, for: user, in: context)
            default: ruleset.gate(entity.rawValue, for: user, in: context)
            }
        guard result.reason == .recognized else {
            throw WorkloadError("\(entity.rawValue) is \(result.reason) instead of recognized")
        }
    }
}
