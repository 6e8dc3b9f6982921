/* Keywords of Maildir messages as Dovecot has them: letters a to z in the
 * names of files, and what each stands for in the folder's dovecot-keywords,
 * "<number> <keyword>" a line, in the order in which they came. */
#ifndef AM_SINK_MAILDIR_KEYWORDS_H
#define AM_SINK_MAILDIR_KEYWORDS_H

#include "sink/grow_files.h"

enum {
	AM_MAILDIR_LETTERS = 26,
	AM_MAILDIR_KEYWORD_FOLDERS = 8 /* remembered at once */
};

struct am_maildir_keyword_set {
	size_t folder; /* SIZE_MAX: none */
	bool is_full_told;
	size_t count;
	char names[AM_MAILDIR_LETTERS][AM_KEYWORD_MAX + 1];
};

struct am_maildir_keywords {
	struct am_grow_files files;
	struct am_maildir_keyword_set *sets; /* AM_MAILDIR_KEYWORD_FOLDERS */
	size_t next;			     /* to be replaced next */
	enum am_status (*finding)(void *arg, const char *text,
				  struct am_error *err);
	void *finding_arg;
};

/* Freed with am_maildir_keywords_free, also after a failure. AM_NOMEM. */
enum am_status am_maildir_keywords_init(struct am_maildir_keywords *keywords,
					struct am_sink_tree *tree,
					const struct am_sink_options *options,
					struct am_error *err);
void am_maildir_keywords_free(struct am_maildir_keywords *keywords);

/* The letters of the message's keywords, sorted. A keyword is added to the
 * folder's file; one for which no letter is left is a finding. AM_OUTPUT,
 * AM_IO. */
enum am_status
am_maildir_keywords_letters(struct am_maildir_keywords *keywords,
			    const struct am_sink_message *message,
			    char letters[AM_MAILDIR_LETTERS + 1],
			    struct am_error *err);

/* The files of the folders of the batch are on disk, and are noted for the
 * checkpoint. all: what is in the kernel is on disk already, or need not be. */
enum am_status am_maildir_keywords_commit(struct am_maildir_keywords *keywords,
					  bool all, struct am_error *err);

#endif
