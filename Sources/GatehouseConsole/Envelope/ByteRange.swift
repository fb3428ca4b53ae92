// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The part of some bytes that a request asks for.
enum ByteRange: Equatable {
    case all
    case part(Range<Int>)
    /// Nothing of it exists.
    case unsatisfiable

    /// Reads `bytes=first-`, `bytes=first-last` and `bytes=-count`; anything else asks for all.
    ///
    /// - Parameters:
    ///   - header: The header `Range`, or what stands behind its `bytes=`.
    ///   - count: How many bytes there are.
    init(_ header: String?, of count: Int) {
        self = .all
        guard let header else { return }
        let text = header.hasPrefix("bytes=") ? header.dropFirst(6) : header[...]
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            part.trimming { $0 == " " }
        }
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?) where first <= last:
            self = first < count ? .part(first..<min(last, count - 1) + 1) : .unsatisfiable
        case (let first?, nil) where parts[1].isEmpty:
            self = first < count ? .part(first..<count) : .unsatisfiable
        case (nil, let suffix?) where parts[0].isEmpty:
            self = suffix > 0 && count > 0 ? .part(max(0, count - suffix)..<count) : .unsatisfiable
        default: break
        }
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        drop(while: isTrimmed)
    }
}
