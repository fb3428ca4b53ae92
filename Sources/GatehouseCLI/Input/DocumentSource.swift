// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

/// Where the document of a command comes from: a file, standard input, or a URL.
struct DocumentSource {
    /// The argument: a path, `-`, or a URL with the scheme http or https.
    let argument: String

    /// The maximum size of a document from a URL after decompression, in bytes.
    private static let maximumBodyBytes = 1 << 30
    private static let timeout = Duration.seconds(60)

    init(_ argument: String) {
        self.argument = argument
    }

    /// The source in messages: of a URL the scheme and the host alone, since the rest may hold a key.
    var name: String {
        guard isURL else { return argument == "-" ? "standard input" : argument }
        let parts = argument.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let server = (parts.last ?? "").prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // A user name and a password precede the host.
        return "\(parts[0])//\(server.split(separator: "@").last ?? "")/…"
    }

    private var isURL: Bool {
        let lowered = argument.prefix(8).lowercased()
        return lowered.hasPrefix("http://") || lowered.hasPrefix("https://")
    }

    /// Reads the document.
    ///
    /// - Throws: ``CommandFailure/input(_:)`` when it can't be read or the server doesn't answer with a success.
    func bytes() async throws(CommandFailure) -> [UInt8] {
        if argument == "-" { return try InputFile.standardInput.contents() }
        if isURL { return try await download() }
        return try InputFile(path: argument).contents()
    }

    private func download() async throws(CommandFailure) -> [UInt8] {
        let request = HTTPRequest(
            .get, url: argument, timeout: DocumentSource.timeout, maximumBodyBytes: DocumentSource.maximumBodyBytes)
        let reply: HTTPReply
        do throws(TransportError) {
            reply = try await request.send()
        } catch {
            throw .input("\(name): \(error)")
        }
        guard reply.isSuccess else { throw .input("\(name): HTTP \(reply.status)") }
        return reply.body
    }
}

extension HTTPRequest {
    /// Sends the request over a connection of its own.
    func send() async throws(TransportError) -> HTTPReply {
        let transport = Transport(NetworkOptions(), time: SystemTime())
        let reply: Result<HTTPReply, TransportError>
        do throws(TransportError) {
            reply = .success(try await transport.send(self))
        } catch {
            reply = .failure(error)
        }
        await transport.close()
        return try reply.get()
    }
}
