// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Evaluates users one after the other and writes the results.
struct EvaluationRun {
    var source: UserSource
    var results: any UserOutput

    mutating func run() throws(CommandFailure) {
        var output = ByteOutput(to: System.standardOutput)
        do throws(CommandFailure) {
            try run(&output)
        } catch {
            output.progress.clear()
            // What comes before a bad user is still good. If the pipe is what broke, this fails the same way.
            try output.flush()
            throw error
        }
        output.progress.clear()
    }

    private mutating func run(_ output: inout ByteOutput) throws(CommandFailure) {
        try results.begin(&output)
        var index = 0
        while true {
            // Results don't wait for a user who takes long to come.
            if source.isDrained { try output.flush() }
            guard let user = try source.next() else { break }
            try results.write(user, index: index, to: &output)
            index += 1
            output.progress.userCount = index
            output.progress.part = source.progress
            output.progress.update()
        }
        try results.end(&output)
        try output.flush()
    }
}
