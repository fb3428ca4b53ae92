#!/usr/bin/env python3
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""gen_spec.py SEED [--theme THEME] > SPEC.json      (themes: see THEMES; default: picked from SEED)
Synthetic DCS (dcs-v2 shape) generator for differential fuzzing.  Guarantees:
 * no randomness / wall-clock dependence (current_time targets are decades away; cmab never takes the
   random or sampling path; session replay rates are 0 or 1; override start_time is past or year 5138)
 * nested gates form a DAG (except theme 'cycle'), override mappings and experiment_group never recurse
   (the official core overflows its stack on those), eq/neq array targets have no duplicate lowercase
   members (the official core can panic on those)."""
import sys, json, random
sys.dont_write_bytecode = True
sys.path.insert(0, __import__("os").path.dirname(__import__("os").path.abspath(__file__)))
from gen_users import UNI, NUMSTR, NUMS, TIMES, VERSIONS, COUNTRIES, LOCALES
THEMES = ["core", "types", "structure", "layers", "time_version", "unicode", "regex", "overrides", "cmab", "malformed", "all"]
STR_OPS = ["any","none","str_starts_with_any","str_ends_with_any","str_contains_any","str_contains_none","any_case_sensitive","none_case_sensitive"]
NUM_OPS = ["gt","gte","lt","lte"]
VER_OPS = ["version_gt","version_gte","version_lt","version_lte","version_eq","version_neq"]
TIME_OPS = ["before","after","on"]
ARR_OPS = ["array_contains_any","array_contains_none","array_contains_all","not_array_contains_all"]
EQ_OPS = ["eq","neq"]
IDL_OPS = ["in_segment_list","not_in_segment_list"]
ALL_OPS = STR_OPS + NUM_OPS + VER_OPS + TIME_OPS + ARR_OPS + EQ_OPS + IDL_OPS + ["str_matches"]
REGEX = ["^user_\\d+$","banana","(?i)FOO","foo|bar","^$","","a{2,3}","\\bword\\b","[A-Z][a-z]+","\\d{3}-\\d{4}","@statsig\\.com$","^[\\w.+-]+@[\\w-]+\\.[\\w.]+$","(?<=foo)bar","foo(?!bar)","(a)\\1","(?P<n>ab)(?P=n)","(?m)^b$","(?s)a.b","a.b","\\p{L}+","^\\p{Lu}","[[:alpha:]]+","\\x41","\\u0041","(?>a+)b","a++b","^(a+)+$","^(a+)+\\1$","([","*a","a\\","(?x) a b # c","\\Afoo\\z","foo\\Z","\\w+","^\\S+$","[^a-z]","(?i)straße","é","e\u0301","\\d","^.$","^..$","😀","[😀-😎]","\\s","(?i)K","(?i)ſ","\\h","a|","(?:)","^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$","version\":\\s*\"4\\.8\\.\\d+","\\{\"a\":1\\}","true","^1$","^1.5$","(?i)^[a-f0-9]{8}$","(?<year>\\d{4})-(?<m>\\d\\d)","\\Qa.b\\E","[a&&b]","[\\d--5]","\\R","\\N","(?(1)a|b)","\\G","\\K","x*","(x+x+)+y"]
WORDS = ["foo","BAR","Baz","statsig","Daniel","apple","Banana","true","false","null","1","0","US","en_US","a","e","","beta","free","Pro","enterprise","user_1","user_2","x,y","hello world","pre","suf"," ","\\d","null"]
IDT = ["userID","userID","userID","stableID","companyID","companyid","UserID","workspaceID","random_id",""]
FIELDS_TOP = ["userID","email","ip","country","locale","appVersion","userAgent","user_id","app_version","user_agent","EMAIL","Country","userid"]
FIELDS_CUSTOM = ["level","plan","isBeta","score","tags","createdAt","newUser","Mixed_Case","nested","ver","rx","uni","amount","cohort"]
FAR_PAST = [0, 946684800000, "2001-01-01T00:00:00Z", "946684800000", 1.0e12]
FAR_FUT = [95617584000000, "5000-01-01T00:00:00Z", "95617584000000"]

class G:
    def __init__(self, seed, theme):
        self.r = random.Random("spec-%s-%s" % (seed, theme)); self.theme = theme; self.conds = {}; self.nc = 0
        self.t = lambda *n: theme in n or theme == "all"
        self.deg = set()
    def p(self, x): return self.r.random() < x
    def ch(self, l): return self.r.choice(l)
    def sid(self, k=10): return "".join(self.r.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(k))
    # ---------------------------------------------------------------- target values
    def strs(self, n=None):
        n = self.r.randrange(1, 6) if n is None else n; src = list(WORDS)
        if self.t("unicode") and self.p(.8): src = UNI
        elif self.t("types") and self.p(.3): src = UNI + WORDS
        return [self.ch(src) for _ in range(n)]
    def weird(self, op):
        c = [None, True, False, 0, 1, -1, 1.5, 1e21, "", "foo", "1", [], [None], [1, "1", 1.0, True, None, "TRUE"], {}, {"foo": True, "BAR": 1}, [["x"], {"a": 1}], ["A", "a", "B"], "2023-11-14T22:13:20Z", [1.0, 2.50, 1e21, 1e-7], ["", " "], 9007199254740993, -0.0]
        if op in EQ_OPS: c = [x for x in c if x != ["A", "a", "B"] and not (isinstance(x, list) and len(x) == 6)]
        return self.ch(c)
    def target(self, op):
        if self.p(.5 if self.theme == "types" else .06): return self.weird(op)
        if op in STR_OPS:
            if self.p(.12): return {str(x): True for x in self.strs()}
            if self.p(.1): return [self.ch(NUMS) for _ in range(3)] + self.strs(1)
            if self.p(.05): return self.strs(40)
            return self.strs()
        if op in NUM_OPS: return self.ch(NUMS) if self.p(.7) else self.ch(NUMSTR)
        if op in VER_OPS: return self.ch(VERSIONS)
        if op in TIME_OPS: return self.ch(TIMES)
        if op in ARR_OPS: return self.strs() if self.p(.75) else self.strs(2) + [self.ch(NUMS), self.ch([True, None, False])]
        if op in EQ_OPS:
            x = self.r.random()
            if x < .35: return self.ch(self.strs(3))
            if x < .6: return self.ch(NUMS)
            if x < .7: return self.ch([True, False])
            if x < .8: return None
            if x < .93:
                seen = set(); out = []
                for s in self.strs(3) + [self.ch([1, 2.5, True, "z"])]:
                    k = (s if isinstance(s, str) else json.dumps(s)).lower()
                    if k not in seen: seen.add(k); out.append(s)
                return out
            return {"a": 1, "k": "v"} if self.p(.5) else {}
        if op in IDL_OPS: return self.ch(["company_list", "vip_list", "Vip_List", "missing_list"]) if self.p(.8) else "company_list"
        if op == "str_matches": return self.ch(REGEX) if self.theme in ("regex", "all") or self.p(.3) else self.ch(REGEX[:14])
        return self.strs()
    def pick_op(self):
        t = self.theme
        if t == "time_version": return self.ch(VER_OPS * 2 + TIME_OPS * 4 + NUM_OPS)
        if t == "regex": return self.ch(["str_matches"] * 6 + STR_OPS)
        if t == "unicode": return self.ch(STR_OPS * 3 + ARR_OPS + EQ_OPS + ["str_matches"])
        return self.ch(ALL_OPS)
    # ---------------------------------------------------------------- conditions
    def add(self, type, tv=None, op=None, field=None, idt="userID", av=None):
        self.nc += 1; k = str(self.r.randrange(10**6, 4 * 10**9))
        c = {"type": type, "targetValue": tv, "operator": op, "field": field, "additionalValues": av if av is not None else {}, "idType": idt}
        if self.p(.1): c["additionalValues"] = None if av is None else av
        if tv is None and self.p(.3): del c["targetValue"]
        if op is None and self.p(.5): del c["operator"]
        if field is None and self.p(.5): del c["field"]
        self.conds[k] = c; return k
    def field(self):
        if self.p(.35): return self.ch(FIELDS_TOP)
        return self.ch(FIELDS_CUSTOM)
    def cond(self, gates=(), deny=()):
        r = self.r.random(); t = self.theme
        if t in ("structure", "layers", "overrides", "cmab") and r < .30 and gates: return self.gatecond(gates)
        if r < .06: return self.add("public", None, self.ch([None, "none", "any"]))
        if r < .14 and gates: return self.gatecond(gates)
        if r < .20:
            op = self.ch(["lt","gte","any","none","gt","lte","eq","any"]); tv = self.r.randrange(0, 1001)
            if op in ("any", "none"):
                b = self.r.randrange(1000); w = self.r.randrange(1, 600); tv = {str((b + i) % 1000): True for i in range(w)} if self.p(.5) else [(b + i) % 1000 for i in range(min(w, 300))]
                if self.p(.2): tv = [str(x) for x in tv]
                if self.p(.1): tv = {"-1": True}
            av = {"salt": self.sid()} if self.p(.9) else self.ch([{}, {"salt": ""}, {"Salt": "x"}])
            return self.add("user_bucket", tv, op, None, self.ch(IDT), av)
        if r < .26: return self.add("environment_field", self.ch([["production"], ["Production", "staging"], ["development"], [""], "production", None]), self.ch(["any","none","any_case_sensitive","eq","neq","str_contains_any"]), self.ch(["tier","tier","Tier","region","TIER"]))
        if r < .31:
            ok = self.p(.5); tv = self.ch(FAR_PAST if ok else FAR_FUT); return self.add("current_time", tv, self.ch(["after","before","before","after","gt","any","on","eq"]), None)
        if r < .37:
            f = self.ch(["os_name","osName","os_version","OsVersion","browser_name","browserName","browser_version","browserVersion","device_model"])
            if "ersion" in f: return self.add("ua_based", self.ch(["10","10.3.1","140.0.0.0","16.6","0.0.0","120","17.4"] + VERSIONS[:6]), self.ch(VER_OPS + ["any"]), f)
            return self.add("ua_based", self.ch([["Chrome","Safari"],["iOS","Mac OS X"],["Windows"],["windows","linux"],["Android","Chrome Mobile"],["Other"],["Firefox","Edge"]]), self.ch(["any","none","any_case_sensitive","str_contains_any","eq"]), f)
        if r < .42: return self.add("ip_based", self.ch([["US","CA"],["us"],["GB","DE","FR"],["AU"],["JP"],["NZ",""],"US"]), self.ch(["any","none","any_case_sensitive","eq"]), self.ch(["country","country","country","Country","ip","region"]))
        if r < .45: return self.add("target_app", self.ch([["app_1"],["app_2","APP_1"],"app_1",["zz"],[]]), self.ch(["any","none","eq","any_case_sensitive"]), None)
        if r < .55:
            op = self.pick_op() if self.p(.5) else self.ch(["any","none","any_case_sensitive"] + IDL_OPS)
            tv = self.target(op)
            if op in ("any","none") and self.p(.6): tv = ["user_%d" % self.r.randrange(2000) for _ in range(self.r.randrange(1, 30))] + ["USER_a", "ÀÉÎ"][:self.r.randrange(3)]
            return self.add("unit_id", tv, op, None, self.ch(IDT))
        if r < .565 and self.t("types", "malformed", "structure"): return self.ch([self.add("mystery_type", ["x"], "any", "level"), self.add("user_field", ["x"], "fancy_op", "level"), self.add("user_field", ["x"], None, "level"), self.add("user_field", ["foo"], "encoded_any", "level"), "missing_condition_hash", self.add("unit_id", "x", "str_contains_all", None)])
        op = self.pick_op(); f = self.field(); return self.add("user_field", self.target(op), op, f if self.p(.97) else None, self.ch(IDT))
    def gatecond(self, gates):
        x = self.r.random(); g = self.ch(list(gates))
        if self.theme in ("structure", "all", "malformed") and x < .06: g = self.ch(["missing_gate", "segment:missing", "", None, ["gate_0"], 5])
        return self.add(self.ch(["pass_gate", "pass_gate", "fail_gate"]), g, self.ch([None, None, "any"]), None)
    # ---------------------------------------------------------------- rules/specs
    def pct(self):
        x = self.r.random()
        if x < .55: return 100
        if x < .63: return 0
        return self.ch([50, 33.33, 0.01, 99.99, 10, 12.5, 0.5, 75.25, 100.0, 1, 90, 66.6667, 0.005, 150, -5, 99.999])
    def jval(self, d=0):
        x = self.r.random()
        if x < .3: return self.ch(WORDS + UNI[:12])
        if x < .6: return self.ch(NUMS)
        if x < .72: return self.ch([True, False])
        if x < .77: return None
        if d > 1: return "deep"
        if x < .88: return [self.jval(d + 1) for _ in range(self.r.randrange(4))]
        return {self.ch(WORDS[:8] + ["k", "n.m", "ключ"]): self.jval(d + 1) for _ in range(self.r.randrange(4))}
    def pval(self, keys=None):
        keys = keys or ["a","b","c","num","str","flag","arr","obj","big"]
        d = {}
        for k in keys:
            if self.p(.6): d[k] = self.jval()
        return d
    def rule(self, rid, kind, gates, idt=None, nconds=None, ret=None, **kw):
        n = nconds if nconds is not None else self.ch([0, 1, 1, 1, 1, 2, 2, 3])
        if ret is None:
            if kind == "gate":
                ret = True if self.p(.85) else self.ch([False, None, {}, {"x": 1}, "false", 0, "true", [False]])
            else:
                ret = self.pval() if self.p(.94) else self.ch([None, True, False, [], "str", 5])
                if ret is None: ret = {"explicit": None}
        ru = {"name": rid, "passPercentage": self.pct(), "conditions": [self.cond(gates) for _ in range(n)], "returnValue": ret, "id": rid, "salt": self.sid(8), "idType": idt or self.ch(IDT)}
        x = self.r.random()
        if x < .12: ru["salt"] = ""
        elif x < .24: del ru["salt"]
        elif x < .27: ru["salt"] = None
        if self.p(.3): ru["groupName"] = self.ch(["Control", "Test", "Test #2", "グループ", ""])
        if self.p(.3): ru["isExperimentGroup"] = self.p(.6)
        if self.p(.1): ru["samplingRate"] = self.ch([1, 100, 10000])
        if self.p(.05): ru["id"] = self.ch(["", rid + ":id_override", "targetingGate", "rule:with:colon"]); ru["name"] = ru["id"]
        ru.update(kw); return ru
    def spec(self, kind, entity, rules, default, **kw):
        s = {"type": "feature_gate" if kind == "gate" else "dynamic_config", "salt": self.sid(12) if self.p(.95) else "", "enabled": self.p(.88), "defaultValue": default, "rules": rules, "idType": self.ch(IDT), "entity": entity}
        if self.p(.8): s["version"] = self.r.randrange(0, 50)
        if self.p(.2): s["targetAppIDs"] = self.ch([["app_1"], ["app_2"], ["app_1", "app_2"], []])
        if self.p(.1): s["forwardAllExposures"] = self.p(.5)
        if self.p(.2): s["isActive"] = self.p(.5)
        if self.p(.1): s["fieldsUsed"] = ["level"]
        if self.p(.05): s["checksum"] = self.sid(22)
        if self.p(.05): s["futureField"] = {"x": [1]}
        s.update(kw); return s
    def gate_default(self): return False if self.p(.85) else self.ch([True, None, {}, "true", 1])
    def gates(self, n):
        out = {}; names = []
        for i in range(5):
            nm = ["segment:seg_%d", "holdout_%d"][i % 2] % i
            out[nm] = self.spec("gate", "segment" if i % 2 == 0 else "holdout", [self.rule(self.sid(), "gate", names) for _ in range(self.ch([1, 1, 2]))], self.gate_default()); names.append(nm)
        for i in range(n):
            nm = "gate_%d" % i
            if i % 11 == 7: nm = self.ch(["gate 😀 %d", "Gate_Ünï_%d", "gate.with:odd/chars %d"]) % i
            out[nm] = self.spec("gate", "feature_gate", [self.rule(self.sid(), "gate", names[-14:]) for _ in range(self.ch([0, 1, 1, 2, 2, 3]))], self.gate_default()); names.append(nm)
        # one single-condition, 100% gate per operator so that every operator is observable in isolation
        for op in ALL_OPS:
            for j in range(3 if self.theme in ("types", "unicode", "time_version", "regex") else 1):
                f = self.field() if self.p(.3) else "f_%s_%d" % (op, j); c = self.add("user_field", self.target(op), op, f); nm = "op_%s_%d" % (op, j)
                ru = self.rule("r_" + op, "gate", [], "userID", 0, True, passPercentage=100, conditions=[c], id="r_" + op); ru.pop("groupName", None)
                out[nm] = self.spec("gate", "feature_gate", [ru], False, enabled=True)
        if self.theme == "regex" or self.theme == "all":
            for i, rx in enumerate(REGEX):
                c = self.add("user_field", rx, "str_matches", "rx")
                ru = self.rule("rx", "gate", [], "userID", 0, True, passPercentage=100, conditions=[c], id="rx")
                out["rx_%02d" % i] = self.spec("gate", "feature_gate", [ru], False, enabled=True)
        self.gnames = names; return out
    def experiment(self, nm, gates, layer=None, keys=None):
        salt = self.sid(12); rules = []; idt = self.ch(IDT)
        full = lambda: self.pval(keys)
        if self.p(.3): rules.append(self.rule(self.sid() + ":id_override", "cfg", [], idt, 0, full(), conditions=[self.add("unit_id", ["user_%d" % self.r.randrange(2000) for _ in range(20)], "any", None, idt)], passPercentage=100, isExperimentGroup=True, groupName="Override"))
        if self.p(.35) and gates: rules.append(self.rule("holdout", "cfg", [], idt, 0, full(), conditions=[self.add("pass_gate", self.ch(gates), None, None)], passPercentage=100))
        if self.p(.3): rules.append(self.rule("prestart", "cfg", [], idt, 0, full(), conditions=[self.add("public")], passPercentage=self.ch([0, 0, 100])))
        if self.p(.45) and gates: rules.append(self.rule("inlineTargetingRules", "cfg", [], idt, 0, full(), conditions=[self.add("fail_gate", self.ch(gates), None, None)], passPercentage=100))
        if self.p(.5): rules.append(self.rule("layerAssignment", "cfg", [], idt, 0, full(), conditions=[self.add("user_bucket", {str(i): True for i in range(self.r.randrange(300, 1000))}, "none", None, idt, {"salt": salt})], passPercentage=100))
        if self.p(.15): rules.append(self.rule(self.sid(), "cfg", gates))
        k = self.r.randrange(2, 5)
        for i in range(k):
            gid = self.sid(); th = 1000 * (i + 1) // k
            rules.append(self.rule(gid, "cfg", [], idt, 0, full(), conditions=[self.add("user_bucket", th, "lt", None, idt, {"salt": salt})], passPercentage=100 if self.p(.9) else 50, isExperimentGroup=True, groupName=["Control", "Test", "Test #2", "Test #3"][i]))
        kw = dict(isActive=self.p(.7))
        if layer or self.p(.2): kw["explicitParameters"] = [x for x in (keys or ["a", "b"]) if self.p(.7)]; kw["hasSharedParams"] = bool(layer) or self.p(.3)
        return self.spec("cfg", "experiment" if self.p(.93) else "autotune", rules, full(), **kw)
    def build(self):
        big = self.theme in ("types", "unicode", "regex", "time_version")
        G_ = self.gates(22 if big else 34); gn = self.gnames; dcs = {}
        for i in range(8 if big else 12):
            dcs["config_%d" % i] = self.spec("cfg", "dynamic_config", [self.rule(self.sid(), "cfg", gn) for _ in range(self.ch([0, 1, 2, 3]))], self.pval() if self.p(.95) else self.ch([True, None, {}]), isActive=self.p(.5))
        layers = {}; e2l = {}
        nl = 4 if big else (16 if self.theme == "layers" else 8)
        for i in range(nl):
            keys = ["a","b","c","d","e","f"][:self.r.randrange(2, 7)]; ln = "layer_%d" % i; exps = []
            for j in range(self.r.randrange(0, 4)):
                en = "exp_%d_%d" % (i, j); sub = [k for k in keys if self.p(.6)] or keys[:1]
                dcs[en] = self.experiment(en, gn, ln, sub); e2l[en] = ln; exps.append(en)
            rules = []
            if self.p(.4): rules.append(self.rule("layer_holdout_" + self.sid(4), "cfg", gn, None, 1, self.pval(keys)))
            if self.p(.3): rules.append(self.rule(self.sid(), "cfg", gn, None, None, self.pval(keys)))
            for en in exps: rules.append(self.rule(self.ch(["experimentAssignment", self.sid()]), "cfg", gn, None, self.ch([0, 1]), self.pval(keys), passPercentage=100 if self.p(.8) else 50, configDelegate=en if self.p(.94) else self.ch(["missing_exp", "", "config_0"])))
            if self.p(.3): rules.append(self.rule(self.sid(), "cfg", gn, None, None, self.pval(keys)))
            if self.p(.5): self.r.shuffle(rules)
            kw = {}
            if self.p(.5): kw["explicitParameters"] = keys[:2]
            if self.theme == "layers" and self.p(.6) or self.p(.2): kw["useNewLayerEval"] = self.p(.9)
            layers[ln] = self.spec("cfg", "layer", rules, self.pval(keys) if self.p(.95) else {k: 0 for k in keys}, **kw)
        for i in range(4 if big else 8): dcs["experiment_%d" % i] = self.experiment("experiment_%d" % i, gn)
        # delegates outside layers (experiment -> experiment, gate -> experiment)
        if self.t("structure", "layers"):
            en = self.ch([k for k in dcs if k.startswith("exp")]); dcs["delegating_exp"] = self.spec("cfg", "experiment", [self.rule("deleg", "cfg", gn, None, 1, self.pval(), configDelegate=en)], self.pval(), isActive=True)
            layers["layer_chain"] = self.spec("cfg", "layer", [self.rule("chain", "cfg", gn, None, 0, self.pval(), configDelegate="delegating_exp", passPercentage=100)], self.pval())
            G_["gate_with_delegate"] = self.spec("gate", "feature_gate", [self.rule("gd", "gate", gn, None, 1, True, configDelegate=en)], False)
        if self.t("structure", "types"):
            en = "experiment_0"
            G_["gate_experiment_group"] = self.spec("gate", "feature_gate", [self.rule("eg", "gate", [], None, 0, True, conditions=[self.add("experiment_group", self.ch([["Control"], ["Test", "Test #2"], ["control"], []]), self.ch(["any", "none", "any_case_sensitive"]), self.ch([en, en, "missing_exp", None]))], passPercentage=100)], False)
        if self.t("structure"):   # deep nesting chain
            prev = gn[0]
            for i in range(25):
                nm = "deep_%02d" % i; G_[nm] = self.spec("gate", "feature_gate", [self.rule("d%d" % i, "gate", [], None, 0, True, conditions=[self.add(self.ch(["pass_gate", "fail_gate"]), prev, None, None), self.add("pass_gate", self.ch(gn), None, None)][:self.ch([1, 2])], passPercentage=100)], False, enabled=True); prev = nm
        if self.theme == "cycle":
            for a, b in (("cyc_a", "cyc_b"), ("cyc_b", "cyc_a"), ("cyc_self", "cyc_self")):
                G_[a] = self.spec("gate", "feature_gate", [self.rule("c", "gate", [], None, 0, True, conditions=[self.add("pass_gate", b, None, None)], passPercentage=100)], False)
            dcs["cfg_on_cycle"] = self.spec("cfg", "dynamic_config", [self.rule("c", "cfg", [], None, 0, {"x": 1}, conditions=[self.add("fail_gate", "cyc_a", None, None)], passPercentage=100)], {"x": 0})
            layers["layer_on_cycle"] = self.spec("cfg", "layer", [self.rule("c", "cfg", [], None, 0, {"x": 1}, conditions=[self.add("pass_gate", "cyc_self", None, None)], passPercentage=100)], {"x": 0})
        d = {"feature_gates": G_, "dynamic_configs": dcs, "layer_configs": layers, "experiment_to_layer": e2l, "has_updates": True, "time": 1700000000000 + self.r.randrange(10**9), "company_id": "synthetic", "response_format": "dcs-v2"}
        if self.p(.6): d["app_id"] = self.ch(["app_1", "app_2", "APP_1", "other"])
        if self.p(.5): d["sdk_keys_to_app_ids"] = {"client-key-1": "app_1", "client-key-2": "app_2"}
        elif self.p(.5): d["hashed_sdk_keys_to_app_ids"] = {djb2("client-key-1"): "app_1", djb2("client-key-2"): "app_2"}
        if self.p(.3): d["default_environment"] = self.ch(["production", "staging"])
        ps = {}
        for i in range(3):
            prm = {}
            allp = lambda: self.ch([True, False, "s", 5, 2.5, [1, "x", True], {"k": 1}, None, "", 0])
            for j in range(5):
                k = "p%d" % j; x = self.r.randrange(5)
                if x == 0: prm[k] = {"name": k, "ref_type": "static", "param_type": "string", "value": allp()}
                elif x == 1: prm[k] = {"name": k, "ref_type": "gate", "param_type": "boolean", "gate_name": self.ch(gn + ["missing_gate"]), "pass_value": allp(), "fail_value": allp()}
                elif x == 2: prm[k] = {"name": k, "ref_type": "dynamic_config", "param_type": "number", "config_name": self.ch(["config_%d" % self.r.randrange(8), "missing"]), "param_name": self.ch(["a", "num", "str", "flag", "obj"])}
                elif x == 3: prm[k] = {"ref_type": "experiment", "param_type": "object", "experiment_name": "experiment_%d" % self.r.randrange(4), "param_name": self.ch(["a", "num", "str", "flag", "obj"])}
                else: prm[k] = {"name": k, "ref_type": "layer", "param_type": "string", "layer_name": "layer_%d" % self.r.randrange(4), "param_name": self.ch(["a", "b", "c"])}
            ps["store_%d" % i] = {"parameters": prm, "targetAppIDs": self.ch([[], ["app_1"], ["app_2"]]), "version": i}
        d["param_stores"] = ps
        if self.t("cmab") or self.p(.15):
            cm = {}
            for i in range(7 if self.theme == "cmab" else 2):
                k = self.r.randrange(1, 5); grp = [{"name": "Group %d" % j, "parameterValues": self.pval(), "id": "g%d_%d" % (i, j)} for j in range(k)]
                c = {"salt": self.sid(), "targetAppIDs": self.ch([None, ["app_1"], []]), "defaultValue": self.pval(), "idType": self.ch(IDT), "enabled": self.p(.85), "version": self.r.randrange(9), "sampleRate": 0, "higherIsBetter": self.p(.6), "groups": grp if self.p(.93) else []}
                if self.p(.5) : c["config"] = None if self.p(.5) else None
                if self.p(.6):
                    cf = {}
                    for j, g in enumerate(grp):
                        if j > 0 and self.p(.15): continue
                        cf[g["id"]] = {"alpha": self.ch([0, .25, .5, 1]), "intercept": self.ch([0, -1, .5, 2]), "records": self.r.randrange(1000), "weightsNumerical": {self.ch(["level", "score", "amount"]): self.ch([.5, -1, 2, .25]) for _ in range(self.r.randrange(1, 3))}, "weightsCategorical": {self.ch(["plan", "country", "isBeta", "tags"]): {w: self.ch([1, -2, .5, 4]) for w in ["foo", "US", "us", "true", "Pro", "[1,2,3]", "1", "null"]} for _ in range(self.r.randrange(0, 3))}}
                    c["config"] = cf
                else: c.pop("config", None)
                if self.p(.5): c["targetingGateName"] = self.ch(gn + ["missing_gate"])
                cm["cmab_%d" % i] = c
            if self.theme == "cmab": cm["experiment_1"] = dict(cm["cmab_0"]); cm["config_1"] = dict(cm["cmab_1"])
            d["cmab_configs"] = cm
        if self.t("overrides"):
            orules = {}; ov = {}
            for i in range(10): orules["or_%d" % i] = self.rule("or_%d" % i, "gate", gn[:6], None, self.ch([0, 1, 1, 2]))
            tgt_g = gn[6:]; cfgn = sorted(dcs); laysn = sorted(layers)
            src = self.r.sample(tgt_g, 6) + self.r.sample([c for c in cfgn if c.startswith("experiment_") or c.startswith("config_")], 4) + self.r.sample(laysn, 2) + ["brand_new_name"]
            free = lambda l: [x for x in l if x not in src]
            for s in src:
                pool = free(gn[:6] + ["op_any_0", "op_gt_0", "op_neq_0"]) if s in G_ else (free(laysn) if s in layers else free([c for c in cfgn]))
                # a mapping target must not (transitively) be mapped itself
                ov[s] = [{"new_config_name": self.ch(pool + ["missing_target"]), "rules": [{"rule_name": self.ch(list(orules) + ["missing_rule"]), "start_time": self.ch([0, 1600000000000, 100000000000000, None])} if self.p(.9) else {"rule_name": self.ch(list(orules))} for _ in range(self.r.randrange(1, 4))]} for _ in range(self.r.randrange(1, 3))]
            d["overrides"] = ov; d["override_rules"] = orules
        if self.p(.4):
            d["session_replay_info"] = {"sampling_rate": self.ch([0, 1, 1]), "recording_blocked": self.p(.3)}
            if self.p(.6): d["session_replay_info"]["targeting_gate"] = self.ch(gn + ["missing_gate"])
            if self.p(.5): d["session_replay_info"]["session_recording_event_triggers"] = {"evt": {"values": ["a", "b"], "sampling_rate": 1}, "evt2": {"sampling_rate": 0}, "evt3": {}}
            if self.p(.5): d["session_replay_info"]["session_recording_exposure_triggers"] = {"gate_0": {"values": ["true"], "sampling_rate": 1}, "gate_1": {}}
            if self.p(.5): d["session_replay_info"]["session_recording_privacy_settings"] = {"privacy_mode": "input", "masked_elements": ["#x"]}
        if self.t("malformed"):
            base = lambda: self.spec("gate", "feature_gate", [self.rule("ok", "gate", [], "userID", 0, True, passPercentage=100)], False, enabled=True)
            def bad(nm, f):
                s = base(); f(s); G_["bad_" + nm] = s
            bad("no_salt", lambda s: s.pop("salt")); bad("null_salt", lambda s: s.update(salt=None)); bad("no_default", lambda s: s.pop("defaultValue")); bad("enabled_str", lambda s: s.update(enabled="true"))
            bad("no_enabled", lambda s: s.pop("enabled")); bad("rules_null", lambda s: s.update(rules=None)); bad("no_rules", lambda s: s.pop("rules")); bad("no_entity", lambda s: s.pop("entity")); bad("no_type", lambda s: s.pop("type")); bad("idtype_null", lambda s: s.update(idType=None))
            bad("version_neg", lambda s: s.update(version=-1)); bad("version_float", lambda s: s.update(version=1.5)); bad("version_str", lambda s: s.update(version="1")); bad("version_big", lambda s: s.update(version=4294967296)); bad("version_null", lambda s: s.update(version=None))
            bad("pct_str", lambda s: s["rules"][0].update(passPercentage="100")); bad("pct_null", lambda s: s["rules"][0].update(passPercentage=None)); bad("no_pct", lambda s: s["rules"][0].pop("passPercentage")); bad("no_rule_name", lambda s: s["rules"][0].pop("name")); bad("no_rule_id", lambda s: s["rules"][0].pop("id")); bad("no_conditions", lambda s: s["rules"][0].pop("conditions")); bad("conditions_obj", lambda s: s["rules"][0].update(conditions=[{"type": "public"}])); bad("conditions_num", lambda s: s["rules"][0].update(conditions=[123])); bad("no_return", lambda s: s["rules"][0].pop("returnValue")); bad("rule_idtype_null", lambda s: s["rules"][0].update(idType=None)); bad("no_rule_idtype", lambda s: s["rules"][0].pop("idType"))
            bad("sampling_neg", lambda s: s["rules"][0].update(samplingRate=-1)); bad("sampling_float", lambda s: s["rules"][0].update(samplingRate=1.0)); bad("isactive_null", lambda s: s.update(isActive=None)); bad("explicit_null", lambda s: s.update(explicitParameters=None)); bad("explicit_str", lambda s: s.update(explicitParameters="a")); bad("explicit_num", lambda s: s.update(explicitParameters=[1])); bad("target_app_null", lambda s: s.update(targetAppIDs=None)); bad("group_num", lambda s: s["rules"][0].update(groupName=5)); bad("delegate_num", lambda s: s["rules"][0].update(configDelegate=5)); bad("is_exp_group_null", lambda s: s["rules"][0].update(isExperimentGroup=None)); bad("is_exp_group_str", lambda s: s["rules"][0].update(isExperimentGroup="true"))
            G_["bad_null_spec"] = None; G_["bad_array_spec"] = []; G_["bad_empty_spec"] = {}
            dcs["bad_config"] = {"rules": []}; layers["bad_layer"] = {"salt": 1}
        d["condition_map"] = self.conds
        if self.p(.5): d["id_lists"] = {"company_list": True, "vip_list": True}
        if self.p(.5): d["diagnostics"] = {"initialize": 0, "dcs": 0}
        return d

def djb2(s):
    h = 0
    for c in s: h = (h * 31 + ord(c)) & 0xFFFFFFFF
    return str(h)

if __name__ == "__main__":
    seed = sys.argv[1]; theme = sys.argv[sys.argv.index("--theme") + 1] if "--theme" in sys.argv else THEMES[sum(map(ord, seed)) % len(THEMES)]
    json.dump(G(seed, theme).build(), sys.stdout, ensure_ascii=False, separators=(",", ":"))
