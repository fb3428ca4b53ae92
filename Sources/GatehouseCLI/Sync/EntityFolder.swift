// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseSpec

/// The name of an entity: its family, as in the paths of the Console API, and its ID.
struct EntityName: Hashable, Comparable, CustomStringConvertible {
    let family: EntityFamily
    let id: String

    var description: String { "\(family.rawValue)/\(PlainText.oneLine(id))" }

    /// The order in which entities are created: a family comes after those that it names.
    static func < (left: EntityName, right: EntityName) -> Bool {
        left.family == right.family ? left.id < right.id : left.family.position < right.family.position
    }
}

/// The families of entities that a folder has, in the order in which they are created.
enum EntityFamily: String, CaseIterable {
    case unitIDTypes = "unit_id_types"
    case tags
    case targetApps = "target_app"
    case segments
    case gates
    case dynamicConfigs = "dynamic_configs"
    case layers
    case experiments
    case autotunes
    case holdouts
    case paramStores = "param_stores"

    var position: Int { EntityFamily.allCases.firstIndex(of: self) ?? 0 }
}

/// A folder with a file for each entity, `gates/my_gate.json`, and one for the environments, `environments.json`.
struct EntityFolder {
    static let environments = "environments"
    private static let ending = ".json"

    let path: String

    /// Reads all entities.
    ///
    /// - Returns: The members of the entities by name.
    /// - Throws: ``CommandFailure/input(_:)`` for the first file that can't be read.
    func entities() throws(CommandFailure) -> [EntityName: Object] {
        var entities: [EntityName: Object] = [:]
        for entry in try System.entries(ofFolder: path) where !entry.hasPrefix(".") {
            let folder = "\(path)/\(entry)"
            if System.isRegularFile(folder) {
                guard !entry.hasSuffix(EntityFolder.ending) || entry == EntityFolder.environments + EntityFolder.ending
                else { throw .input("\(folder): must be in the folder of its family") }
                continue
            }
            guard let family = EntityFamily(rawValue: entry) else {
                let known = EntityFamily.allCases.map(\.rawValue).joined(separator: ", ")
                throw .input("\(folder): is no family of entities; the families are: \(known)")
            }
            for file in try System.entries(ofFolder: folder) where file.hasSuffix(EntityFolder.ending) {
                guard !file.hasPrefix(".") else { continue }
                let name = String(file.dropLast(EntityFolder.ending.count))
                guard let id = name.removingPercentEncoding, !id.isEmpty else {
                    throw .input("\(folder)/\(file): the name of the file isn't an ID")
                }
                let members = try EntityFolder.read("\(folder)/\(file)")
                if let given = members["id"], given != .string(id) {
                    throw .input("\(folder)/\(file): its id differs from the name of the file")
                }
                let entity = EntityName(family: family, id: id)
                // Another spelling of the same ID would be a second file for the entity.
                guard self.file(of: entity) == "\(folder)/\(file)" else {
                    let named = ConsoleClient.segment(id) + EntityFolder.ending
                    throw .input("\(folder)/\(file): the file must be named \(named)")
                }
                entities[entity] = members
            }
        }
        return entities
    }

    /// Reads the environments, `nil` if the folder has no file for them.
    func environments() throws(CommandFailure) -> [Object]? {
        let file = "\(path)/\(EntityFolder.environments)\(EntityFolder.ending)"
        guard System.exists(file) else { return nil }
        guard let list = try EntityFolder.read(file)[EntityFolder.environments]?.array else {
            throw .input("\(file): must have the member environments, an array")
        }
        let environments = list.compactMap(\.object)
        guard environments.count == list.count,
            environments.allSatisfy({ $0["name"]?.string?.isEmpty == false })
        else { throw .input("\(file): each environment must be an object with a name") }
        return environments
    }

    /// The file of an entity.
    func file(of name: EntityName) -> String {
        "\(path)/\(name.family.rawValue)/\(ConsoleClient.segment(name.id))\(EntityFolder.ending)"
    }

    /// Writes an entity, or the environments.
    func write(_ members: Object, to file: String) throws(CommandFailure) {
        let text = try EntityFolder.text(of: members)
        let url = URL(fileURLWithPath: file)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        } catch {
            throw .input("\(url.deletingLastPathComponent().path): the folder can't be created")
        }
        do {
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw .input("\(file): can't be written")
        }
    }

    /// Removes the file of an entity.
    func remove(_ file: String) throws(CommandFailure) {
        guard unlink(file) == 0 else { throw .input("\(file): \(System.lastError)") }
    }

    /// The readable form of members: one a line, sorted.
    private static func text(of members: Object) throws(CommandFailure) -> String {
        var writer = JSONWriter()
        writer.value(.object(members))
        do throws(DocumentError) {
            return try DocumentForm.text(of: writer.bytes, keepingTime: true)
        } catch {
            throw .input("an entity can't be written as JSON: \(error)")
        }
    }

    private static func read(_ file: String) throws(CommandFailure) -> Object {
        let bytes = try InputFile(path: file).contents()
        guard let object = Value(json: bytes)?.object else { throw .input("\(file): isn't a JSON object") }
        return object
    }
}
