// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Scenario {
    /// ID lists: reading a file, looking ids up, and a gate that does.
    public static let idLists: [Scenario] = ListSize.allCases.flatMap {
        [load($0), member($0), stranger($0), gate($0)]
    }

    private enum ListSize: Int, CaseIterable {
        case small = 10_000
        case large = 1_000_000

        var suffix: String { self == .small ? "10k" : "1M" }

        /// Whether the budget has time to make it.
        var isInBudget: Bool { self == .small }

        var content: [UInt8] { IDListContent.bytes(memberCount: rawValue) }

        func list() throws -> IDList {
            let list = IDList(content: content)
            guard list.count == rawValue, list.contains(IDListContent.member) else {
                throw WorkloadError("the list has \(list.count) members, or not the right ones")
            }
            return list
        }
    }

    private static func load(_ size: ListSize) -> Scenario {
        Scenario(
            "id_list_load_\(size.suffix)", size == .small ? .long : .veryLong,
            "reading a list file of \(size.rawValue) members"
        ) {
            let content = size.content
            return { count in
                var members = 0
                for _ in 0..<count { members += IDList(content: content).count }
                return members
            }
        }
    }

    private static func member(_ size: ListSize) -> Scenario {
        Scenario(
            "id_list_member_\(size.suffix)", .short, isInBudget: size.isInBudget,
            "looking up a member of a list of \(size.rawValue)"
        ) {
            let list = try size.list()
            return { count in
                var found = 0
                for _ in 0..<count where list.contains(IDListContent.member) { found += 1 }
                return found
            }
        }
    }

    private static func stranger(_ size: ListSize) -> Scenario {
        Scenario(
            "id_list_stranger_\(size.suffix)", .short, isInBudget: size.isInBudget,
            "looking up ids that a list of \(size.rawValue) doesn't have"
        ) {
            let list = try size.list()
            return { count in
                var found = 0
                for turn in 0..<count where list.contains(UserRing.id(turn)) { found += 1 }
                return found
            }
        }
    }

    private static func gate(_ size: ListSize) -> Scenario {
        Scenario(
            "check_id_list_\(size.suffix)", .short, isInBudget: size.isInBudget,
            "checkGate of gate_id_list, with a list of \(size.rawValue) members"
        ) {
            var lists = IDLists()
            lists[NamedEntity.idList] = try size.list()
            let project = try LoadedProject(ProjectDocument(byteCount: 60_000).bytes, idLists: lists)
            let user = UserShape.five.user(IDListContent.member)
            try project.verify(.idListGate, for: user)
            let question = Question(entity: .idListGate, isCheck: true)
            guard question.ask(project, count: 1, { _ in user }) == 1 else {
                throw WorkloadError("the member of the list doesn't pass \(NamedEntity.idListGate.rawValue)")
            }
            return { count in question.ask(project, count: count) { _ in user } }
        }
    }
}
