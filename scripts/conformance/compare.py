#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""compare.py EXPECTED.jsonl[.gz] ACTUAL.jsonl[.gz] [--strict] [--max N] [--fields a,b,..] [--users USERS.jsonl[.gz]]
Diffs rows keyed by (u, kind, name).  Per row only the fields present in the ACTUAL row are compared
(except 'value' and 'rule_id', always compared); --strict compares every expected field.
 * reason: compared without its 1st ':' component, the source (Recognized, Recognized:IdListInMemory, ...), or as 'Error'
 * numbers compare numerically (1 == 1.0, floats within 1e-15 relative); null == missing
 * expected {"$sha256","$len"} values match an ACTUAL full value (hashed here) or the same object
 * expected rows with "panic" (the official core panicked) are skipped
Exit status 1 if any mismatch."""
import sys, json, gzip, hashlib, math, collections
FIELDS = ["value", "rule_id", "reason", "id_type", "version", "group_name", "is_experiment_active", "allocated_experiment", "sx", "usx", "passed", "override_config_name", "undelegated_rule_id"]
def op(p): return gzip.open(p, "rt", encoding="utf-8") if p.endswith(".gz") else open(p, encoding="utf-8")
def canon(v): return json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
def norm_reason(r):
    if r is None: return None
    p = r.split(":")
    return "Error" if p[0] == "Error" else (":".join(p[1:]) if len(p) > 1 else p[0])
def eq(a, b):
    if isinstance(a, bool) or isinstance(b, bool): return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        if a == b: return True
        if isinstance(a, int) and isinstance(b, int): return False
        return math.isclose(a, b, rel_tol=1e-15, abs_tol=0)
    if isinstance(a, list) and isinstance(b, list): return len(a) == len(b) and all(eq(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        if "$sha256" in a and "$sha256" not in b:
            c = canon(b).encode("utf-8", "surrogatepass"); return hashlib.sha256(c).hexdigest() == a["$sha256"]
        return a.keys() == b.keys() and all(eq(a[k], b[k]) for k in a)
    return a == b
def main():
    a = sys.argv[1:]; strict = "--strict" in a; mx = 10; fields = FIELDS; users = None
    if strict: a.remove("--strict")
    if "--max" in a: i = a.index("--max"); mx = int(a[i+1]); del a[i:i+2]
    if "--fields" in a: i = a.index("--fields"); fields = a[i+1].split(","); del a[i:i+2]
    if "--users" in a: i = a.index("--users"); users = [l.rstrip("\n") for l in op(a[i+1])]; del a[i:i+2]
    act = {}
    for l in op(a[1]):
        if l.strip(): o = json.loads(l); act[(o["u"], o["kind"], o["name"])] = o
    tot = collections.Counter(); bad = collections.Counter(); fld = collections.Counter(); names = collections.Counter(); ex = []; miss = 0; pan = 0; seen = 0
    for l in op(a[0]):
        if not l.strip(): continue
        e = json.loads(l); k = (e["u"], e["kind"], e["name"])
        if "panic" in e: pan += 1; act.pop(k, None); continue
        tot[e["kind"]] += 1; x = act.pop(k, None)
        if x is None: bad[e["kind"]] += 1; miss += 1; (len(ex) < mx and ex.append((k, "MISSING", None, None))); continue
        for f in fields:
            if not strict and f not in x and f not in ("value", "rule_id"): continue
            ev, xv = e.get(f), x.get(f)
            if f == "reason": ev, xv = norm_reason(ev), norm_reason(xv)
            if f == "rule_id" and e["kind"] == "param_store": continue
            if f in ("sx", "usx"): ev, xv = ev or [], xv or []
            if not eq(ev, xv):
                fld[(e["kind"], f)] += 1; names[(e["kind"], e["name"])] += 1
                if not seen or seen != k: bad[e["kind"]] += 1; seen = k
                if len(ex) < mx: ex.append((k, f, ev, xv))
    for kd in sorted(tot): print("%-16s rows %7d   mismatching rows %6d" % (kd, tot[kd], bad[kd]))
    if pan: print("skipped (oracle panicked): %d" % pan)
    if miss: print("missing in ACTUAL: %d" % miss)
    if act: print("extra rows in ACTUAL: %d" % len(act))
    if fld: print("by field:", ", ".join("%s.%s=%d" % (k[0], k[1], v) for k, v in fld.most_common()))
    if names: print("by name:", ", ".join("%s %s=%d" % (k[0], k[1], v) for k, v in names.most_common(15)))
    for k, f, ev, xv in ex:
        print("  u=%d %s %r %s\n      expected %s\n      actual   %s" % (k[0], k[1], k[2], f, json.dumps(ev, ensure_ascii=False)[:300], json.dumps(xv, ensure_ascii=False)[:300]))
        if users: print("      user", users[k[0]][:400])
    sys.exit(1 if sum(bad.values()) else 0)
main()
