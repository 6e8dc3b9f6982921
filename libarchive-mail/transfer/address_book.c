/* Who is who in an archive. */
#include "transfer/address_book.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "convert/arena_text.h"
#include "convert/ex_known.h"
#include "io/dir.h"
#include "journal/spill.h"
#include "transfer/ex_map.h"
#include "transfer/input.h"

enum { NAME_SIZE = 512 };

struct am_address_book {
	const struct am_transfer_options *options; /* borrowed */
	size_t memory;				   /* bytes; 0: the usual */
	pthread_mutex_t lock;			   /* all below */
	bool is_learned;
	struct am_spill *people;
};

/* ---- learning ---- */

struct learner {
	struct am_address_book *book;
	struct am_store *store;
	struct am_arena arena; /* of the message at hand */
	struct am_report report;
	unsigned embedded; /* in the message at hand */
};

static enum am_status
pairs_learn(struct learner *learner, const struct am_message *message,
	    struct am_error *err)
{
	struct am_address_book *book = learner->book;
	struct am_ex_pair *pairs;
	size_t count;
	size_t i;

	AM_TRY(am_ex_pairs_read(message, &pairs, &count, err));
	for (i = 0; i < count; i++) {
		const struct am_bytes dn = am_bytes_of(pairs[i].dn);
		const struct am_bytes smtp = am_bytes_of(pairs[i].smtp);

		AM_TRY(am_spill_add(book->people, dn, smtp, NULL, err));
		if (book->options->ex_learned != NULL)
			AM_TRY(am_ex_map_add(book->options->ex_learned, dn,
					     smtp, err));
	}
	return AM_OK;
}

static enum am_status
message_learn(struct learner *learner, struct am_message *message,
	      struct am_error *err);

static enum am_status
embedded_learn(struct learner *learner, const struct am_attachment *attachment,
	       struct am_error *err)
{
	struct am_arena arena = { 0 };
	struct am_message *message;
	enum am_status status;

	if (attachment->pc == NULL ||
	    attachment->method != AM_ATTACH_EMBEDDED ||
	    learner->embedded++ >= AM_LEARN_MAX_EMBEDDED)
		return AM_OK;
	status = am_attachment_message(attachment, &arena, &message, err);
	if (status == AM_OK)
		status = message_learn(learner, message, err);
	am_arena_free(&arena);
	return am_is_item_scoped(status) ? AM_OK : status;
}

static enum am_status
message_learn(struct learner *learner, struct am_message *message,
	      struct am_error *err)
{
	struct am_attachment *attachments;
	size_t count;
	size_t i;

	AM_TRY(pairs_learn(learner, message, err));
	if (message->depth >= AM_LEARN_MAX_DEPTH)
		return AM_OK;
	AM_TRY(am_message_attachments(message, &attachments, &count, err));
	for (i = 0; i < count; i++)
		AM_TRY(embedded_learn(learner, &attachments[i], err));
	return AM_OK;
}

/* What cannot be read tells nothing; that it cannot is said when it is
 * converted. */
static enum am_status
node_learn(struct learner *learner, const struct am_node *node,
	   struct am_error *err)
{
	struct am_message *message;
	enum am_status status;

	learner->embedded = 0;
	status = am_message_open(learner->store, node, &learner->arena,
				 &message, err);
	if (status == AM_OK)
		status = message_learn(learner, message, err);
	am_arena_reset(&learner->arena);
	am_report_clear(&learner->report);
	return am_is_item_scoped(status) ? AM_OK : status;
}

static enum am_status
stop_check(const struct am_address_book *book, struct am_error *err)
{
	const atomic_bool *stop = book->options->stop;

	if (stop == NULL || !atomic_load(stop))
		return AM_OK;
	return am_fail(err, AM_INTERRUPTED,
		       "interrupted; the same command goes on from here");
}

/* In the order of NIDs: of several addresses the oldest item's stays. */
static enum am_status
nodes_learn(struct learner *learner, struct am_error *err)
{
	struct am_node_iter iter = { 0 };
	struct am_node node;
	enum am_status status;

	while ((status = am_node_next(am_store_ndb(learner->store), &iter,
				      &node, err)) == AM_OK) {
		AM_TRY(stop_check(learner->book, err));
		if (am_nid_type(node.nid) == AM_NID_TYPE_MESSAGE)
			AM_TRY(node_learn(learner, &node, err));
	}
	return status == AM_END ? AM_OK : status;
}

static enum am_status
archive_learn(struct am_address_book *book, struct am_error *err)
{
	struct learner learner = { .book = book };
	enum am_status status;

	learner.report.arena = &learner.arena;
	learner.arena.limit = book->memory > 0 ? book->memory : AM_LEARN_MEMORY;
	status = am_input_reopen(book->options, &learner.store, err);
	if (status == AM_OK) {
		am_store_set_report(learner.store, &learner.report);
		status = nodes_learn(&learner, err);
	}
	am_store_close(learner.store);
	am_arena_free(&learner.arena);
	return status;
}

static enum am_status
people_open(struct am_address_book *book, struct am_error *err)
{
	char name[NAME_SIZE];
	enum am_status status;
	int dir;

	if ((size_t)snprintf(name, sizeof(name), "%s.people",
			     book->options->name) >= sizeof(name))
		return am_fail(err, AM_OUTPUT,
			       "the name of the input is too long");
	AM_TRY(am_dir_open(book->options->output, true, &dir, err));
	status = am_spill_open(dir, name, &book->people, err);
	(void)close(dir);
	return status;
}

/* Under the lock. A failure ends the run: it is not tried again. */
static enum am_status
book_learn(struct am_address_book *book, struct am_error *err)
{
	if (book->is_learned)
		return AM_OK;
	if (book->people != NULL)
		return am_fail(err, AM_INTERRUPTED, "the run has failed");
	AM_TRY(people_open(book, err));
	AM_TRY(archive_learn(book, err));
	book->is_learned = true;
	return AM_OK;
}

/* ---- */

enum am_status
am_address_book_open(const struct am_transfer_options *options, size_t memory,
		     struct am_address_book **book_out, struct am_error *err)
{
	struct am_address_book *book = am_alloc(sizeof(*book));

	if (book == NULL)
		return am_nomem(err);
	book->options = options;
	book->memory = memory;
	if (pthread_mutex_init(&book->lock, NULL) != 0) {
		am_free(book);
		return am_nomem(err);
	}
	*book_out = book;
	return AM_OK;
}

void
am_address_book_close(struct am_address_book *book)
{
	if (book == NULL)
		return;
	am_spill_close(book->people);
	(void)pthread_mutex_destroy(&book->lock);
	am_free(book);
}

enum am_status
am_address_book_learn(struct am_address_book *book, struct am_error *err)
{
	enum am_status status;

	(void)pthread_mutex_lock(&book->lock);
	status = book_learn(book, err);
	(void)pthread_mutex_unlock(&book->lock);
	return status;
}

static enum am_status
learned_find(struct am_address_book *book, const char *dn,
	     struct am_arena *arena, struct am_bytes *smtp_out,
	     struct am_error *err)
{
	enum am_status status;

	(void)pthread_mutex_lock(&book->lock);
	status = book_learn(book, err);
	if (status == AM_OK)
		status = am_spill_get(book->people, am_bytes_of(dn), arena,
				      smtp_out, err);
	(void)pthread_mutex_unlock(&book->lock);
	return status;
}

enum am_status
am_address_book_find(struct am_address_book *book, const char *dn,
		     struct am_arena *arena, const char **smtp_out,
		     struct am_error *err)
{
	struct am_bytes smtp = { 0 };
	enum am_status status;

	*smtp_out = book->options->ex_map != NULL
			    ? am_ex_map_find(book->options->ex_map, dn)
			    : NULL;
	if (*smtp_out != NULL)
		return AM_OK;
	status = learned_find(book, dn, arena, &smtp, err);
	if (status == AM_NOT_FOUND)
		return AM_OK;
	if (status != AM_OK)
		return status;
	return am_arena_text_copy(arena, smtp, smtp_out, err);
}
