/* The journal of a conversion: what is durably done, so that the same command
 * resumes after a kill, and never starts over something else. A SQLite file
 * (WAL); kept after success. */
#ifndef AM_JOURNAL_JOURNAL_H
#define AM_JOURNAL_JOURNAL_H

#include "base/bytes.h"
#include "base/error.h"

struct am_journal;

/* What a run is of: the same key resumes, another is AM_OUTPUT. */
struct am_journal_key {
	uint64_t input_size;	    /* bytes */
	uint8_t input_identity[32]; /* SHA-256 of the input's header */
	const char *options;	    /* all that decides over the output */
};

/* Rows are done in order, so what is done is one number. */
struct am_checkpoint {
	uint64_t next_row;	/* the first row that is not done */
	uint64_t ledger_length; /* bytes of the unpublished ledger */
	bool complete;		/* ledger and summary are published */
	const char *counters;	/* the summary so far, as text; borrowed */
};

/* Opens or makes the journal at path below dir. resumed_out: it was there and
 * its key is the same. AM_OUTPUT: another key (the text says what differs),
 * not a journal, or another process holds it; AM_IO, AM_NOMEM. journal_out:
 * caller closes. */
enum am_status
am_journal_open(int dir, const char *path, const struct am_journal_key *key,
		bool no_sync, struct am_journal **journal_out,
		bool *resumed_out, struct am_error *err);

/* NULL is fine. */
void am_journal_close(struct am_journal *journal);

/* The last checkpoint; all zero, counters "" in a new journal. */
enum am_status
am_journal_read(struct am_journal *journal,
		struct am_checkpoint *checkpoint_out, struct am_error *err);

/* One transaction: begin, any number of lengths, then the checkpoint, which
 * commits it and returns when it is durable. */
enum am_status
am_journal_begin(struct am_journal *journal, struct am_error *err);
enum am_status
am_journal_set_length(struct am_journal *journal, const char *path,
		      uint64_t length, struct am_error *err);
enum am_status
am_journal_commit(struct am_journal *journal,
		  const struct am_checkpoint *checkpoint, struct am_error *err);

/* A finding about the file as a whole, inside the transaction; the same text
 * twice is one. At most AM_JOURNAL_MAX_FINDINGS are kept. */
enum { AM_JOURNAL_MAX_FINDINGS = 10000 };
enum am_status am_journal_add_finding(struct am_journal *journal,
				      const char *text, struct am_error *err);

/* All findings, sorted by text. */
enum am_status
am_journal_findings(struct am_journal *journal,
		    enum am_status (*visit)(void *arg, const char *text,
					    struct am_error *err),
		    void *arg, struct am_error *err);

/* Digests of contents that were written (transfer/dedup.h), inside the
 * transaction; and all of them, as they were added. */
enum am_status
am_journal_add_contents(struct am_journal *journal, struct am_bytes entries,
			struct am_error *err);
enum am_status
am_journal_contents(struct am_journal *journal,
		    enum am_status (*visit)(void *arg, struct am_bytes entries,
					    struct am_error *err),
		    void *arg, struct am_error *err);

/* A message that a server has: the row's number, and where (uidvalidity and uid
 * 0: the server does not say), inside the transaction; and all of them in the
 * order of the rows. */
struct am_journal_stored {
	uint64_t row;
	const char *mailbox; /* as on the wire; borrowed */
	uint32_t uidvalidity, uid;
};
enum am_status am_journal_add_stored(struct am_journal *journal,
				     const struct am_journal_stored *stored,
				     struct am_error *err);
enum am_status
am_journal_stored(struct am_journal *journal,
		  enum am_status (*visit)(
			  void *arg, const struct am_journal_stored *stored,
			  struct am_error *err),
		  void *arg, struct am_error *err);

/* All lengths that were set; visit returns AM_OK to go on. */
enum am_status
am_journal_lengths(struct am_journal *journal,
		   enum am_status (*visit)(void *arg, const char *path,
					   uint64_t length,
					   struct am_error *err),
		   void *arg, struct am_error *err);

#endif
