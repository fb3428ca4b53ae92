// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The pattern is one the reference rejects, or one this engine can't express: it does not compile.
struct PatternSyntaxError: Error {}
