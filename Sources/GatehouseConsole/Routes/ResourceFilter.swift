// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A filter of a list of resources.
struct ResourceFilter: Sendable {
    /// How the checks of gates went: `0`, `100` or `INBETWEEN`, by the gates' IDs.
    typealias PassRates = [String: String]

    private static let passRate = "passRate"
    private static let rates: Value = ["type": "string", "enum": ["0", "100", "INBETWEEN"]]
    private static let flag: Value = ["type": "string", "enum": ["true", "false"]]
    private static let day: Value = ["type": "string", "format": "date"]

    let parameter: ParameterDescription
    /// The values that a resource may have, with the IDs and names of the resources that they stand for.
    private let values: Set<String>
    /// The start of the day of a filter by days, in ms since 1970.
    private let day: Int64

    /// Reads a filter from a query; `nil` without one.
    ///
    /// - Parameters:
    ///   - name: The name of the query parameter.
    ///   - query: The query.
    ///   - project: The project with the apps and teams that the filter may name.
    /// - Throws: ``APIError`` for a value that no resource can have.
    init?(_ name: String, in query: Query, _ project: AuthoredProject) throws(APIError) {
        parameter = ResourceFilter.parameter(name)
        let values = query.list(name)
        guard !values.isEmpty else { return nil }
        if let choices = parameter.schema.object?["enum"]?.array?.compactMap(\.string),
            let wrong = values.first(where: { !choices.contains($0) })
        {
            throw .invalid(name, "\(name) must be one of: \(choices.joined(separator: ", ")), not \(wrong.prefix(100))")
        }
        var day: Int64 = 0
        if parameter.schema == ResourceFilter.day {
            guard values.count == 1, let start = CalendarDay.start(of: values[0]) else {
                throw .invalid(name, "\(name) must be a date YYYY-MM-DD")
            }
            day = start
        }
        self.day = day
        self.values =
            switch name {
            case "targetAppID": ResourceFilter.aliases(Set(values), .targetApps, project)
            case "teamID": ResourceFilter.aliases(Set(values), .teams, project)
            default: Set(values)
            }
    }

    /// The description of a filter.
    static func parameter(_ name: String) -> ParameterDescription {
        let (text, schema): (String, Value) =
            switch name {
            case "createdStartDate": ("Only those created on this day or later, in UTC.", day)
            case "createdEndDate": ("Only those created on this day or before, in UTC.", day)
            case "targetAppID": ("Only those of this target app, by its ID or name.", Schemas.string)
            case "teamID": ("Only those of this team, by its ID or name.", Schemas.string)
            case "releasePipelineID": ("Only those with this release pipeline.", Schemas.string)
            case "includeArchived": ("Whether archived ones are listed; they are if nothing is said.", flag)
            case passRate: ("Only gates of which none, all or some of the stored checks passed.", rates)
            case "rolloutRate": ("Only gates whose rules pass none, all or some.", rates)
            default: ("Only those with this.", Schemas.string)
            }
        return .query(name, text, schema)
    }

    var needsPassRates: Bool { parameter.name == ResourceFilter.passRate }

    /// Whether a resource passes the filter.
    ///
    /// - Parameters:
    ///   - resource: The resource.
    ///   - members: Its members that lists are filtered by.
    ///   - rates: The pass rates of gates, if the filter needs them.
    /// - Returns: Whether it passes.
    func passes(_ resource: Resource, _ members: Object, _ rates: PassRates) -> Bool {
        switch parameter.name {
        case "createdStartDate": return resource.createdTime >= day
        case "createdEndDate": return resource.createdTime < day + CalendarDay.milliseconds
        case "targetAppID": return !values.isDisjoint(with: resource.targetApps.names)
        case "teamID":
            return !values.isDisjoint(with: [members["teamID"]?.string, members["team"]?.string].compactMap(\.self))
        case "includeArchived": return values.contains("true") || !resource.isArchived
        case ResourceFilter.passRate: return rates[resource.id].map(values.contains) ?? false
        default:
            return switch members[parameter.name] {
            case .array(let elements): elements.contains { values.contains($0.string ?? "") }
            case .some(let value): values.contains(value.string ?? JSON.text(value))
            case nil: false
            }
        }
    }

    /// The values, with the ID and the name of the resource that each stands for: that of this ID, else that of this name.
    private static func aliases(
        _ values: Set<String>, _ type: ResourceType, _ project: AuthoredProject
    ) -> Set<String> {
        let named = project.unordered(type).filter {
            values.contains($0.id) || values.contains($0.name) && project[type, $0.name] == nil
        }
        return values.union(named.flatMap { [$0.id, $0.name] })
    }
}
