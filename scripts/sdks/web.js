// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0
//
// What web.py asks each client for browsers: answers for a user, the ID of the device, an event. `SDK` is the bundle.

const clients = {
    async "js-client"({ url, key, user, compression }) {
        const client = new SDK.StatsigClient(key, user, {
            networkConfig: { api: url + "/v1", logEventUrl: url + "/v1/rgstr" },
            ...(compression ? { logEventCompressionMode: "f" } : {}),
        });
        await client.initializeAsync();
        return {
            stableID: client.getContext().stableID,
            gate: name => client.getFeatureGate(name).value,
            config: name => client.getDynamicConfig(name).value,
            log: name => client.logEvent(name),
            flush: () => client.flush(),
        };
    },
    async "js-on-device-eval-client"({ url, key, user }) {
        const client = new SDK.StatsigOnDeviceEvalClient(key, {
            networkConfig: {
                downloadConfigSpecsUrl: url + "/v1/download_config_specs", logEventUrl: url + "/v1/rgstr",
            },
        });
        await client.initializeAsync();
        return {
            stableID: null,
            gate: name => client.getFeatureGate(name, user).value,
            config: name => client.getDynamicConfig(name, user).value,
            log: name => client.logEvent(name, user),
            flush: () => client.flush(),
        };
    },
    async "statsig-js"({ url, key, user }) {
        const statsig = SDK.default;
        if (statsig.encodeIntializeCall !== undefined) statsig.encodeIntializeCall = true;
        await statsig.initialize(key, user, { api: url + "/v1", eventLoggingApi: url + "/v1" });
        return {
            stableID: statsig.getStableID(),
            gate: name => statsig.checkGate(name),
            config: name => statsig.getConfig(name).value ?? statsig.getConfig(name).getValue(),
            log: name => statsig.logEvent(name),
            flush: () => statsig.flushEvents?.(),
        };
    },
};
clients["js-lite"] = clients["statsig-js"];

window.ask = async ({ client, gates, configs, event, flushes, ...options }) => {
    const made = await clients[client](options);
    const answers = {
        stableID: made.stableID, gates: {}, configs: {},
    };
    for (const name of gates) answers.gates[name] = made.gate(name);
    for (const name of configs) answers.configs[name] = made.config(name);
    made.log(event);
    if (flushes) await made.flush();
    return answers;
};
