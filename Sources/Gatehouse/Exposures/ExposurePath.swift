// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What each getter touches, by its address: loading it from objects would count references that all threads share.
struct ExposurePath: BitwiseCopyable {
    let stripes: EventStripes.Places
    let seen: SeenKeys.Places
    let firstTimes: SeenKeys.Places
}
