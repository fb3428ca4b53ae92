// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

extension Scenario {
    /// Loading documents and replacing them by newer ones.
    public static let load: [Scenario] = ProjectDocument.Size.allCases.flatMap {
        [load($0), reloadSame($0), reloadOne($0), reloadHundred($0)]
    }

    private static func load(_ size: ProjectDocument.Size) -> Scenario {
        Scenario("load_\(size.rawValue)", length(size), "compiling a document of \(size.words)") {
            let bytes = ProjectDocument(size).bytes
            return { count in
                try (0..<count).reduce(0) { sum, _ in
                    sum + (try Ruleset(document: bytes).metadata.checksum == nil ? 0 : 1)
                }
            }
        }
    }

    private static func reloadSame(_ size: ProjectDocument.Size) -> Scenario {
        Scenario("reload_same_\(size.rawValue)", length(size), "replacing a document of \(size.words) by the same one")
        {
            // Equal bytes at another address, as a second download has them.
            let documents = [ProjectDocument(size).bytes, ProjectDocument(size).bytes]
            let first = try Ruleset(document: documents[0])
            return { count in try replace(first, by: documents, count: count) }
        }
    }

    private static func reloadOne(_ size: ProjectDocument.Size) -> Scenario {
        Scenario(
            "reload_one_\(size.rawValue)", length(size),
            "replacing a document of \(size.words) by one with one gate changed"
        ) {
            let documents = [ProjectDocument(size).bytes, ProjectDocument(size, edition: 1).bytes]
            let first = try Ruleset(document: documents[0])
            return { count in try replace(first, by: documents, count: count) }
        }
    }

    private static func reloadHundred(_ size: ProjectDocument.Size) -> Scenario {
        Scenario(
            "reload_hundred_\(size.rawValue)", .veryLong,
            "replacing a document of \(size.words) a hundred times in a row, with one gate changed each time"
        ) {
            let documents = [ProjectDocument(size).bytes, ProjectDocument(size, edition: 1).bytes]
            let first = try Ruleset(document: documents[0])
            return { count in
                try (0..<count).reduce(0) { sum, _ in sum + (try replace(first, by: documents, count: 100)) }
            }
        }
    }

    /// Replaces a ruleset by those of documents by turns, each in place of the one before, as a client does.
    ///
    /// Each call starts from `first` again: what a replacement costs may depend on how many came before it.
    ///
    /// - Returns: How many of them were of another time than the one before.
    private static func replace(_ first: Ruleset, by documents: [[UInt8]], count: Int) throws -> Int {
        var ruleset = first
        var changes = 0
        for turn in 0..<count {
            let next = try Ruleset(document: documents[(turn + 1) % documents.count], replacing: ruleset)
            if next.metadata.time != ruleset.metadata.time { changes += 1 }
            ruleset = next
        }
        return changes
    }

    private static func length(_ size: ProjectDocument.Size) -> Length { size == .small ? .long : .veryLong }
}

extension ProjectDocument.Size {
    /// The size for people.
    fileprivate var words: String {
        switch self {
        case .small: "0.4 MB"
        case .medium: "10 MB"
        case .large: "50 MB"
        }
    }
}
