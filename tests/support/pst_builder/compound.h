/* [MS-CFB] compound files in a recipe; README.md lists the form. */
#ifndef PB_COMPOUND_H
#define PB_COMPOUND_H

#include "builder.h"

/* Appends the compound file that the words from i on describe: pairs of a
 * stream's name and its bytes. */
void pb_compound_add(const struct pb_stmt *stmt, size_t i, struct pb_buf *out);

#endif
