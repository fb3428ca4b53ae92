// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A project's gates, configs, experiments, layers and parameter stores, written in Swift for a test.
///
///     let project = TestProject {
///         TestGate("new_checkout", on: true)
///         TestGate("beta", .when(.email(endsWith: "@example.com")), .everyone(percentage: 20))
///         TestConfig("pricing", ["price": 9.99], .when(.country("DE"), returns: ["price": 8.99]))
///         TestExperiment("button", .group("control", 50, ["color": "grey"]), .group("blue", 50, ["color": "blue"]))
///     }
///
/// A client gets it as a document in the format that servers send, and loads and evaluates it as any other. Salts and rule IDs
/// follow from names, so that a user gets the same answers in every run and on every machine. Projects are values and may be
/// used from several threads at once.
public struct TestProject: Sendable {
    /// The default time of the last change of a project, in ms since 1970: a day in July 2026.
    public static let defaultTime: UInt64 = 1_783_000_000_000

    private var entities: [TestEntity]

    /// Makes a project.
    ///
    /// - Parameter entities: The entities. If several have the same kind and name, the last one counts.
    public init(@TestProjectBuilder _ entities: () -> [TestEntity]) {
        self.entities = entities()
    }

    /// Makes a project without entities.
    public init() {
        entities = []
    }

    /// Adds entities.
    ///
    /// They replace those of the same kind and name.
    ///
    /// - Parameter entities: The entities to add.
    public mutating func set(@TestProjectBuilder _ entities: () -> [TestEntity]) {
        self.entities += entities()
    }

    /// The project as a document in the format `dcs-v2`.
    ///
    /// - Parameter time: The time of the last change of the project, in ms since 1970. A client that downloads keeps a document
    ///   that is newer.
    /// - Returns: JSON in UTF-8.
    public func document(time: UInt64 = TestProject.defaultTime) -> [UInt8] {
        var draft = DocumentDraft()
        for entity in entities { draft.add(entity.content) }
        return draft.document(time: time)
    }
}

/// Collects the entities of a ``TestProject``.
@resultBuilder
public enum TestProjectBuilder {
    /// A gate.
    public static func buildExpression(_ gate: TestGate) -> [TestEntity] { [TestEntity(.gate(gate))] }
    /// A segment.
    public static func buildExpression(_ segment: TestSegment) -> [TestEntity] { [TestEntity(.segment(segment))] }
    /// A holdout.
    public static func buildExpression(_ holdout: TestHoldout) -> [TestEntity] { [TestEntity(.holdout(holdout))] }
    /// A dynamic config.
    public static func buildExpression(_ config: TestConfig) -> [TestEntity] { [TestEntity(.config(config))] }
    /// An experiment without a layer.
    public static func buildExpression(_ experiment: TestExperiment) -> [TestEntity] {
        [TestEntity(.experiment(experiment))]
    }
    /// A layer with its experiments.
    public static func buildExpression(_ layer: TestLayer) -> [TestEntity] { [TestEntity(.layer(layer))] }
    /// A parameter store.
    public static func buildExpression(_ store: TestParameterStore) -> [TestEntity] { [TestEntity(.store(store))] }
    /// An array of entities.
    public static func buildExpression(_ entities: [TestEntity]) -> [TestEntity] { entities }
    /// Several expressions.
    public static func buildBlock(_ entities: [TestEntity]...) -> [TestEntity] { entities.flatMap { $0 } }
    /// The entities of an `if` without `else`.
    public static func buildOptional(_ entities: [TestEntity]?) -> [TestEntity] { entities ?? [] }
    /// The entities of an `if`.
    public static func buildEither(first entities: [TestEntity]) -> [TestEntity] { entities }
    /// The entities of an `else`.
    public static func buildEither(second entities: [TestEntity]) -> [TestEntity] { entities }
    /// The entities of a loop.
    public static func buildArray(_ entities: [[TestEntity]]) -> [TestEntity] { entities.flatMap { $0 } }
}

/// A part of a ``TestProject``: a gate, a config, an experiment and so on.
public struct TestEntity: Sendable {
    enum Content: Sendable {
        case gate(TestGate)
        case segment(TestSegment)
        case holdout(TestHoldout)
        case config(TestConfig)
        case experiment(TestExperiment)
        case layer(TestLayer)
        case store(TestParameterStore)
    }

    let content: Content

    init(_ content: Content) {
        self.content = content
    }
}
