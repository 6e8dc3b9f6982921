/* [MS-OXRTFCP] compressed RTF, and RTF that is stored as it is. */
#ifndef AM_RTF_LZFU_H
#define AM_RTF_LZFU_H

#include "base/report.h"
#include "io/stream.h"

/* Output never passes 64 times the input plus 1 MiB, nor this. */
enum { AM_LZFU_MAX_OUTPUT = 256 << 20 };

/* Opens the RTF behind the PidTagRtfCompressed value that raw delivers. A
 * damaged value gives what can be decoded, and a finding to report (may be
 * NULL): wrong CRC, no end mark, wrong sizes (of RAWSIZE only where end mark
 * and CRC do not prove it whole). Works piece by piece. AM_CORRUPT when it is
 * no RTF container at all, AM_LIMIT, AM_NOMEM, or the status of raw. raw stays
 * the caller's and must outlive the stream. */
enum am_status
am_lzfu_open(struct am_arena *arena, struct am_stream *raw, uint64_t raw_size,
	     struct am_report *report, struct am_stream **stream_out,
	     struct am_error *err);

#endif
