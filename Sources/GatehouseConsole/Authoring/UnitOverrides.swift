// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Changes the overrides of gates and holdouts: units that pass or fail whatever the rules say.
struct UnitOverrides {
    enum Change: Sendable { case replace, add, remove }

    private struct Line: Hashable {
        let environment: String?
        let unit: String
    }

    private struct Lists {
        var passing: [String] = []
        var failing: [String] = []
    }

    private var order: [Line] = []
    private var lines: [Line: Lists] = [:]

    init(_ overrides: [UnitOverride] = []) {
        for override in overrides {
            let line = Line(environment: override.environment, unit: override.unit)
            order.append(line)
            lines[line] = Lists(passing: override.passing, failing: override.failing)
        }
    }

    /// Adds the IDs of a request; refuses IDs that would pass and fail.
    ///
    /// - Parameters:
    ///   - override: The environment, the unit and the IDs.
    ///   - property: The member that has the IDs that fail.
    /// - Throws: ``DomainError`` when an ID is in both lists.
    mutating func add(_ override: UnitOverride, _ property: String) throws(DomainError) {
        let (passing, failing) = (override.passing, override.failing)
        guard !passing.isEmpty || !failing.isEmpty else { return }
        let line = Line(environment: override.environment, unit: override.unit)
        if lines[line] == nil { order.append(line) }
        let old = lines[line] ?? Lists()
        let new = Lists(
            passing: UnitOverrides.union(old.passing, passing), failing: UnitOverrides.union(old.failing, failing))
        if let both = Set(new.passing).intersection(new.failing).sorted().first {
            throw .invalid(property, "must not have \(both), which passes")
        }
        lines[line] = new
    }

    /// The overrides after a change; an ID that is added leaves the other list.
    func applying(_ change: Change, _ asked: UnitOverrides) -> UnitOverrides {
        guard change != .replace else { return asked }
        var result = self
        for line in asked.order {
            if result.lines[line] == nil { result.order.append(line) }
            let (old, new) = (result.lines[line] ?? Lists(), asked.lines[line] ?? Lists())
            let (passing, failing) = (Set(new.passing), Set(new.failing))
            if change == .add {
                result.lines[line] = Lists(
                    passing: UnitOverrides.union(old.passing.filter { !failing.contains($0) }, new.passing),
                    failing: UnitOverrides.union(old.failing.filter { !passing.contains($0) }, new.failing))
            } else {
                result.lines[line] = Lists(
                    passing: old.passing.filter { !passing.contains($0) },
                    failing: old.failing.filter { !failing.contains($0) })
            }
        }
        return result
    }

    /// The overrides that have IDs, in the order they first came.
    var overrides: [UnitOverride] {
        order.compactMap { line in
            guard let lists = lines[line], !(lists.passing.isEmpty && lists.failing.isEmpty) else { return nil }
            return UnitOverride(
                environment: line.environment, unit: line.unit, passing: lists.passing, failing: lists.failing)
        }
    }

    /// The IDs of a unit in all environments.
    func ids(of unit: String) -> (passing: [String], failing: [String]) {
        let lists = lines[Line(environment: nil, unit: unit)] ?? Lists()
        return (lists.passing, lists.failing)
    }

    private static func union(_ old: [String], _ new: [String]) -> [String] {
        let known = Set(old)
        return old + new.filter { !known.contains($0) }
    }
}
