#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""ORACLE: evaluate users against a DCS json file with the official Rust core
(statsig-python-core wheel), fully offline (a loopback HTTP server on 127.0.0.1 serves
download_config_specs / get_id_lists / log_event).

usage: oracle.py SPEC.json USERS.jsonl OUT.jsonl[.gz] [--id-lists DIR] [--options OPT.json]
                 [--base URL] [--gcir-out OUT.gcir.jsonl.gz] [--gcir-users N] [--no-cross] [--no-exposures]

With --base the document and the id lists are downloaded from that server instead, as /v2/download_config_specs/... and
/v1/get_id_lists; SPEC.json then only says what to ask for.

OUT rows: see fixtures/README.md. --options OPT.json: {"environment": str, "global_custom_fields": {...},
"gcir_client_keys": [...]}.
"""
import argparse, gzip, http.server, json, os, sys, threading, time, tempfile, hashlib, socketserver

CANON_LIMIT = 600

def canon(v):
    return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

def shrink(v):
    """inline small values; big ones become {"$sha256":..,"$len":..} of the canonical JSON"""
    if v is None: return None
    c = canon(v)
    if len(c) <= CANON_LIMIT: return v
    b = c.encode("utf-8", "surrogatepass")
    return {"$sha256": hashlib.sha256(b).hexdigest(), "$len": len(b)}

class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

class State: pass

def make_server(spec_bytes, id_dir):
    st = State(); st.spec = spec_bytes; st.id_dir = id_dir; st.events = []; st.lock = threading.Condition(); st.hits = {}
    class H(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *a): pass
        def _send(self, body, ctype="application/json", code=200):
            self.send_response(code); self.send_header("Content-Type", ctype)
            self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
        def _body(self):
            n = int(self.headers.get("Content-Length") or 0)
            return self.rfile.read(n) if n else b""
        def do_GET(self): self.handle_any()
        def do_POST(self): self.handle_any()
        def handle_any(self):
            body = self._body(); p = self.path
            k = p.split("?")[0]; st.hits[k] = st.hits.get(k, 0) + 1
            if "/download_config_specs" in p: return self._send(st.spec)
            if "/get_id_lists" in p:
                out = {}
                if st.id_dir:
                    for f in sorted(os.listdir(st.id_dir)):
                        sz = os.path.getsize(os.path.join(st.id_dir, f))
                        out[f] = {"name": f, "size": sz, "url": st.base + "/idl/" + f, "creationTime": 1700000000000, "fileID": "file_" + f}
                return self._send(json.dumps(out).encode())
            if p.startswith("/idl/"):
                return self._send(open(os.path.join(st.id_dir, os.path.basename(k)), "rb").read(), "text/plain")
            if "/log_event" in p:
                try:
                    if self.headers.get("Content-Encoding") == "gzip" or body[:2] == b"\x1f\x8b": body = gzip.decompress(body)
                    elif self.headers.get("Content-Encoding") == "zstd" or body[:4] == b"\x28\xb5\x2f\xfd": raise ValueError("zstd")
                    ev = json.loads(body)["events"]
                except Exception as e:
                    print("log_event decode problem", e, self.headers, file=sys.stderr); ev = []
                with st.lock: st.events.extend(ev); st.lock.notify_all()
                return self._send(b'{"success":true}', code=202)
            return self._send(b"{}")
    s = Server(("127.0.0.1", 0), H); st.base = "http://127.0.0.1:%d" % s.server_address[1]
    threading.Thread(target=s.serve_forever, daemon=True).start(); st.server = s
    return st

def opener(p, mode):
    return gzip.open(p, mode + "t", encoding="utf-8", compresslevel=9) if p.endswith(".gz") else open(p, mode, encoding="utf-8")

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("spec"); ap.add_argument("users"); ap.add_argument("out")
    ap.add_argument("--id-lists"); ap.add_argument("--options"); ap.add_argument("--gcir-out"); ap.add_argument("--gcir-users", type=int, default=10)
    ap.add_argument("--no-cross", action="store_true"); ap.add_argument("--no-exposures", action="store_true")
    ap.add_argument("--third-party-ua", action="store_true"); ap.add_argument("--base")
    a = ap.parse_args()
    import statsig_python_core as S
    from statsig_python_core import Statsig, StatsigOptions, StatsigUser, FeatureGateEvaluationOptions, DynamicConfigEvaluationOptions, ExperimentEvaluationOptions, LayerEvaluationOptions, ParameterStoreEvaluationOptions
    spec_bytes = open(a.spec, "rb").read(); spec = json.loads(spec_bytes)
    users = [json.loads(l) for l in opener(a.users, "r") if l.strip()]
    opts = json.load(open(a.options)) if a.options else {}
    st = make_server(spec_bytes, a.id_lists)
    base = a.base or st.base
    kw = dict(specs_url=base + "/v2/download_config_specs", log_event_url=st.base + "/v1/log_event", id_lists_url=base + "/v1/get_id_lists",
              specs_sync_interval_ms=3600_000, id_lists_sync_interval_ms=3600_000, enable_id_lists=bool(a.id_lists or a.base),
              init_timeout_ms=60_000, wait_for_user_agent_init=True, wait_for_country_lookup_init=True, disable_country_lookup=False,
              event_logging_max_queue_size=100_000, event_logging_max_pending_batch_queue_size=1000, exposure_dedupe_max_keys=1,
              output_log_level=os.environ.get("ORACLE_LOG", "none"), fallback_to_statsig_api=False, disable_disk_access=True)
    if a.third_party_ua: kw["use_third_party_ua_parser"] = True
    if opts.get("environment") is not None: kw["environment"] = opts["environment"]
    if opts.get("global_custom_fields"): kw["global_custom_fields"] = opts["global_custom_fields"]
    sg = Statsig("secret-oracle", StatsigOptions(**kw)); d = sg.initialize_with_details().result(60)
    if not d.init_success or not d.is_config_spec_ready: print("INIT FAILED", d.source, d.failure_details and (d.failure_details.reason, d.failure_details.error), file=sys.stderr)
    assert d.source == "Network", d.source
    B = S.StatsigBasePy
    fo, co, eo, lo, po = (X(disable_exposure_logging=True) for X in (FeatureGateEvaluationOptions, DynamicConfigEvaluationOptions, ExperimentEvaluationOptions, LayerEvaluationOptions, ParameterStoreEvaluationOptions))
    gates = sorted(spec.get("feature_gates") or {}); dcs = spec.get("dynamic_configs") or {}
    cmabs = sorted(spec.get("cmab_configs") or {})
    cfgs = sorted(n for n in dcs if dcs[n].get("entity") == "dynamic_config"); exps = sorted(n for n in dcs if dcs[n].get("entity") != "dynamic_config")
    exps = sorted(set(exps) | set(cmabs)); layers = sorted(spec.get("layer_configs") or {})
    gates.append("__unknown_gate__"); layers.append("__unknown_layer__")
    if a.no_cross: cfgs.append("__unknown_config__"); exps.append("__unknown_experiment__")
    else: cfgs = sorted(set(dcs) | set(cmabs)) + ["__unknown_config__"]; exps = sorted(set(dcs) | set(cmabs)) + ["__unknown_experiment__"]
    pstores = spec.get("param_stores") or {}
    reg_dynamic_cmab = set(cmabs)
    def mkuser(u):
        x = StatsigUser("x"); x.__setstate__(json.dumps(u, ensure_ascii=False).encode("utf-8", "surrogatepass")); return x
    out = opener(a.out, "w"); gout = opener(a.gcir_out, "w") if a.gcir_out else None
    def w(o): out.write(json.dumps(o, ensure_ascii=False, separators=(",", ":")) + "\n")
    nrows = 0; npanic = 0; missing_exp = 0; t0 = time.time()
    dummy = StatsigUser("dedupe-breaker")
    def call(f, *ar):
        nonlocal npanic
        try: return f(sg, *ar)
        except BaseException as e:
            if isinstance(e, (KeyboardInterrupt, SystemExit)): raise
            npanic += 1
            return {"panic": type(e).__name__ + ": " + str(e)[:120]}
    for ui, u in enumerate(users):
        usr = mkuser(u); rows = []
        with st.lock: st.events.clear()
        want = 0
        expo = not a.no_exposures
        def start(kind, name, r):
            if "panic" in r: return {"u": ui, "kind": kind, "name": name, "panic": r["panic"]}
            det = r["details"]
            o = {"u": ui, "kind": kind, "name": name, "value": shrink(r.get("value")), "rule_id": r["ruleID"], "id_type": r["idType"], "reason": det["reason"]}
            if det.get("version") is not None: o["version"] = det["version"]
            return o
        for n in gates:
            r = call(B._INTERNAL_get_feature_gate, usr, n, fo); o = start("gate", n, r); rows.append(o)
            if expo and "panic" not in o: call(B._INTERNAL_get_feature_gate, usr, n); want += 1
        for n in cfgs:
            r = call(B._INTERNAL_get_dynamic_config, usr, n, co); o = start("dynamic_config", n, r); rows.append(o)
            if expo and "panic" not in o: call(B._INTERNAL_get_dynamic_config, usr, n); want += 1
        for n in exps:
            r = call(B._INTERNAL_get_experiment, usr, n, eo); o = start("experiment", n, r); rows.append(o)
            if "panic" not in o:
                o["group_name"] = r["groupName"]; o["is_experiment_active"] = r["isExperimentActive"]
                o["sx"] = [[e["gate"], e["gateValue"], e["ruleID"]] for e in (r.get("secondaryExposures") or [])]
                if expo: call(B._INTERNAL_get_experiment, usr, n); want += 1
        for n in layers:
            r = call(B._INTERNAL_get_layer, usr, n, lo); o = start("layer", n, r); rows.append(o)
            if "panic" not in o:
                o["group_name"] = r["groupName"]; o["is_experiment_active"] = r["isExperimentActive"]; o["allocated_experiment"] = r["allocatedExperimentName"]
                o["sx"] = [[e["gate"], e["gateValue"], e["ruleID"]] for e in (r.get("secondaryExposures") or [])]
                if expo:
                    r2 = call(B._INTERNAL_get_layer, usr, n)
                    if "panic" not in r2 and r2.get("__exposure") is not None:
                        B._INTERNAL_log_layer_param_exposure(sg, r2["__exposure"], "__not_a_param__"); want += 1
        for sname in sorted(pstores):
            ps = sg.get_parameter_store(usr, sname, po)
            for pname in sorted(pstores[sname].get("parameters") or {}):
                v = {}
                def g(f, fb):
                    try: return f(pname, fb)
                    except BaseException as e:
                        if isinstance(e, (KeyboardInterrupt, SystemExit)): raise
                        v["panic"] = str(e)[:80]; return fb
                x = g(ps.get_string, "__fb__");  v.update({} if x == "__fb__" else {"string": x})
                x = g(ps.get_float, -12345.5);   v.update({} if x == -12345.5 else {"float": x})
                x = g(ps.get_integer, -12345);   v.update({} if x == -12345 else {"integer": x})
                x, y = g(ps.get_bool, True), g(ps.get_bool, False); v.update({} if x != y else {"bool": x})
                x = g(ps.get_array, ["__fb__"]); v.update({} if x == ["__fb__"] else {"array": x})
                x = g(ps.get_map, {"__fb__": 1});v.update({} if x == {"__fb__": 1} else {"map": x})
                if "panic" in v:
                    npanic += 1; rows.append({"u": ui, "kind": "param_store", "name": sname + "/" + pname, "panic": v["panic"]}); continue
                rows.append({"u": ui, "kind": "param_store", "name": sname + "/" + pname, "value": shrink(v)})
        if expo:
            sg.flush_events().wait(20)
            dl = time.time() + 1.5
            KE = {"statsig::gate_exposure": "gate", "statsig::config_exposure": "cfg", "statsig::layer_exposure": "layer"}
            with st.lock:
                while True:
                    got = sum(1 for e in st.events if e["eventName"] in KE)
                    if got >= want or not st.lock.wait(timeout=max(0.0, dl - time.time())): break
                evs = [e for e in st.events if e["eventName"] in KE]
            # events arrive in call order (nested experiment_group evaluations may add extra ones): align sequentially
            pos = 0
            for o in rows:
                if o["kind"] == "param_store" or "panic" in o: continue
                kk = {"gate": "gate", "dynamic_config": "cfg", "experiment": "cfg", "layer": "layer"}[o["kind"]]
                p = pos
                while p < len(evs):
                    m = evs[p]["metadata"]
                    if KE[evs[p]["eventName"]] == kk and (m.get("gate") if kk == "gate" else m.get("config")) == o["name"]: break
                    p += 1
                if p >= len(evs):
                    # exposures of gates evaluated to an Error have an empty name
                    if not o["reason"].startswith("Error"): missing_exp += 1
                    continue
                e = evs[p]; pos = p + 1; m = e["metadata"]
                sx = [[x["gate"], x["gateValue"], x["ruleID"]] for x in (e.get("secondaryExposures") or [])]
                if m.get("ruleID") != o["rule_id"] and o["kind"] != "layer": o["x_mismatch_rule"] = m.get("ruleID")
                if o["kind"] == "layer":
                    o["usx"] = sx
                    if m.get("ruleID") != o["rule_id"]: o["undelegated_rule_id"] = m.get("ruleID")
                elif "sx" in o:
                    if o["sx"] != sx: o["x_sx_event"] = sx
                else: o["sx"] = sx
                if "rulePassed" in m: o["passed"] = (m["rulePassed"] == "true")
                if "overrideConfigName" in m: o["override_config_name"] = m["overrideConfigName"]
                for k in m:
                    if k not in ("reason","ruleID","gateValue","receivedAt","configVersion","gate","lcut","config","rulePassed","overrideConfigName","allocatedExperiment","parameterName","isExplicitParameter"): o.setdefault("x_meta", {})[k] = m[k]
        for o in rows: w(o)
        nrows += len(rows)
        if gout and ui < a.gcir_users:
            combos = [("none", None), ("djb2", None), ("sha256", None)] + [("none", k) for k in opts.get("gcir_client_keys", [])]
            for h, key in combos:
                try: txt = sg.get_client_initialize_response(usr, h, key)
                except BaseException as e: txt = json.dumps({"panic": str(e)[:150]})
                g = json.loads(txt); g.pop("sdkInfo", None)
                for sec in ("dynamic_configs", "layer_configs"):
                    for v in (g.get(sec) or {}).values():
                        if isinstance(v, dict) and "value" in v: v["value"] = shrink(v["value"])
                gout.write(json.dumps({"u": ui, "hash": h, "client_key": key, "gcir": g}, ensure_ascii=False, separators=(",", ":")) + "\n")
    out.close(); gout and gout.close()
    print(json.dumps({"spec": os.path.basename(a.spec), "users": len(users), "rows": nrows, "panics": npanic, "missing_exposures": missing_exp, "sec": round(time.time() - t0, 1), "hits": {k: v for k, v in st.hits.items() if "log_event" not in k}}), file=sys.stderr)
    sys.stdout.flush(); sys.stderr.flush()
    os._exit(0)
main()
