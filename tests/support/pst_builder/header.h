/* [MS-PST] 2.2.2.6 HEADER and 2.2.2.5 ROOT: where each field lies. */
#ifndef PB_HEADER_H
#define PB_HEADER_H

#include "format.h"

struct pb_field {
	const char *name;
	uint16_t ansi_at; /* bytes from the start of the file */
	uint16_t ansi_size;
	uint16_t unicode_at;
	uint16_t unicode_size; /* 0: the variant has no such field */
};

/* NULL for an unknown name or one this variant lacks. */
const struct pb_field *
pb_header_field(const struct pb_format *format, const char *name);
unsigned
pb_field_at(const struct pb_format *format, const struct pb_field *field);
unsigned
pb_field_size(const struct pb_format *format, const struct pb_field *field);

#endif
