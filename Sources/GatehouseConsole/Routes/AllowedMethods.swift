// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

/// Which methods each path has, to tell a wrong method from a wrong path.
struct AllowedMethods: Sendable {
    // `nil` stands for any segment.
    private let paths: [(segments: [String?], methods: Set<String>)]

    init(_ operations: [Operation]) {
        paths = Dictionary(grouping: operations, by: \.path).map { path, operations in
            var methods = Set(operations.map(\.method.rawValue))
            if methods.contains("GET") { methods.insert("HEAD") }
            if operations.contains(where: { Access.forBrowsers.contains($0.endpoint) }) { methods.insert("OPTIONS") }
            let segments = path.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) }
            return (segments, methods)
        }
    }

    /// The methods of a path, for the header `Allow`; `nil` when there is no such path.
    func list(for path: String) -> String? {
        let segments = path.split(separator: "/")
        let methods = paths.filter { candidate in
            candidate.segments.count == segments.count
                && zip(candidate.segments, segments).allSatisfy { $0 == nil || $0 == String($1) }
        }.flatMap(\.methods)
        return methods.isEmpty ? nil : Set(methods).sorted().joined(separator: ", ")
    }
}
