// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation
import GatehouseReview

/// `gatehouse stale`: which flags the code doesn't mention, and which mentions have no flag.
struct StaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stale", abstract: "Find flags that no source mentions, and mentions of flags that don't exist.",
        usage: "gatehouse stale <spec> --sources <dir> ... [--strict] [--format text|json|markdown|github]",
        discussion: """
            The command reads string literals: of Swift files by the rules of Swift, of others between quotes. An entity \
            that another one asks counts as mentioned if that one is. A call in Swift such as checkGate("name") is \
            reported if the document has no such gate. Names that a program puts together aren't found.

            Hidden folders, node_modules, vendor, Pods, Carthage and DerivedData are left out, and so are links to folders.

            The exit code is 0 without unknown names (with --strict: and if every entity is mentioned), 1 otherwise or \
            for a bad input, 2 for wrong arguments.
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Folders or files with sources.", valueName: "dir"))
    var sources: [String]

    @Flag(help: "Fail if an entity isn't mentioned, too.")
    var strict = false

    @Option(help: "text for reading, json for programs, markdown for comments, github for annotations.")
    var format = ReviewFormat.text

    func run() async throws(CommandFailure) {
        let source = DocumentSource(spec)
        var scan = SourceScan(try await DocumentFile(reviewing: source).ruleset)
        for path in sources {
            var files = SourceFiles()
            try files.visit(path) { scan.add($0, file: $1, isSwift: $2) }
        }
        let report = SourceReport(scan, file: source.name)
        try System.write(Array(report.text(format).utf8), to: System.standardOutput)
        let fails = !scan.unknownMentions.isEmpty || strict && !scan.unmentioned.isEmpty
        guard !fails else { throw .input("\(source.name): \(report.summary)") }
    }
}

/// The source files of a folder.
struct SourceFiles {
    private static let endings: Set<String> = [
        "c", "cc", "cpp", "cs", "cts", "dart", "erb", "ex", "exs", "go", "h", "hpp", "html", "java", "js", "jsx", "kt",
        "kts", "m", "mjs", "mm", "mts", "php", "py", "rb", "rs", "scala", "sh", "sql", "svelte", "swift", "ts", "tsx",
        "vue",
    ]
    private static let skippedFolders: Set<String> = ["node_modules", "Pods", "Carthage", "vendor", "DerivedData"]
    /// Files that machines write are larger.
    private static let maximumFileBytes = 4 << 20
    private static let maximumDepth = 64

    /// Visits the sources of a folder, or one file.
    ///
    /// - Parameters:
    ///   - path: The folder or file.
    ///   - body: Called with the content, the path, and whether it is Swift.
    /// - Throws: ``CommandFailure/input(_:)`` if the path, or what is in it, can't be read.
    mutating func visit(_ path: String, _ body: ([UInt8], String, Bool) -> Void) throws(CommandFailure) {
        if System.isRegularFile(path) { return try read(path, body) }
        try visit(folder: path, depth: 0, body)
    }

    private func visit(
        folder: String, depth: Int, _ body: ([UInt8], String, Bool) -> Void
    ) throws(CommandFailure) {
        guard depth < SourceFiles.maximumDepth else { return }
        for name in try System.entries(ofFolder: folder) where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if System.isFolder(path) {
                if !SourceFiles.skippedFolders.contains(name) { try visit(folder: path, depth: depth + 1, body) }
            } else if System.isRegularFile(path), SourceFiles.endings.contains(SourceFiles.ending(of: name)) {
                try read(path, body)
            }
        }
    }

    private func read(_ path: String, _ body: ([UInt8], String, Bool) -> Void) throws(CommandFailure) {
        let file = try InputFile(path: path)
        let isLarge = (file.byteCount ?? 0) > SourceFiles.maximumFileBytes
        let bytes = isLarge ? [] : try file.contents()
        if isLarge { Diagnostics.warning("\(path): larger than 4 MiB, left out") }
        body(bytes, path, SourceFiles.ending(of: path) == "swift")
    }

    private static func ending(of name: String) -> String {
        name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    }
}
