# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""What ends the comparison with a message."""


class Failure(Exception):
    """Something that a person has to see to; the text says what."""
