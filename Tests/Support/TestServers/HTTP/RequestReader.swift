// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Takes requests out of a connection's bytes; bodies have a `Content-Length`.
final class RequestReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private struct Malformed: Error {}

    private static let maximumHeadBytes = 1 << 20
    private let connection: Int
    private let receive: (ReceivedRequest) -> Void
    private var bytes = ByteBuffer()

    init(connection: Int, receive: @escaping (ReceivedRequest) -> Void) {
        self.connection = connection
        self.receive = receive
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
        do {
            while let request = try next() { receive(request) }
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func next() throws -> ReceivedRequest? {
        let view = bytes.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else {
            guard view.count <= RequestReader.maximumHeadBytes else { throw Malformed() }
            return nil
        }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self)
        // "\r\n" is one character.
        let lines = head.split(separator: "\r\n" as Character, omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { throw Malformed() }
        let headers = try lines.dropFirst().map { line in
            guard let colon = line.firstIndex(of: ":") else { throw Malformed() }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return (name: String(line[..<colon]), value: String(value))
        }
        var length = 0
        for header in headers {
            switch header.name.lowercased() {
            case "content-length":
                guard let count = Int(header.value), count >= 0 else { throw Malformed() }
                length = count
            case "transfer-encoding": throw Malformed()
            default: break
            }
        }
        let headBytes = end.upperBound - view.startIndex
        guard bytes.readableBytes - headBytes >= length else { return nil }
        bytes.moveReaderIndex(forwardBy: headBytes)
        let body = bytes.readBytes(length: length) ?? []
        bytes.discardReadBytes()
        return ReceivedRequest(
            connection: connection, method: String(words[0]), path: String(words[1]), headers: headers, body: body)
    }
}
