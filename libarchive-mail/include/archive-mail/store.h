/* An open PST or OST file: what it is, its folders, its messages.
 *
 * A store belongs to one thread at a time; open the file again for another
 * thread. Everything that a store gives out is borrowed until am_store_close.
 */
#ifndef ARCHIVE_MAIL_STORE_H
#define ARCHIVE_MAIL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <archive-mail/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct am_store;

/* Zero means the default. */
struct am_store_options {
	/* Levels of the node and block B-trees that are followed; 0: 8. */
	unsigned max_btree_depth;

	/* Code page of 8-bit texts, whatever is said of them (but not where it
	 * is UTF-8, and not against their bytes); 0: what they say themselves,
	 * else what the store says, else (ANSI) what most of its first
	 * messages say, else 1252. */
	unsigned codepage;
};

/* Opens a PST or OST for reading; the file may be damaged. The file is never
 * written to. store_out: caller closes with am_store_close.
 * AM_NOT_FOUND (no such file), AM_UNSUPPORTED (no PST: err->text says what it
 * is; or WIP-protected), AM_CORRUPT (no usable header), AM_IO, AM_NOMEM. */
AM_API enum am_status
am_store_open(const char *path, const struct am_store_options *options,
	      struct am_store **store_out, struct am_error *err);

/* NULL is fine. */
AM_API void am_store_close(struct am_store *store);

struct am_store_info {
	const char *format;    /* "ANSI", "Unicode" or "4K" */
	const char *client;    /* "PST", "OST" or "PAB" */
	const char *encoding;  /* "none", "permute" or "cyclic" */
	unsigned version;      /* wVer */
	uint64_t file_size;    /* bytes */
	uint64_t logical_size; /* ibFileEof; more than file_size: cut short */
	const char *display_name; /* UTF-8; "" if it has none */
	bool password;		  /* a password is set; it protects nothing */
	bool has_record_key;
	uint8_t record_key[16]; /* PidTagRecordKey: the store's UID */
	unsigned codepage;	/* of 8-bit texts without one of their own */
	uint8_t header_sha256[32];
};

AM_API const struct am_store_info *am_store_info(const struct am_store *store);

/* What a folder is for, by entry id and never by its name. */
enum am_role {
	AM_ROLE_NONE = 0,
	AM_ROLE_INBOX,
	AM_ROLE_SENT,
	AM_ROLE_DRAFTS,
	AM_ROLE_DELETED,
	AM_ROLE_JUNK,
	AM_ROLE_OUTBOX,
	AM_ROLE_ARCHIVE,
	AM_ROLE_CALENDAR,
	AM_ROLE_CONTACTS,
	AM_ROLE_TASKS,
	AM_ROLE_NOTES,
	AM_ROLE_JOURNAL
};

/* "inbox", "sent" ...; NULL for AM_ROLE_NONE. */
AM_API const char *am_role_name(enum am_role role);

struct am_folder {
	uint32_t nid;
	size_t parent;	  /* index in the list; SIZE_MAX: none */
	unsigned depth;	  /* 0 at the top of the visible tree */
	const char *name; /* PidTagDisplayName, UTF-8 NFC; "" if it has none */

	/* Names from the top of the visible tree (the IPM subtree), joined by
	 * "/"; a "/" inside a name is written "%2F", control characters
	 * likewise. The top itself, the folders above it and those beside it
	 * start with their own name. Unique: of several equal names all but
	 * the first (the visible one) get "~0x" and their NID in hexadecimal,
	 * as do "unnamed" ones and names that end like that by themselves. A
	 * path of more than 32 KiB starts anew, as "deep~0x...". */
	const char *path;
	const char *container_class; /* "IPF.Note" ...; "" if it has none */
	enum am_role role;

	/* Not shown by Outlook (nor is what is in it), or outside of the
	 * visible tree where that is known. A folder that lost its parent is
	 * not. */
	bool is_hidden;
	uint64_t content_count; /* what the folder says of itself; a hint */
};

/* The folders, depth first in the order of the hierarchy tables, unlisted ones
 * after by NID; search folders are not among them. Read once, at the first
 * call. AM_NOMEM, AM_LIMIT; what cannot be read is a finding of the store. */
AM_API enum am_status
am_store_folders(struct am_store *store, const struct am_folder **folders_out,
		 size_t *count_out, struct am_error *err);

/* What Outlook shows as a folder, but is a search: the messages in it lie in
 * other folders, and are counted and written there. */
struct am_search_folder {
	uint32_t nid;
	size_t parent; /* index in the list of folders; SIZE_MAX: none there */
	const char *name; /* as that of a folder */

	/* The path of parent and the name; not unique. One of more than 32 KiB
	 * starts anew, as "deep~0x...". */
	const char *path;
};

/* The search folders, in the order of their parents and then by NID. Read once,
 * at the first call; am_store_folders is called for it. Status as of that. */
AM_API enum am_status
am_store_search_folders(struct am_store *store,
			const struct am_search_folder **folders_out,
			size_t *count_out, struct am_error *err);

/* Findings about the file as a whole (header, B-tree pages, folders), in the
 * order they were made: text i, or NULL past the last. */
AM_API const char *am_store_finding(const struct am_store *store, size_t i);
AM_API uint64_t am_store_finding_count(const struct am_store *store);

#ifdef __cplusplus
}
#endif
#endif
