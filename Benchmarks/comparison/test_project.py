# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Tests of reading documents and what lies beside them."""

import gzip
import json
import os
import tempfile
import unittest

from failure import Failure
from project import Project
from users import fresh_ids

CONTENT = {
    "feature_gates": {"g": {}},
    "dynamic_configs": {"c": {"entity": "dynamic_config"}, "e": {"entity": "experiment"}, "odd": None},
    "cmab_configs": {"m": {"entity": "cmab"}},
    "layer_configs": {"l": {}},
}


class ProjectTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def test_names_are_told_by_kind(self):
        names = Project(self.write("spec.json", CONTENT)).names
        kinds = {"gates": ["g"], "dynamicConfigs": ["c"], "experiments": ["e", "odd", "m"], "layers": ["l"]}
        self.assertEqual(names.by_kind, kinds)
        self.assertEqual(names.count, 6)
        self.assertEqual(names.without({("experiments", "e")})["experiments"], ["odd", "m"])

    def test_compressed_files_are_read(self):
        self.write("users.jsonl.gz", gzip.compress(b'{"userID":"a"}\n\n{"userID":"b"}\n'))
        project = Project(self.write("spec.json.gz", gzip.compress(json.dumps(CONTENT).encode())))
        self.assertEqual(project.content, CONTENT)
        self.assertEqual(project.users, ['{"userID":"a"}', '{"userID":"b"}'])

    def test_what_lies_beside_the_document_is_found(self):
        self.write("options.json", {"environment": "staging", "global_custom_fields": {"a": 1}})
        os.mkdir(os.path.join(self.folder, "id_lists"))
        project = Project(self.write("spec.json", CONTENT))
        self.assertEqual((project.environment, project.global_custom_fields), ("staging", {"a": 1}))
        self.assertEqual(project.id_lists, os.path.join(self.folder, "id_lists"))
        self.assertEqual(project.users, [])

    def test_users_may_lie_elsewhere(self):
        self.write("users.jsonl", b"{}")
        others = self.write("others.jsonl", b'{"userID":"c"}')
        self.assertEqual(Project(self.write("spec.json", CONTENT), others).users, ['{"userID":"c"}'])

    def test_other_files_are_refused(self):
        old = dict(CONTENT, feature_gates=[])
        for content in (b"{", b"[]", json.dumps(old).encode(), b"\x1f\x8b broken"):
            with self.assertRaises(Failure):
                Project(self.write("spec.json", content))
        with self.assertRaises(Failure):
            Project(os.path.join(self.folder, "missing.json"))


class FreshIDTests(unittest.TestCase):
    def test_ids_have_sixteen_digits(self):
        self.assertEqual(fresh_ids(255, 2), ["user_00000000000000ff", "user_0000000000000100"])


if __name__ == "__main__":
    unittest.main()
