// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
