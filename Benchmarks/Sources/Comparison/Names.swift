// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The entities of a request by how they are asked for.
struct Names: Codable {
    var gates: [String] = []
    var dynamicConfigs: [String] = []
    var experiments: [String] = []
    var layers: [String] = []
}
