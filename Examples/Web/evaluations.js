// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/** The hash that stands for a name in a response. */
export function djb2(name) {
    let hash = 0;
    for (let index = 0; index < name.length; index++) {
        hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
    }
    return String(hash >>> 0);
}

/** What a user gets, read from a client-initialize response. Without one, everything is off or empty. */
export class Evaluations {
    #response;
    #key;

    /** @param response The parsed response, undefined when there is none. */
    constructor(response) {
        const keys = { djb2, none: (name) => name };
        this.#key = keys[response?.hash_used ?? "none"];
        if (!this.#key) throw new Error(`names hashed with ${response.hash_used} can't be read here`);
        this.#response = response ?? {};
    }

    gate(name) {
        return this.#read("feature_gates", name, false);
    }

    /** A dynamic config or an experiment. */
    config(name) {
        return this.#read("dynamic_configs", name, {});
    }

    layer(name) {
        return this.#read("layer_configs", name, {});
    }

    #read(section, name, fallback) {
        const members = this.#response[section] ?? {};
        const key = this.#key(name);
        // What objects inherit is no evaluation.
        const found = Object.hasOwn(members, key) ? members[key] : {};
        return { value: found.value ?? fallback, rule: found.rule_id ?? "", group: found.group_name ?? "" };
    }
}

/** Asks a console, or whatever else serves /v1/initialize, for a response. */
export async function initialize(url, key, user) {
    const reply = await fetch(`${url}/v1/initialize`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "STATSIG-API-KEY": key },
        body: JSON.stringify({ user, hash: "djb2" }),
    });
    return parsed(reply);
}

/** Reads a response from a file, for example one that `gatehouse initialize` wrote. */
export async function read(url) {
    return parsed(await fetch(url));
}

async function parsed(reply) {
    if (!reply.ok) throw new Error(`HTTP ${reply.status} from ${new URL(reply.url).pathname}`);
    return reply.json();
}
