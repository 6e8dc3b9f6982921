/* [MS-PST] 2.2.2.6 HEADER and 2.2.2.5 ROOT. */
#ifndef AM_PST_NDB_HEADER_H
#define AM_PST_NDB_HEADER_H

#include "pst/ndb/format.h"

enum { AM_HEADER_MAX_SIZE = 564, AM_HEADER_MIN_SIZE = 512 };

struct am_header {
	char client[3];	  /* wMagicClient as text */
	unsigned version; /* wVer */
	uint8_t sentinel;
	uint8_t crypt; /* bCryptMethod, as it is there */
	uint32_t unique;
	uint64_t file_eof;
	uint8_t amap_valid;
	struct am_bref nbt;
	struct am_bref bbt;
};

/* "!BDN"? */
bool am_header_has_magic(struct am_bytes raw);

/* A header whose magic is damaged: its client is known, and the checksum, which
 * does not cover the magic, is right. */
bool am_header_has_crc(struct am_bytes raw);

/* The variant that wVer names; where it names none, by the sentinel. */
enum am_ndb_variant am_header_variant(struct am_bytes raw);

/* The fields of the header in raw, by the layout of format. AM_CORRUPT when
 * raw is too short for it. */
enum am_status
am_header_decode(const struct am_ndb_format *format, struct am_bytes raw,
		 struct am_header *out, struct am_error *err);

/* Its checksums, as findings. */
void am_header_check(const struct am_ndb_format *format, struct am_bytes raw,
		     struct am_report *report);

#endif
