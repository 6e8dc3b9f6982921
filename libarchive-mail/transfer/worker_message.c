/* One message: does it pass the filters, what is written of it, its row. */
#include <stdio.h>

#include "transfer/filter.h"
#include "transfer/worker.h"

/* A failure is no matter of the message that happened to ask. */
static enum am_status
ex_address(void *arg, const char *legacy_dn, const char **smtp_out,
	   struct am_error *err)
{
	struct am_worker *worker = arg;
	enum am_status status;

	am_arena_reset(&worker->people);
	status = am_address_book_find(worker->run->book, legacy_dn,
				      &worker->people, smtp_out, err);
	if (status != AM_OK && worker->ended == AM_OK) {
		worker->ended = status;
		worker->end = *err;
	}
	return status;
}

static struct am_convert_options
convert_options(struct am_worker *worker)
{
	const struct am_convert_options options = {
		.content = worker->run->options->dedup,
		.lf = am_recorder_wants_lf(worker->run->recorder),
		.ex_address = ex_address,
		.ex_arg = worker,
		.vcard3 = worker->run->options->vcard3,
		.no_receipts = worker->run->options->no_receipts,
		.items_as_mail = worker->run->options->items_as_mail,
	};

	return options;
}

void
am_worker_row_fail(struct am_worker *worker, struct am_row *row,
		   const struct am_error *err)
{
	(void)snprintf(worker->reason, sizeof(worker->reason), "%s: %s",
		       am_status_name(err->status), err->text);
	am_row_fail(row, worker->reason);
}

/* The facts of the row, once nothing more will be learned about it. */
static enum am_status
row_finish(struct am_worker *worker, struct am_row *row,
	   const struct am_mail *mail, struct am_error *err)
{
	if (mail != NULL && row->outcome != AM_OUTCOME_SKIPPED) {
		row->counts = mail->counts;
		row->damaged = mail->damaged;
		row->partial = mail->partial;
	}
	if (row->outcome == AM_OUTCOME_FAILED)
		am_row_fail(row, row->reason);
	row->findings = worker->report.count;
	AM_TRY(am_row_facts(&worker->facts, mail, &worker->report,
			    &row->duplicate_at, err));
	row->facts = am_buf_text(&worker->facts);
	return AM_OK;
}

static enum am_status
row_settle(struct am_worker *worker, struct am_row *row,
	   const struct am_mail *mail, size_t offset, struct am_error *err)
{
	if (worker->ended != AM_OK) {
		*err = worker->end;
		return worker->ended;
	}
	if (worker->report.no_memory)
		return am_nomem(err);
	AM_TRY(row_finish(worker, row, mail, err));
	if (worker->has_turn)
		return am_recorder_add(worker->run->recorder, row, err);
	return am_worker_row_wait(worker, row, offset, err);
}

static enum am_status
mail_convert(struct am_worker *worker, struct am_row *row, struct am_mail *mail,
	     struct am_error *err)
{
	const struct am_bytes nothing = { 0 };
	const size_t offset = worker->mime.len;

	row->flags = mail->flags;
	row->keywords = mail->keywords;
	row->received = mail->received;
	row->sent = mail->date;
	row->sender = mail->sender;
	row->subject = mail->subject;
	row->uid = mail->uid;
	if (worker->has_turn)
		AM_TRY(am_worker_stream(worker, row, mail, nothing, nothing,
					err));
	else
		AM_TRY(am_worker_buffer(worker, row, mail, offset, err));
	return row_settle(worker, row, mail, offset, err);
}

/* An item that is passed over: its row needs no message. */
static enum am_status
survey_settle(struct am_worker *worker, struct am_message *message,
	      struct am_row *row, struct am_error *err)
{
	struct am_mail *mail = NULL;
	enum am_status status;

	status = am_item_survey(message, &mail, err);
	if (status == AM_NOMEM)
		return status;
	status = row_settle(worker, row, status == AM_OK ? mail : NULL,
			    worker->mime.len, err);
	am_mail_close(mail);
	return status;
}

static enum am_status
mail_settle(struct am_worker *worker, struct am_message *message,
	    struct am_row *row, struct am_error *err)
{
	const struct am_convert_options options = convert_options(worker);
	struct am_mail *mail = NULL;
	enum am_status status;

	status = am_item_open(message, &options, &mail, err);
	if (status == AM_NOMEM)
		return status;
	if (status != AM_OK) {
		am_worker_row_fail(worker, row, err);
		return row_settle(worker, row, NULL, worker->mime.len, err);
	}
	row->reason = am_filter_time(worker->run->options, mail->received);
	if (row->reason != NULL) {
		row->outcome = AM_OUTCOME_SKIPPED;
		status = row_settle(worker, row, mail, worker->mime.len, err);
	} else {
		status = mail_convert(worker, row, mail, err);
	}
	am_mail_close(mail);
	return status;
}

static enum am_status
message_settle(struct am_worker *worker, struct am_message *message,
	       struct am_row *row, struct am_error *err)
{
	const struct am_transfer_options *options = worker->run->options;
	const char *folder =
		am_walk_folder_path(worker->run->walk, row->folder);
	const enum am_item_kind kind = am_item_kind(message->class_name);

	row->class_name = message->class_name;
	row->outcome = AM_OUTCOME_SKIPPED;
	row->reason = am_filter_folder(options, folder);
	if (row->reason == NULL)
		row->reason = am_filter_class(options, message->class_name);
	if (row->reason == NULL)
		row->reason = am_filter_kind(options, kind);
	if (row->reason != NULL)
		return survey_settle(worker, message, row, err);
	row->outcome = AM_OUTCOME_WRITTEN;
	row->route = options->items_as_mail ? AM_ROUTE_MAIL : am_route_of(kind);
	return mail_settle(worker, message, row, err);
}

enum am_status
am_worker_item(struct am_worker *worker, const struct am_walk_item *item,
	       struct am_error *err)
{
	struct am_row row = { .number = item->number,
			      .nid = item->node.nid,
			      .folder = item->folder,
			      .received = AM_TIME_NONE,
			      .sender = "" };
	struct am_message *message;
	enum am_status status;

	status = am_message_open(worker->store, &item->node, &worker->arena,
				 &message, err);
	if (status == AM_OK) {
		message->status = item->message_status;
		status = message_settle(worker, message, &row, err);
	} else if (status != AM_NOMEM) {
		am_worker_row_fail(worker, &row, err);
		status = row_settle(worker, &row, NULL, worker->mime.len, err);
	}
	am_arena_reset(&worker->arena);
	am_arena_reset(&worker->findings);
	am_report_clear(&worker->report);
	return status;
}
