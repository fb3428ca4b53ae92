// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#ifndef GATEHOUSE_COUNTRY_H
#define GATEHOUSE_COUNTRY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The first byte of the IPv4-to-country table, which is constant for the life of the process.
///
/// The format is described in `scripts/build-country-table.py`. A function rather than the array itself, because Swift
/// does not import arrays of unknown size.
const unsigned char *gatehouse_country_table(void);

/// The number of bytes in the table.
size_t gatehouse_country_table_size(void);

#ifdef __cplusplus
}
#endif

#endif
