// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The members of a document that hold specs.
enum SpecSection: Int, CaseIterable {
    case gates, configs, layers
}
