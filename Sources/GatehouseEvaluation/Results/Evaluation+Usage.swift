// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Reads that find what they ask for never come here.
extension Evaluation {
    /// Reports a parameter that the entity never has.
    ///
    /// A parameter that other rules have is no problem: the rule that decided leaves it to the caller's default.
    @inline(never)
    func reportMissing(_ parameter: String, of name: String, _ kind: UsageProblem.Kind) {
        guard let usage = ruleset.usage, reason == .recognized else { return }
        usage.report(.unknownParameter, XXH3.hash(name), XXH3.hash(parameter)) {
            let names = [name, overrideConfigName].compactMap(\.self)
            let isKnown = names.contains { ruleset.hasParameter(parameter, of: $0, isLayer: kind == .layer) }
            return isKnown ? nil : UsageProblem(.unknownParameter, kind, name, detail: parameter)
        }
    }
}

extension UsageBoard {
    /// Reports that a parameter's value doesn't fit the type that the caller wants.
    @inline(never)
    func report<T>(
        mismatchOf parameter: String, _ value: Value, as type: T.Type, in name: String, _ kind: UsageProblem.Kind
    ) {
        report(.typeMismatch, XXH3.hash(name), XXH3.hash(parameter)) {
            UsageProblem(
                .typeMismatch, kind, name, detail: parameter, types: "\(value.kindWithArticle), read as \(type)")
        }
    }
}

extension Ruleset {
    /// Whether a rule, a group or the default of a config or layer has a parameter.
    fileprivate func hasParameter(_ parameter: String, of name: String, isLayer: Bool) -> Bool {
        parameter.withTextBytes { parameter in
            name.withTextBytes { name in
                isLayer
                    ? hasParameter(parameter, ofSpecAt: program.layerIndex(program.layers.index(of: name)))
                    : hasParameter(parameter, ofSpecAt: program.configIndex(program.configs.index(of: name)))
                        || hasParameter(parameter, ofAutotune: name)
            }
        }
    }

    private func hasParameter(_ parameter: Text, ofSpecAt index: Int, followsDelegates: Bool = true) -> Bool {
        guard index >= 0 else { return false }
        let spec = program.specs[index].pointee
        if spec.defaultValue.has(parameter) { return true }
        return spec.rules.contains { rule in
            if rule.returns.has(parameter) { return true }
            guard followsDelegates, !rule.delegate.isMissing else { return false }
            let delegate = Int(program.delegateLinks[program.specLinks[index].firstRule + rule.index])
            return hasParameter(parameter, ofSpecAt: delegate, followsDelegates: false)
        }
    }

    private func hasParameter(_ parameter: Text, ofAutotune name: Text) -> Bool {
        let index = program.autotunes.index(of: name)
        guard index >= 0 else { return false }
        let autotune = program.autotuneRows[index].pointee
        return autotune.defaultValue.has(parameter) || autotune.groups.contains { $0.returns.has(parameter) }
    }
}

extension ReturnRow {
    fileprivate func has(_ parameter: Text) -> Bool { !member(parameter).isMissing }
}

extension Value {
    /// The kind of the value in a sentence, without the value itself, which a log may not show.
    fileprivate var kindWithArticle: String {
        switch self {
        case .null: "null"
        case .bool: "a Boolean"
        case .integer, .unsigned: "an integer"
        case .double(let value): value == value.rounded() ? "a whole number" : "a number with a fraction"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
