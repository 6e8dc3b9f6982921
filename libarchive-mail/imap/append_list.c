/* Messages and commands that are not done. */
#include "base/alloc.h"
#include "imap/append_private.h"

void
am_append_list_add(struct am_append_list *list,
		   struct am_append_command *command)
{
	command->next = NULL;
	*list->end = command;
	list->end = &command->next;
}

void
am_append_list_add_first(struct am_append_list *list,
			 struct am_append_command *command)
{
	if (list->first == NULL)
		list->end = &command->next;
	command->next = list->first;
	list->first = command;
}

void
am_append_list_take(struct am_append_list *list,
		    struct am_append_command *command)
{
	struct am_append_command **link = &list->first;

	while (*link != command)
		link = &(*link)->next;
	*link = command->next;
	if (list->end == &command->next)
		list->end = link;
	command->next = NULL;
}

void
am_append_held_free(struct am_append_held *held)
{
	am_buf_free(&held->texts);
	am_buf_free(&held->mime);
	am_free(held);
}

void
am_append_command_free(struct am_append_command *command)
{
	while (command != NULL && command->first != NULL) {
		struct am_append_held *held = command->first;

		command->first = held->next;
		am_append_held_free(held);
	}
	am_free(command);
}

struct am_append_command *
am_append_command_new(void)
{
	struct am_append_command *command = am_alloc(sizeof(*command));

	if (command != NULL)
		command->end = &command->first;
	return command;
}

void
am_append_command_add(struct am_append_command *command,
		      struct am_append_held *held)
{
	held->next = NULL;
	*command->end = held;
	command->end = &held->next;
	command->count++;
	command->bytes += held->size;
}

enum am_status
am_append_held_new(const struct am_imap_message *message, struct am_bytes mime,
		   uint64_t size, struct am_append_held **held_out,
		   struct am_error *err)
{
	struct am_append_held *held = am_alloc(sizeof(*held));
	size_t keywords;
	enum am_status status;

	if (held == NULL)
		return am_nomem(err);
	held->message = *message;
	held->size = size;
	held->texts = am_buf(AM_APPEND_LINE_MAX);
	held->mime = am_buf(AM_IMAP_WINDOW_BYTES);
	am_buf_add_text(&held->texts, message->mailbox);
	am_buf_add_char(&held->texts, '\0');
	keywords = held->texts.len;
	if (message->keywords != NULL)
		am_buf_add_text(&held->texts, message->keywords);
	am_buf_add(&held->mime, mime);
	status = am_buf_status(&held->texts, err);
	if (status == AM_OK)
		status = am_buf_status(&held->mime, err);
	if (status != AM_OK) {
		am_append_held_free(held);
		return status;
	}
	held->message.mailbox = am_buf_text(&held->texts);
	held->message.keywords = am_buf_text(&held->texts) + keywords;
	*held_out = held;
	return AM_OK;
}

void
am_append_list_free(struct am_append_list *list)
{
	while (list->first != NULL) {
		struct am_append_command *command = list->first;

		list->first = command->next;
		am_append_command_free(command);
	}
}

void
am_append_rows_add(const struct am_append_command *command, uint64_t *rows,
		   size_t *count)
{
	const struct am_append_held *held;

	for (; command != NULL; command = command->next)
		for (held = command->first; held != NULL; held = held->next)
			rows[(*count)++] = held->message.row;
}

size_t
am_append_rows_count(const struct am_append_command *command)
{
	size_t count = 0;

	for (; command != NULL; command = command->next)
		count += command->count;
	return count;
}

struct am_append_command *
am_append_command_split(struct am_append_command *command, size_t at)
{
	struct am_append_command *rest = am_append_command_new();
	struct am_append_held *held = command->first;
	size_t i;

	if (rest == NULL)
		return NULL;
	command->first = NULL;
	command->end = &command->first;
	command->count = 0;
	command->bytes = 0;
	for (i = 0; held != NULL; i++) {
		struct am_append_held *next = held->next;

		am_append_command_add(i < at ? command : rest, held);
		held = next;
	}
	return rest;
}
