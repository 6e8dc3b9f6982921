/* Whom a damage may concern, told from the layout of the file alone: a message
 * needs its entry in the NBT, the pages above it, its blocks, their entries in
 * the BBT and the pages above those. Everything else in the archive may be
 * wrong, and the message must still be written with the same bytes. */
#ifndef MATRIX_ORACLE_H
#define MATRIX_ORACLE_H

#include "image.h"

/* The byte at offset of the header is changed. */
message_set oracle_header(const struct image *image, size_t offset);

/* The byte at offset of the page is changed; how is in image->data. */
message_set
oracle_page(const struct image *image, const struct page *page, size_t offset);

/* Is there anything at this byte of a page, or is it an unused slot? */
bool oracle_is_used(const struct image *image, const struct page *page,
		    size_t offset);

/* The file ends at size. */
message_set oracle_truncated(const struct image *image, size_t size);

#endif
