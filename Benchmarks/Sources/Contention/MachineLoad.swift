// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How busy the machine is.
enum MachineLoad {
    /// The load averages of the last 1, 5 and 15 minutes.
    static var text: String {
        var loads = [0.0, 0.0, 0.0]
        guard getloadavg(&loads, 3) == 3 else { return "unknown" }
        return loads.map { String(format: "%.2f", $0) }.joined(separator: " ")
    }
}
