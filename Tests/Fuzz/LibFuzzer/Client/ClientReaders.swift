// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import Gatehouse

/// The parts of the client that read files; GATEHOUSE_FUZZ names the one that libFuzzer calls.
private enum Reading: String {
    /// A file of the cache.
    case cache
    /// The name of a batch in the spool, a zero byte, its bytes, a zero byte, and the bytes of the ledger.
    case spool

    static let chosen = ProcessInfo.processInfo.environment["GATEHOUSE_FUZZ"].flatMap(Reading.init) ?? .cache
}

/// Reads one input of libFuzzer.
///
/// A trap, a hang or much memory is a finding; what the readers return isn't looked at.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    switch Reading.chosen {
    case .cache: read(cache: bytes)
    case .spool: open(spool: bytes)
    }
    return 0
}

/// A folder of this process, in memory where the system has such a file system.
private let folder: String = {
    let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let path = "\(base)/gatehouse-libfuzzer-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: folder) }
    return path
}()

private func read(cache: [UInt8]) {
    let path = "\(folder)/cache"
    guard FileManager.default.createFile(atPath: path, contents: Data(cache)) else { return }
    _ = try? CheckedFile(path: path).read()
}

private func open(spool bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count == 3 else { return }
    let spool = "\(folder)/spool"
    try? FileManager.default.removeItem(atPath: spool)
    try? FileManager.default.createDirectory(atPath: "\(spool)/1", withIntermediateDirectories: true)
    let name = String(decoding: parts[0], as: UTF8.self).filter { $0 != "/" }
    // The checksums are right, so that the reader looks at what is in the files.
    try? CheckedFile(path: "\(spool)/1/\(name)").write(parts[1])
    try? CheckedFile(path: "\(spool)/1/ledger").write(parts[2])
    let opened = EventSpool(SpoolOptions(directory: spool))
    guard let found = try? opened.open() else { return }
    for batch in found.batches {
        _ = opened.read(batch.id, count: batch.count)?.body
        opened.acknowledge(batch.id)
    }
    try? opened.save(found.ledger)
    opened.close()
}
