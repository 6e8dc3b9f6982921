/* What the files of pst/messaging know of a store; nobody else includes it. */
#ifndef AM_PST_MESSAGING_STORE_PRIVATE_H
#define AM_PST_MESSAGING_STORE_PRIVATE_H

#include "pst/messaging/store.h"

struct am_folder_list;
struct am_search_list;

/* Of the folders (folder.h); 0: the limit of the same name. */
struct am_folder_limits {
	size_t count;
	uint32_t rows;
	size_t path; /* bytes, as the others */
	size_t names;
	size_t texts;
};

struct am_store {
	struct am_source *source;
	struct am_ndb *ndb;
	struct am_arena arena;	       /* for the life of the store */
	struct am_arena finding_arena; /* texts of the findings */
	struct am_report findings;
	struct am_report *report; /* of the item at hand, or findings */
	struct am_store_info info;
	unsigned codepage_store;  /* PidTagCodePageId; 0: unknown */
	unsigned codepage_forced; /* of the caller; 0: none */
	struct am_pc *pc;	  /* of node 0x21; NULL: lost */
	struct am_named_map *named;
	struct am_folder_limits limits;
	struct am_folder_list *folders;	 /* NULL: not read yet */
	struct am_search_list *searches; /* likewise */
};

/* Adds a finding about the node nid to report. */
void am_store_note(struct am_report *report, const char *kind, uint32_t nid,
		   const struct am_error *err);

/* Hands cause on to err (which may be NULL) and returns its status. */
enum am_status
am_store_pass(struct am_error *err, const struct am_error *cause);

/* Frees what am_store_folders read; NULL is fine. */
void am_folder_list_close(struct am_folder_list *list);

/* Frees what am_store_search_folders read; NULL is fine. */
void am_search_list_close(struct am_search_list *list);

#endif
