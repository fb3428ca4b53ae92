// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

// gatehouse-statistics                            reads a JSON object per line and writes one with the results
// gatehouse-statistics simulate [SCALE] [SEED]    simulates experiments and writes how often intervals miss the truth
let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "simulate" {
    let numbers = arguments.dropFirst().compactMap { UInt64($0) }
    Simulation.report(scale: Int(clamping: numbers.first ?? 1), seed: numbers.dropFirst().first ?? 1)
} else {
    let decoder = JSONDecoder()
    while let line = readLine() {
        do {
            print(try Request.answer(Data(line.utf8), decoder))
        } catch {
            print(#"{"error": "\#(type(of: error))"}"#)
        }
    }
}
