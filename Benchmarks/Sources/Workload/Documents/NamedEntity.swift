// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The entities that every generated document contains, for measuring one at a time.
public enum NamedEntity: String, CaseIterable, Sendable {
    /// A gate for everybody.
    case publicGate = "gate_public"
    /// A gate for a list of 100 user ids.
    case stringSetGate = "gate_string_set"
    /// A gate for versions of the app from 3.2.1 on.
    case versionGate = "gate_version"
    /// A gate for half of all users.
    case halfGate = "gate_half"
    /// A gate that asks one other, `gate_half`.
    case nestedGate = "gate_nested"
    /// A gate at the head of a chain of eight, which asks five more and has 3 rules.
    case heavilyNestedGate = "gate_heavily_nested"
    /// A gate for the members of the ID list `benchmark_list`.
    case idListGate = "gate_id_list"
    /// A gate that differs between editions of a document.
    case changingGate = "gate_changing"
    /// A dynamic config with three rules, of which the last applies.
    case config = "config_three_rules"
    /// An experiment of three groups, that everybody takes part in.
    case experiment = "experiment_three_groups"
    /// The experiment that the layer delegates to.
    case layerExperiment = "experiment_in_layer"
    /// A layer whose users are all allocated to an experiment.
    case layer = "layer_allocated"

    /// The gates that are measured one by one.
    public static let gates: [NamedEntity] = [
        .publicGate, .stringSetGate, .versionGate, .halfGate, .nestedGate, .heavilyNestedGate,
    ]

    /// The ID list that `gate_id_list` asks for.
    public static let idList = "benchmark_list"

    /// How deep the chain of `gate_heavily_nested` goes.
    public static let chainLength = 8
}
