// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Gatehouse's side of `Benchmarks/compare`.
///
/// Without arguments it reads requests from standard input, one JSON object a line, and answers each with a line. With
/// `--load PATH [CHANGED ...]` it measures loading a document, and then reloading, and ends.
@main
struct Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        do {
            if arguments.first == "--load", arguments.count > 1 {
                try Output.write(LoadMeasurement(paths: Array(arguments.dropFirst())))
            } else if arguments.isEmpty {
                try serve()
            } else {
                throw Failure("usage: compare-gatehouse [--load PATH [CHANGED ...]]")
            }
        } catch {
            FileHandle.standardError.write(Data("compare-gatehouse: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func serve() throws {
        let decoder = JSONDecoder()
        var session = Session()
        while let line = readLine() {
            let request = try decoder.decode(Request.self, from: Data(line.utf8))
            switch request.command {
            case .open: try Output.write(session.open(request))
            case .answers: try Output.write(session.answers(request))
            case .time: try Output.write(session.time(request))
            }
        }
    }
}
