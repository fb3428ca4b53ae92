// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// Lists that grow by what is appended to their files (Protocol §6.4).
@Suite("ID lists in parts")
struct IDListApplyingTests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The eight characters of a number, which spread over the whole range of hashes.
    private static func hash(_ number: Int) -> [UInt8] {
        let bits = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 >> 16
        return (0..<8).map { alphabet[Int(bits >> (42 - 6 * $0) & 63)] }
    }

    private static func lines(_ sign: Character, _ numbers: some Sequence<Int>) -> [UInt8] {
        var lines: [UInt8] = []
        for number in numbers {
            lines += sign.utf8
            lines += hash(number)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private static func contains(_ list: IDList, _ number: Int) -> Bool {
        hash(number).withUnsafeBufferPointer { IDHash(base64: $0) }.map { list.contains($0) } ?? false
    }

    @Test("The list before stays as it was")
    func immutable() {
        let before = IDList(content: Self.lines("+", 0..<1_000))
        let after = before.applying(Self.lines("-", 0..<500) + Self.lines("+", 1_000..<1_010))
        #expect(before.count == 1_000 && after.count == 510)
        #expect((0..<1_010).allSatisfy { Self.contains(before, $0) == ($0 < 1_000) })
        #expect((0..<1_010).allSatisfy { Self.contains(after, $0) == ($0 >= 500) })
    }

    @Test("What says nothing changes nothing", arguments: ["", "\n", "+\n-\n", "# a\n", "+short\n", "okp/VfJ4\n"])
    func nothing(content: String) {
        let before = IDList(content: Self.lines("+", 0..<100))
        let after = before.applying(content.utf8)
        #expect(after.count == 100 && (0..<100).allSatisfy { Self.contains(after, $0) })
        #expect(IDList().applying(content.utf8).count == 0)
    }

    @Test("In whatever parts a file comes, the list is the same", arguments: 1...5)
    func parts(seed: Int) {
        var state = UInt64(seed)
        func next(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var model: Set<Int> = []
        var file: [UInt8] = []
        var list = IDList()
        for _ in 0..<60 {
            var part: [UInt8] = []
            let isGrowing = next(below: 3) > 0
            for _ in 0..<next(below: 200) {
                let number = next(below: 2_000)
                let isAdded = next(below: 8) > 0 ? isGrowing : !isGrowing
                part += Self.lines(isAdded ? "+" : "-", [number])
                if isAdded { model.insert(number) } else { model.remove(number) }
            }
            list = list.applying(part)
            file += part
            #expect(list.count == model.count)
        }
        #expect((0..<2_000).allSatisfy { Self.contains(list, $0) == model.contains($0) })
        let whole = IDList(content: file)
        #expect(whole.count == model.count)
        #expect((0..<2_000).allSatisfy { Self.contains(whole, $0) == model.contains($0) })
    }

    @Test("A million members take at most 12 MB, in whatever parts they came")
    func memory() {
        let million = 1_000_000
        let whole = IDList(content: Self.lines("+", 0..<million))
        #expect(whole.count == million && whole.memoryByteCount <= 12_000_000)

        // Halves again and again, and then what a list gets in an hour.
        var list = IDList()
        var count = 0
        while count < 990_000 {
            let next = min(max(count * 2, 10_000), 990_000)
            list = list.applying(Self.lines("+", count..<next))
            count = next
            #expect(list.memoryByteCount <= 12 * max(count, 1_000))
        }
        for start in stride(from: 990_000, to: million, by: 2_000) {
            list = list.applying(Self.lines("+", start..<start + 2_000))
        }
        #expect(list.count == million && list.memoryByteCount <= 12_000_000)
        #expect(stride(from: 0, to: million, by: 997).allSatisfy { Self.contains(list, $0) })
        #expect(stride(from: million, to: million * 2, by: 997).allSatisfy { !Self.contains(list, $0) })
    }

    @Test("A list that loses its members gives their memory back")
    func shrinking() {
        let list = IDList(content: Self.lines("+", 0..<100_000)).applying(Self.lines("-", 0..<99_000))
        #expect(list.count == 1_000 && list.memoryByteCount <= 13_000)
        #expect((0..<100_000).allSatisfy { Self.contains(list, $0) == ($0 >= 99_000) })
    }
}
