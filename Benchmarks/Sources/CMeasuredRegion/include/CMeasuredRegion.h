// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#ifndef GATEHOUSE_C_MEASURED_REGION_H
#define GATEHOUSE_C_MEASURED_REGION_H

/// Calls `operations` with `context`: what valgrind counts, from entering this function to leaving it.
void measured_region(void (*operations)(void *context), void *context);

#endif
