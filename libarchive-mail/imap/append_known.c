/* Many messages to a server: the mailboxes that take them. */
#include "base/alloc.h"
#include "imap/append_private.h"

/* The link to the mailbox, or to the end. */
static struct am_append_mailbox **
mailbox_link(struct am_append_mailboxes *known, const char *name)
{
	struct am_append_mailbox **link = &known->first;

	while (*link != NULL && strcmp(am_buf_text(&(*link)->name), name) != 0)
		link = &(*link)->next;
	return link;
}

/* The next message mostly goes where this goes: it is found first. */
bool
am_append_mailbox_is_known(struct am_append_mailboxes *known, const char *name)
{
	struct am_append_mailbox **link = mailbox_link(known, name);
	struct am_append_mailbox *mailbox = *link;

	if (mailbox == NULL)
		return false;
	*link = mailbox->next;
	mailbox->next = known->first;
	known->first = mailbox;
	return true;
}

static void
mailbox_free(struct am_append_mailbox *mailbox)
{
	am_buf_free(&mailbox->name);
	am_free(mailbox);
}

static struct am_append_mailbox *
mailbox_new(const char *name)
{
	struct am_append_mailbox *mailbox = am_alloc(sizeof(*mailbox));

	if (mailbox == NULL)
		return NULL;
	mailbox->name = am_buf(AM_APPEND_LINE_MAX);
	am_buf_add_text(&mailbox->name, name);
	if (am_buf_status(&mailbox->name, NULL) != AM_OK) {
		mailbox_free(mailbox);
		return NULL;
	}
	return mailbox;
}

void
am_append_mailbox_know(struct am_append_mailboxes *known, const char *name)
{
	struct am_append_mailbox *mailbox;

	if (known->count >= AM_IMAP_KNOWN_MAX ||
	    am_append_mailbox_is_known(known, name))
		return;
	mailbox = mailbox_new(name);
	if (mailbox == NULL)
		return;
	mailbox->next = known->first;
	known->first = mailbox;
	known->count++;
}

void
am_append_mailbox_forget(struct am_append_mailboxes *known, const char *name)
{
	struct am_append_mailbox **link = mailbox_link(known, name);
	struct am_append_mailbox *mailbox = *link;

	if (mailbox == NULL)
		return;
	*link = mailbox->next;
	mailbox_free(mailbox);
	known->count--;
}

void
am_append_mailboxes_free(struct am_append_mailboxes *known)
{
	while (known->first != NULL) {
		struct am_append_mailbox *mailbox = known->first;

		known->first = mailbox->next;
		mailbox_free(mailbox);
	}
	known->count = 0;
}
