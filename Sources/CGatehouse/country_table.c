// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#include "gatehouse_country.h"

// Clang offers C23's #embed in every C mode, and warns that it does.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char table[] = {
#embed "country.table"
};
#pragma clang diagnostic pop

const unsigned char *gatehouse_country_table(void) {
    return table;
}

size_t gatehouse_country_table_size(void) {
    return sizeof table;
}
