// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#include <hiredis/hiredis.h>
