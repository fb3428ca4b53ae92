# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The users that are timed."""

import json
import random

# Nine fields, as a web service knows them of a visitor.
FULL = {
    "userID": "user_5b0c9f3e1a7d2468",
    "email": "a.visitor@example.com",
    "ip": "24.18.183.148",
    "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36",
    "country": "US",
    "locale": "en_US",
    "appVersion": "1.2.3",
    "customIDs": {"companyID": "company_42"},
    "custom": {"level": 10},
}
FULL_JSON = json.dumps(FULL)


class FreshIDs:
    """Numbers of user IDs that no call has seen before, in this run or, most likely, in any other."""

    def __init__(self):
        self.number = random.getrandbits(60)

    def take(self, count):
        """The first of some unused numbers."""
        first = self.number
        self.number += count
        return first


def fresh_ids(first, count):
    """The IDs of some numbers: the same that the Swift side makes."""
    return ["user_%016x" % number for number in range(first, first + count)]
