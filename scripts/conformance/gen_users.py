#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""gen_users.py SPEC.json SEED N [--idl-dir DIR] > USERS.jsonl
Random users whose field values are drawn from the spec's own conditions.
With --idl-dir, also (re)writes one id-list file per list name used by the spec's
(not_)in_segment_list conditions, holding hashes of ids from the pool used for users.
More user agents than the few in here are taken from files in the folder data/ beside this script, if there are
any: test_user_agents.txt, test_must_pass_user_agents.txt (a header, then lines that begin "AGENT|"),
ua_string_cases.json (an object whose member names are agents). The repository has none of them."""
import sys, json, random, os, hashlib, base64, re
HERE = os.path.dirname(os.path.abspath(__file__))
def load_uas():
    u = []
    try:
        for f in ("test_user_agents.txt", "test_must_pass_user_agents.txt"):
            for i, l in enumerate(open(os.path.join(HERE, "data", f), encoding="utf-8")):
                if i: u.append(l.rstrip("\n").split("|")[0])
        u += list(json.load(open(os.path.join(HERE, "data", "ua_string_cases.json"))))
    except OSError: pass
    return u or ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"]
COMMON_UA = [
 "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
 "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_1 like Mac OS X) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.0 Mobile/14E304 Safari/602.1",
 "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
 "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
 "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0",
 "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91",
 "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1"]
IPS = ["1.0.0.0","8.8.8.8","24.18.183.148","1.1.1.1","81.2.69.142","202.32.115.5","5.135.1.1","177.54.144.1","41.203.72.1","0.0.0.0","255.255.255.255","127.0.0.1","192.168.1.1","10.0.0.1","2001:4860:4860::8888","::1","not an ip","1.2.3","1.2.3.4.5"," 8.8.8.8","8.8.8.8 ","256.1.1.1","08.8.8.8","+8.8.8.8","-1.0.0.0","8.8.8.8:443","","195.88.190.19","103.21.244.1","185.60.216.35","13.54.0.1","52.95.110.1","100.64.0.1","299.299.299.299","223.255.255.255","224.0.0.1"]
COUNTRIES = ["US","us","GB","DE","JP","Us","FR","AU","--","","NG","BR"]
LOCALES = ["en_US","en-US","EN_us","fr_FR","de","zh-Hant-TW","","ja_JP"]
VERSIONS = ["1.2.3","1.2.3-beta","1.2","1","1.2.3.4","1.2.3.0","01.2.3","1.02.3","","1..2","1.2.","a.b.c","1.2.x","v1.2.3","1.2.3+build","1.10.0","1.9.9","2","10","0","0.0.0","1.2.3-alpha.2","-1.2.3","+1.2.3"," 1.2.3","1.2.3 ","1. 2.3","99999999999999999999.1","1.3","1.2.99999999999999999999999","١.٢"]
UNI = ["ÀÉÎ","àéî","İstanbul","istanbul","i̇stanbul","STRASSE","straße","ΣΑΣ","σας","σασ","😀","👨‍👩‍👧","👨","e\u0301","\u00e9","E\u0301X","\u00c9x","e","🇺🇸","🇺","a\r\nb","\n","ｆｕｌｌ","Ǆ","ǆ","ſ","K","k","ﬁ","fi","\u0000nul","नमस्ते","ÅNGSTRÖM","A\u030angstro\u0308m","ı","I","ß","ẞ"]
NUMSTR = ["1","1.0","01","+1","-1","1e3","1E3",".5","5.","inf","-inf","NaN","nan","infinity","0x10","1_000"," 1","1 ","","1,000","9007199254740993","18446744073709551616","-0","1e400","1.7976931348623157e308","0.1","0.30000000000000004","١"]
NUMS = [0,1,-1,2,5,9,10,99,100,1000,0.5,-0.5,1.0,-0.0,0.1,0.30000000000000004,1e21,1e-7,123456789.123,9007199254740991,9007199254740993,9223372036854775807,-9223372036854775808,18446744073709551615,1e308,5e-324,123456789012345678901234567890,1700000000,1700000000000]
TIMES = [1700000000,1700000000000,"1700000000","1700000000000","2023-11-14T22:13:20Z","2023-11-14 22:13:20","2023-11-14T22:13:20+02:00","2023-11-14T22:13:20.123Z","2023-11-14","2023-11-14T22:13:20","20231114T221320Z","Tue, 14 Nov 2023 22:13:20 GMT",0,-1,-86400000,"0","-1",9999999999,10000000000,253402300799000,1e15,1.7e12,1700000000.5,"1700000000.5","1.7e12","2023-02-30 00:00:00","2023-11-14 22:13:20Z","2023-11-14t22:13:20z","2023-11-14 22:13:20+00:00","1969-12-31T23:59:59Z","2023-11-14T24:00:00Z","2023-12-31T23:59:60Z"]
TOP = {"userid":"userID","email":"email","ip":"ip","country":"country","locale":"locale","appversion":"appVersion","useragent":"userAgent","user_id":"userID","app_version":"appVersion","user_agent":"userAgent"}

def keycase(r, k):
    x = r.random()
    if x < .78: return k
    if x < .88: return k.lower()
    if x < .94: return k.upper()
    return k.swapcase()

def flat(tv):
    if isinstance(tv, list): return [x for x in tv]
    if isinstance(tv, dict): return list(tv.keys())[:50] + list(tv.values())[:50]
    return [tv]

def from_regex(r, p):
    """a few strings related to the pattern (may or may not match)"""
    s = re.sub(r"\\d\+?|\[0-9\]\+?", lambda m: str(r.randrange(10)), p); s = re.sub(r"\\w\+?|\[a-z\]\+?|\[A-Za-z\]\+?", "ab", s)
    s = re.sub(r"\(\?[:=!<P][^)]*\)|[\^$]|\\b", "", s); s = s.replace(".*", "xyz").replace(".+", "q").replace("\\s*", " ").replace("\\s+", " ").replace("\\.", ".").replace("\\", "").replace("?", "").replace("(", "").replace(")", "").replace("+", "")
    if "|" in s: s = r.choice(s.split("|"))
    return r.choice([s, s, "pre " + s, s + " post", s.upper(), p])

def vmut(r, v):
    """version-ish mutation"""
    s = str(v); parts = s.split("-")[0].split(".")
    x = r.random()
    try:
        i = r.randrange(len(parts)); n = int(parts[i])
        if x < .25: parts[i] = str(n + 1); return ".".join(parts)
        if x < .45: parts[i] = str(max(0, n - 1)); return ".".join(parts)
        if x < .55: return s + "-beta"
        if x < .65: return s + ".0"
        if x < .72: return ".".join(parts[:-1]) or s
    except ValueError: pass
    return s if x < .9 else r.choice(VERSIONS)

def mut(r, v):
    x = r.random()
    if isinstance(v, bool):
        return v if x < .5 else r.choice([not v, str(v).lower(), str(v), 1 if v else 0, None])
    if isinstance(v, (int, float)):
        if x < .35: return v
        if x < .45: return str(v)
        if x < .60: return v + r.choice([1, -1, 0.5, -0.5, 1e-9])
        if x < .70: return float(v) if abs(v) < 1e300 else v
        if x < .80: return str(v + 1)
        return r.choice(NUMS)
    if v is None: return r.choice([None, "", "null", 0, False])
    if isinstance(v, list): return v if x < .5 else [mut(r, y) for y in v[:5]]
    if isinstance(v, dict): return v
    s = v
    if x < .38: return s
    if x < .46: return s.upper()
    if x < .54: return s.lower()
    if x < .60: return s.swapcase()
    if x < .66: return "pre" + s
    if x < .72: return s + "suf"
    if x < .76: return "a" + s + "b"
    if x < .80: return s[:-1]
    if x < .83: return s[1:]
    if x < .85: return " " + s
    if x < .87: return s + " "
    if x < .90: return [s, "other"]
    if x < .93:
        try: return float(s) if "." in s else int(s)
        except ValueError: return s
    if x < .95: return s + "\u0301"
    return r.choice(UNI)

def junk(r):
    x = r.random()
    if x < .25: return r.choice(UNI)
    if x < .45: return r.choice(NUMS)
    if x < .60: return r.choice(NUMSTR)
    if x < .68: return r.choice([True, False])
    if x < .74: return None
    if x < .80: return r.choice([[], ["a", "B", "c"], [1, 2, 3], ["1", 1, 1.0, True, None], [None], [[1], {"k": "v"}], ["foo", "BAR"], [""], ["e\u0301", "é"]])
    if x < .85: return r.choice([{}, {"a": 1}, {"k": "v", "n": None}, {"a": "1", "b": True}])
    if x < .92: return r.choice(TIMES)
    if x < .96: return r.choice(VERSIONS)
    if x < .975: return "L" * r.choice([200, 1001, 3000])
    return ""

class Pool:
    def __init__(self, spec):
        self.user = {}; self.unit = {}; self.env = {}; self.idlists = set(); self.idtypes = set(); self.uaf = set(); self.n = 0
        for c in (spec.get("condition_map") or {}).values():
            t = c.get("type"); f = c.get("field"); op = c.get("operator"); tv = c.get("targetValue"); it = c.get("idType") or ""
            if it: self.idtypes.add(it)
            if t in ("user_field", "ip_based", "ua_based") and f:
                self.user.setdefault(f, []).append((op, tv))
                if t == "ua_based": self.uaf.add(f)
            elif t == "unit_id": self.unit.setdefault(it, []).append((op, tv))
            elif t == "environment_field" and f: self.env.setdefault(f, []).append((op, tv))
            if op in ("in_segment_list", "not_in_segment_list") and isinstance(tv, str): self.idlists.add((tv, t, it, f))
        for sec in ("feature_gates", "dynamic_configs", "layer_configs"):
            for s in (spec.get(sec) or {}).values():
                if isinstance(s, dict):
                    if isinstance(s.get("idType"), str): self.idtypes.add(s["idType"])
                    for ru in s.get("rules") or []:
                        if isinstance(ru.get("idType"), str): self.idtypes.add(ru["idType"])
        for c in (spec.get("cmab_configs") or {}).values():
            self.idtypes.add(c.get("idType") or "userID")
            for g in (c.get("config") or {}).values():
                for k, m in (g.get("weightsCategorical") or {}).items(): self.user.setdefault(k, []).append(("any", list(m)))
                for k in (g.get("weightsNumerical") or {}): self.user.setdefault(k, []).append(("gt", 1))
        self.idtypes = {x for x in self.idtypes if isinstance(x, str)}
    def value(self, r, conds):
        op, tv = r.choice(conds)
        if r.random() < .06: return junk(r)
        cand = flat(tv); v = r.choice(cand) if cand else junk(r)
        if op and op.startswith("version"): return vmut(r, v) if r.random() < .85 else r.choice(VERSIONS)
        if op in ("in_segment_list", "not_in_segment_list") and isinstance(tv, str) and r.random() < .8: return r.choice(idl_ids(tv) + ["removed_id", "ÀÉÎ", "e\u0301", 5, 1.5, "5"])
        if op == "str_matches": return from_regex(r, v) if isinstance(v, str) else mut(r, v)
        if op in ("before", "after", "on"):
            if r.random() < .5: return r.choice(TIMES)
            if isinstance(v, (int, float)) and not isinstance(v, bool): return r.choice([v, v + 1, v - 1, v // 1000, str(int(v)), v + 86400000, v - 86400000])
            return mut(r, v)
        if op and "array_contains" in op:
            k = r.randrange(0, 4); a = [r.choice(cand) for _ in range(k)] if cand else []
            if r.random() < .4: a = list(cand)
            if r.random() < .5: a = a + [r.choice(["zzz", 1, None, True, "", 2.5])]
            if r.random() < .3: a = [mut(r, y) for y in a]
            return a if r.random() < .9 else mut(r, v)
        return mut(r, v)

def idl_ids(name): return ["idl_%s_%d" % (name, i) for i in range(6)]

def gen(spec, seed, n, idl_dir):
    r = random.Random(seed); pool = Pool(spec); uas = load_uas()
    if idl_dir:
        os.makedirs(idl_dir, exist_ok=True)
        for (name, t, it, f) in sorted(pool.idlists, key=str):
            if not name or "/" in name or name.startswith("missing"): continue
            ids = idl_ids(name) + ["ÀÉÎ", "e\u0301", "5", "1.5"]
            lines = "".join("+%s\n" % base64.b64encode(hashlib.sha256(i.encode()).digest()).decode()[:8] for i in ids)
            # an id added and removed again
            h = base64.b64encode(hashlib.sha256(b"removed_id").digest()).decode()[:8]
            lines += "+%s\n-%s\n" % (h, h)
            open(os.path.join(idl_dir, name), "w").write(lines)
    fields = sorted(pool.user); envf = sorted(pool.env); out = []
    idpool = ["user_%d" % i for i in range(2000)] + ["USER_a", "user_A", "", "ÀÉÎ", "e\u0301", "\u00e9", "😀user", "removed_id", "0", "1", "a.b.c", "x" * 300]
    for (name, *_r) in sorted(pool.idlists, key=str): idpool += idl_ids(name)
    for i in range(n):
        u = {}
        dens = r.choice([.15, .4, .7, .95]) if len(fields) < 40 else r.choice([.2, .5, .8, .95])
        def unit(it):
            if it in pool.unit and r.random() < .45:
                v = pool.value(r, pool.unit[it])
                if isinstance(v, (str, int, float)) and not isinstance(v, bool): return v
            for (nm, t, x, f) in pool.idlists:
                if t == "unit_id" and x.lower() == it.lower() and r.random() < .35: return r.choice(idl_ids(nm) + ["removed_id", "ÀÉÎ", "e\u0301"])
            y = r.random()
            if y < .90: return r.choice(idpool)
            if y < .96: return r.choice(NUMS)
            return r.choice([True, None, "", 5, 1.5])
        if r.random() < .93:
            cand = [k for k in pool.unit if k.lower() == "userid"]
            u["userID"] = unit(r.choice(cand) if cand else "userID")
        if u.get("userID", 1) is None and r.random() < .5: del u["userID"]
        ids = {}
        for it in sorted(pool.idtypes | set(pool.unit)):
            if it.lower() == "userid" or it == "": continue
            if r.random() < .7: ids[keycase(r, it)] = unit(it)
        if r.random() < .2: ids["companyid"] = r.choice(idpool)
        if r.random() < .15: ids["companyID"] = r.choice(idpool)
        if ids: u["customIDs"] = ids
        custom, priv = {}, {}
        for f in fields:
            if r.random() > dens: continue
            if f in pool.uaf and r.random() < .85: continue
            v = pool.value(r, pool.user[f])
            lf = f.lower(); x = r.random()
            if lf in TOP and x < .65:
                if lf in ("userid", "user_id"):
                    if isinstance(v, (str, int, float)): u["userID"] = v
                else: u[TOP[lf]] = v
                continue
            if x < .88 or lf not in TOP: (custom if r.random() < .78 else priv)[keycase(r, f)] = v
            else: custom[f] = v
            if r.random() < .04: priv[f] = junk(r)
        x = r.random()
        if x < .55: u["userAgent"] = r.choice(COMMON_UA) if r.random() < .5 else r.choice(uas)
        elif x < .58: u["userAgent"] = r.choice(COMMON_UA) + " " + "z" * 900
        elif x < .60: u["userAgent"] = ""
        if r.random() < .5: u["ip"] = r.choice(IPS) if r.random() < .7 else ".".join(str(r.randrange(256)) for _ in range(4))
        if "country" not in u and r.random() < .2: u["country"] = r.choice(COUNTRIES)
        if "locale" not in u and r.random() < .3: u["locale"] = r.choice(LOCALES)
        if "appVersion" not in u and r.random() < .35: u["appVersion"] = r.choice(VERSIONS)
        if "email" not in u and r.random() < .3: u["email"] = "u%d@%s" % (r.randrange(99), r.choice(["statsig.com", "STATSIG.io", "gmail.com", "x.y"]))
        x = r.random()
        if x < .5:
            env = {}
            for f in envf:
                if r.random() < .7: env[keycase(r, f)] = pool.value(r, pool.env[f])
            if r.random() < .5: env["tier"] = r.choice(["production", "staging", "development", "Production", "DEVELOPMENT", ""])
            u["statsigEnvironment"] = env
        elif x < .53: u["statsigEnvironment"] = {}
        if r.random() < .10: custom[r.choice(["ip", "userAgent", "country", "userid", "user_id", "os_name", "browser_name", "browserversion", "email"])] = junk(r)
        if custom or r.random() < .1: u["custom"] = custom
        if priv or r.random() < .05: u["privateAttributes"] = priv
        for k in list(u):
            if u[k] is None and r.random() < .7: del u[k]
        out.append(u)
    return out

if __name__ == "__main__":
    a = [x for x in sys.argv[1:] if not x.startswith("--")]; idl = None
    if "--idl-dir" in sys.argv: idl = sys.argv[sys.argv.index("--idl-dir") + 1]; a.remove(idl)
    spec = json.load(open(a[0]))
    for u in gen(spec, a[1], int(a[2]), idl): sys.stdout.write(json.dumps(u, ensure_ascii=False, separators=(",", ":")) + "\n")
