/* What a file is that is no PST. */
#include "pst/ndb/sniff.h"

#include "base/cursor.h"

enum {
	HEAD_SIZE = 4096, /* bytes of the file's start that are looked at */
	ZERO_SAMPLES = 256,
	ZERO_SAMPLE_SIZE = 4096
};

/* Bytes at an offset that give a kind of file away. */
struct magic {
	size_t offset;
	size_t len;
	const char *bytes;
	const char *text;
};

#define UNPACK "unpack it and give the .pst or .ost that is inside"

static const struct magic magics[] = {
	{ 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	  "an OLE compound file: a single Outlook message (.msg) or an old "
	  "Office document, not an archive; give the .pst or .ost file" },
	{ 0, 16, "SQLite format 3",
	  "an SQLite database: Outlook for Mac, Windows Mail and others keep "
	  "mail in such files; export the mailbox to a .pst first" },
	{ 4, 4, "\xef\xcd\xab\x89",
	  "an ESE database (Exchange .edb, Windows Mail store.vol, Windows "
	  "Search); export the mailbox to a .pst first" },
	{ 0, 4, "\xcf\xad\x12\xfe",
	  "an Outlook Express mail folder (.dbx), not a PST; import it into "
	  "Outlook or Thunderbird" },
	{ 0, 4, "JMF6", "an Outlook Express 4 mail folder (.mbx), not a PST" },
	{ 0, 4, "\x78\x9f\x3e\x22",
	  "a TNEF attachment (winmail.dat), not an archive" },
	{ 0, 4, "%PDF", "a PDF document; give the .pst or .ost file" },
	{ 0, 2, "\x1f\x8b", "gzip-compressed; " UNPACK },
	{ 0, 6, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive; " UNPACK },
	{ 0, 4, "Rar!", "a RAR archive; " UNPACK },
	{ 0, 3, "BZh", "bzip2-compressed; " UNPACK },
	{ 0, 6,
	  "\xfd"
	  "7zXZ",
	  "xz-compressed; " UNPACK },
	{ 0, 4, "\x28\xb5\x2f\xfd", "Zstandard-compressed; " UNPACK },
	{ 0, 4, "MSCF", "a Cabinet archive; " UNPACK },
	{ 257, 5, "ustar", "a tar archive; " UNPACK },
	{ 0, 2, "MZ", "a Windows program; give the .pst or .ost file" },
	{ 0, 4,
	  "\x7f"
	  "ELF",
	  "a program; give the .pst or .ost file" },
	{ 0, 4, "\x89PNG", "a picture; give the .pst or .ost file" },
	{ 0, 3, "\xff\xd8\xff", "a picture; give the .pst or .ost file" },
	{ 0, 4, "\x00\x05\x16\x07",
	  "the companion that macOS keeps beside a file (its name starts "
	  "with \"._\"); give the file without \"._\"" },
	{ 0, 26, "version https://git-lfs.gi",
	  "a Git LFS pointer, not the file itself; fetch it with git lfs "
	  "pull" },
	{ 0, 15, "BEGIN:VCALENDAR", "an iCalendar file, not an archive" },
	{ 0, 11, "BEGIN:VCARD", "a vCard file, not an archive" },
};

static bool
has_at(struct am_bytes head, size_t offset, const char *bytes, size_t len)
{
	struct am_bytes part;

	return am_slice(head, offset, len, &part) &&
	       am_bytes_equal(part, am_bytes(bytes, len));
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

/* Without regard to ASCII case; want is in lower case. */
static bool
starts_with(struct am_bytes bytes, const char *want)
{
	size_t i;

	for (i = 0; want[i] != '\0'; i++)
		if (i >= bytes.len || lower(bytes.data[i]) != (uint8_t)want[i])
			return false;
	return true;
}

static bool
contains(struct am_bytes bytes, const char *want)
{
	struct am_bytes rest = bytes;
	size_t i;

	for (i = 0; i < bytes.len; i++)
		if (am_slice(bytes, i, bytes.len - i, &rest) &&
		    starts_with(rest, want))
			return true;
	return false;
}

/* Without byte order mark and leading white space. */
static struct am_bytes
text_start(struct am_bytes head)
{
	struct am_cursor cur = am_cursor(head);

	if (has_at(head, 0, "\xef\xbb\xbf", 3))
		am_skip(&cur, 3);
	while (cur.left > 0 && (*cur.next == ' ' || *cur.next == '\t' ||
				*cur.next == '\r' || *cur.next == '\n'))
		am_skip(&cur, 1);
	return am_bytes(cur.next, cur.left);
}

static enum am_status
zip_sniff(struct am_bytes head, struct am_error *err)
{
	struct am_cursor cur = am_cursor(head);
	struct am_bytes name = { NULL, 0 };
	size_t len;

	am_skip(&cur, 26);
	len = am_u16(&cur);
	(void)am_slice(head, 30, len, &name);
	if (contains(name, "com.microsoft.__") || starts_with(name, "local/") ||
	    starts_with(name, "accounts/") ||
	    starts_with(name, "categories.xml"))
		return am_fail(err, AM_UNSUPPORTED,
			       "this is an archive of Outlook for Mac (.olm), "
			       "which is another format than PST; import it "
			       "into Outlook and export a .pst");
	if (starts_with(name, "[content_types].xml"))
		return am_fail(err, AM_UNSUPPORTED,
			       "this is an Office document; give the .pst or "
			       ".ost file");
	return am_fail(err, AM_UNSUPPORTED, "this is a ZIP archive; " UNPACK);
}

/* The first field of a message, such as "Return-Path: ". */
static bool
is_field(struct am_bytes text)
{
	static const char *const names[] = {
		"return-path:",
		"received:",
		"delivered-to:",
		"from:",
		"to:",
		"mime-version:",
		"date:",
		"subject:",
		"message-id:",
		"x-",
		"dkim-signature:",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (starts_with(text, names[i]))
			return contains(text, ": ");
	return false;
}

static bool
is_text(struct am_bytes head)
{
	size_t i;

	for (i = 0; i < head.len; i++)
		if (head.data[i] < 0x20 && head.data[i] != '\t' &&
		    head.data[i] != '\r' && head.data[i] != '\n' &&
		    head.data[i] != '\f' && head.data[i] != 0x1b)
			return false;
	return head.len > 0;
}

static enum am_status
text_sniff(struct am_bytes head, struct am_error *err)
{
	const struct am_bytes text = text_start(head);

	if (starts_with(text, "<!doctype html") || starts_with(text, "<html"))
		return am_fail(err, AM_UNSUPPORTED,
			       "this is a web page: the download gave a page "
			       "(a login or an error) instead of the file; "
			       "download it again");
	if (starts_with(text, "from ") && contains(text, "\n"))
		return am_fail(err, AM_UNSUPPORTED,
			       "this is an mbox mail folder, not a PST: it is "
			       "already what most mail programs read");
	if (is_field(text))
		return am_fail(err, AM_UNSUPPORTED,
			       "this is a single message (.eml), not a PST; "
			       "mail programs open it as it is");
	if (starts_with(text, "<?xml"))
		return am_fail(err, AM_UNSUPPORTED,
			       "this is an XML file; give the .pst or .ost "
			       "file");
	return am_fail(err, AM_UNSUPPORTED,
		       "this is a text file; give the .pst or .ost file");
}

/* Zero bytes only, as far as a bounded number of samples tells. */
static enum am_status
is_zeros(struct am_source *source, bool *zeros_out, struct am_error *err)
{
	static const uint8_t zeros[ZERO_SAMPLE_SIZE];
	const uint64_t size = am_source_size(source);
	uint8_t sample[ZERO_SAMPLE_SIZE];
	uint64_t step = size / ZERO_SAMPLES;
	uint64_t at;

	if (step < ZERO_SAMPLE_SIZE)
		step = ZERO_SAMPLE_SIZE;
	*zeros_out = true;
	for (at = 0; at < size && *zeros_out; at += step) {
		const uint64_t left = size - at;
		const size_t len =
			left < sizeof(sample) ? (size_t)left : sizeof(sample);

		AM_TRY(am_source_read_at(source, at, sample, len, err));
		*zeros_out = memcmp(sample, zeros, len) == 0;
	}
	return AM_OK;
}

/* The first allocation map has its place; its type is there twice. */
static bool
has_amap(struct am_source *source)
{
	static const uint64_t places[] = { 0x4400 + 496, 0x4400 + 500,
					   0x22000 + 4072 };
	uint8_t types[2];
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (am_source_read_at(source, places[i], types, sizeof(types),
				      NULL) == AM_OK &&
		    types[0] == 0x84 && types[1] == 0x84)
			return true;
	return false;
}

static enum am_status
binary_sniff(struct am_source *source, struct am_bytes head,
	     struct am_error *err)
{
	uint8_t first[4] = { 0 };
	bool zeros;
	size_t i;

	AM_TRY(is_zeros(source, &zeros, err));
	if (zeros)
		return am_fail(err, AM_UNSUPPORTED,
			       "the file holds nothing but zero bytes: a copy, "
			       "a download or a synchronisation did not "
			       "finish; get it again from its origin");
	if (has_amap(source))
		return am_fail(err, AM_CORRUPT,
			       "the header is overwritten, but what follows "
			       "looks like a PST: try to recover it");
	for (i = 0; i < sizeof(first) && i < head.len; i++)
		first[i] = head.data[i];
	return am_fail(err, AM_UNSUPPORTED,
		       "this is not a PST or OST: it does not begin with "
		       "\"!BDN\" but with the bytes %02x %02x %02x %02x",
		       first[0], first[1], first[2], first[3]);
}

enum am_status
am_sniff(struct am_source *source, struct am_error *err)
{
	const uint64_t size = am_source_size(source);
	const size_t len = size < HEAD_SIZE ? (size_t)size : HEAD_SIZE;
	uint8_t data[HEAD_SIZE];
	const struct am_bytes head = am_bytes(data, len);
	size_t i;

	if (size == 0)
		return am_fail(err, AM_UNSUPPORTED,
			       "the file is empty: the copy or download did "
			       "not finish; get it again from its origin");
	AM_TRY(am_source_read_at(source, 0, data, len, err));
	for (i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (has_at(head, magics[i].offset, magics[i].bytes,
			   magics[i].len))
			return am_fail(err, AM_UNSUPPORTED, "this is %s",
				       magics[i].text);
	if (has_at(head, 0, "PK\x03\x04", 4) ||
	    has_at(head, 0, "PK\x05\x06", 4))
		return zip_sniff(head, err);
	if (is_text(head))
		return text_sniff(head, err);
	return binary_sniff(source, head, err);
}
