// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
