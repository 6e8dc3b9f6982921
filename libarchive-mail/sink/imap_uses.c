/* Which mailbox of a server is for what. */
#include "sink/imap_uses.h"

#include "base/ascii.h"

enum am_imap_use
am_imap_use_of_role(enum am_role role)
{
	switch (role) {
	case AM_ROLE_INBOX:
		return AM_IMAP_USE_INBOX;
	case AM_ROLE_SENT:
		return AM_IMAP_USE_SENT;
	case AM_ROLE_DRAFTS:
		return AM_IMAP_USE_DRAFTS;
	case AM_ROLE_DELETED:
		return AM_IMAP_USE_TRASH;
	case AM_ROLE_JUNK:
		return AM_IMAP_USE_JUNK;
	case AM_ROLE_ARCHIVE:
		return AM_IMAP_USE_ARCHIVE;
	case AM_ROLE_NONE:
	case AM_ROLE_OUTBOX:
	case AM_ROLE_CALENDAR:
	case AM_ROLE_CONTACTS:
	case AM_ROLE_TASKS:
	case AM_ROLE_NOTES:
	case AM_ROLE_JOURNAL:
		break;
	}
	return AM_IMAP_USE_NONE;
}

/* In UTF-8 and in the case that servers make them in. */
static const struct known_name {
	enum am_imap_use use;
	const char *name;
} known_names[] = {
	{ AM_IMAP_USE_SENT, "Sent" },
	{ AM_IMAP_USE_SENT, "Sent Items" },
	{ AM_IMAP_USE_SENT, "Sent Messages" },
	{ AM_IMAP_USE_SENT, "Sent Mail" },
	{ AM_IMAP_USE_SENT, "Gesendete Elemente" },
	{ AM_IMAP_USE_SENT, "Gesendete Objekte" },
	{ AM_IMAP_USE_SENT, "Gesendet" },
	{ AM_IMAP_USE_SENT, "\xc3\x89l\xc3\xa9ments envoy\xc3\xa9s" },
	{ AM_IMAP_USE_SENT, "Messages envoy\xc3\xa9s" },
	{ AM_IMAP_USE_SENT, "Envoy\xc3\xa9s" },
	{ AM_IMAP_USE_SENT, "Elementos enviados" },
	{ AM_IMAP_USE_SENT, "Enviados" },
	{ AM_IMAP_USE_SENT, "Itens Enviados" },
	{ AM_IMAP_USE_SENT, "Posta inviata" },
	{ AM_IMAP_USE_SENT, "Inviati" },
	{ AM_IMAP_USE_SENT, "Verzonden items" },
	{ AM_IMAP_USE_SENT, "Verzonden" },
	{ AM_IMAP_USE_SENT, "Elementy wys\xc5\x82"
			    "ane" },
	{ AM_IMAP_USE_SENT, "Skickat" },
	{ AM_IMAP_USE_SENT, "Sendt post" },
	{ AM_IMAP_USE_SENT, "Sendte elementer" },
	{ AM_IMAP_USE_SENT, "L\xc3\xa4hetetyt" },
	{ AM_IMAP_USE_SENT, "Odeslan\xc3\xa1 po\xc5\xa1ta" },
	{ AM_IMAP_USE_SENT, "Elk\xc3\xbcld\xc3\xb6tt elemek" },
	{ AM_IMAP_USE_SENT,
	  "\xd0\x9e\xd1\x82\xd0\xbf\xd1\x80\xd0\xb0\xd0\xb2\xd0\xbb\xd0\xb5"
	  "\xd0\xbd\xd0\xbd\xd1\x8b\xd0\xb5" },
	{ AM_IMAP_USE_SENT,
	  "\xe9\x80\x81\xe4\xbf\xa1\xe6\xb8\x88\xe3\x81\xbf\xe3\x82\xa2\xe3\x82"
	  "\xa4\xe3\x83\x86\xe3\x83\xa0" },
	{ AM_IMAP_USE_SENT, "\xe5\xb7\xb2\xe5\x8f\x91\xe9\x80\x81\xe9\x82\xae"
			    "\xe4\xbb\xb6" },
	{ AM_IMAP_USE_DRAFTS, "Drafts" },
	{ AM_IMAP_USE_DRAFTS, "Draft" },
	{ AM_IMAP_USE_DRAFTS, "Entw\xc3\xbcrfe" },
	{ AM_IMAP_USE_DRAFTS, "Brouillons" },
	{ AM_IMAP_USE_DRAFTS, "Borradores" },
	{ AM_IMAP_USE_DRAFTS, "Rascunhos" },
	{ AM_IMAP_USE_DRAFTS, "Bozze" },
	{ AM_IMAP_USE_DRAFTS, "Concepten" },
	{ AM_IMAP_USE_DRAFTS, "Wersje robocze" },
	{ AM_IMAP_USE_DRAFTS, "Utkast" },
	{ AM_IMAP_USE_DRAFTS, "Kladder" },
	{ AM_IMAP_USE_DRAFTS, "Luonnokset" },
	{ AM_IMAP_USE_DRAFTS,
	  "\xd0\xa7\xd0\xb5\xd1\x80\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xb8\xd0\xba"
	  "\xd0\xb8" },
	{ AM_IMAP_USE_DRAFTS, "\xe4\xb8\x8b\xe6\x9b\xb8\xe3\x81\x8d" },
	{ AM_IMAP_USE_DRAFTS, "\xe8\x8d\x89\xe7\xa8\xbf" },
	{ AM_IMAP_USE_TRASH, "Trash" },
	{ AM_IMAP_USE_TRASH, "Deleted Items" },
	{ AM_IMAP_USE_TRASH, "Deleted Messages" },
	{ AM_IMAP_USE_TRASH, "Deleted" },
	{ AM_IMAP_USE_TRASH, "Gel\xc3\xb6schte Elemente" },
	{ AM_IMAP_USE_TRASH, "Gel\xc3\xb6schte Objekte" },
	{ AM_IMAP_USE_TRASH, "Papierkorb" },
	{ AM_IMAP_USE_TRASH, "\xc3\x89l\xc3\xa9ments supprim\xc3\xa9s" },
	{ AM_IMAP_USE_TRASH, "Corbeille" },
	{ AM_IMAP_USE_TRASH, "Elementos eliminados" },
	{ AM_IMAP_USE_TRASH, "Papelera" },
	{ AM_IMAP_USE_TRASH, "Itens Exclu\xc3\xad"
			     "dos" },
	{ AM_IMAP_USE_TRASH, "Posta eliminata" },
	{ AM_IMAP_USE_TRASH, "Cestino" },
	{ AM_IMAP_USE_TRASH, "Verwijderde items" },
	{ AM_IMAP_USE_TRASH, "Prullenbak" },
	{ AM_IMAP_USE_TRASH, "Elementy usuni\xc4\x99te" },
	{ AM_IMAP_USE_TRASH, "Borttaget" },
	{ AM_IMAP_USE_TRASH, "Slettet post" },
	{ AM_IMAP_USE_TRASH, "Slettede elementer" },
	{ AM_IMAP_USE_TRASH, "Poistetut" },
	{ AM_IMAP_USE_TRASH,
	  "\xd0\xa3\xd0\xb4\xd0\xb0\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xbd\xd1\x8b"
	  "\xd0\xb5" },
	{ AM_IMAP_USE_TRASH,
	  "\xe5\x89\x8a\xe9\x99\xa4\xe6\xb8\x88\xe3\x81\xbf\xe3\x82\xa2\xe3\x82"
	  "\xa4\xe3\x83\x86\xe3\x83\xa0" },
	{ AM_IMAP_USE_TRASH, "\xe5\xb7\xb2\xe5\x88\xa0\xe9\x99\xa4\xe9\x82\xae"
			     "\xe4\xbb\xb6" },
	{ AM_IMAP_USE_JUNK, "Junk" },
	{ AM_IMAP_USE_JUNK, "Junk Email" },
	{ AM_IMAP_USE_JUNK, "Junk E-mail" },
	{ AM_IMAP_USE_JUNK, "Spam" },
	{ AM_IMAP_USE_JUNK, "Bulk Mail" },
	{ AM_IMAP_USE_JUNK, "Junk-E-Mail" },
	{ AM_IMAP_USE_JUNK, "Courrier ind\xc3\xa9sirable" },
	{ AM_IMAP_USE_JUNK, "Correo no deseado" },
	{ AM_IMAP_USE_JUNK, "Lixo Eletr\xc3\xb4nico" },
	{ AM_IMAP_USE_JUNK, "Posta indesiderata" },
	{ AM_IMAP_USE_JUNK, "Ongewenste e-mail" },
	{ AM_IMAP_USE_JUNK, "Skr\xc3\xa4ppost" },
	{ AM_IMAP_USE_JUNK, "U\xc3\xb8nsket e-post" },
	{ AM_IMAP_USE_JUNK, "Roskaposti" },
	{ AM_IMAP_USE_ARCHIVE, "Archive" },
	{ AM_IMAP_USE_ARCHIVE, "Archives" },
	{ AM_IMAP_USE_ARCHIVE, "Archiv" },
	{ AM_IMAP_USE_ARCHIVE, "Archivo" },
	{ AM_IMAP_USE_ARCHIVE, "Archivio" },
	{ AM_IMAP_USE_ARCHIVE, "Archief" },
	{ AM_IMAP_USE_ARCHIVE, "Arquivo" },
	{ AM_IMAP_USE_ARCHIVE, "Arkiv" },
};

/* Only at the top: below, somebody has named a folder of his own like that. */
static const char *
name_at_top(const struct am_imap_mailboxes *mailboxes,
	    const struct am_imap_mailbox *mailbox)
{
	const size_t prefix = strlen(mailboxes->prefix);
	const char *name = mailbox->name;

	if (prefix > 0) {
		if (!am_ascii_starts(am_bytes_of(name), mailboxes->prefix))
			return "";
		name += prefix;
	}
	if (mailbox->separator != '\0' &&
	    strchr(name, mailbox->separator) != NULL)
		return "";
	return name;
}

static bool
is_called(const struct am_imap_mailboxes *mailboxes,
	  const struct am_imap_mailbox *mailbox, enum am_imap_use use)
{
	const size_t count = sizeof(known_names) / sizeof(known_names[0]);
	const char *name = name_at_top(mailboxes, mailbox);
	size_t i;

	for (i = 0; i < count; i++)
		if (known_names[i].use == use &&
		    am_ascii_equal(am_bytes_of(name), known_names[i].name))
			return true;
	return false;
}

const struct am_imap_mailbox *
am_imap_mailbox_of_use(const struct am_imap_mailboxes *mailboxes,
		       enum am_imap_use use)
{
	size_t i;

	for (i = 0; i < mailboxes->count; i++)
		if (mailboxes->items[i].use == use &&
		    !mailboxes->items[i].no_select)
			return &mailboxes->items[i];
	for (i = 0; i < mailboxes->count; i++)
		if (mailboxes->items[i].use == AM_IMAP_USE_NONE &&
		    !mailboxes->items[i].no_select &&
		    is_called(mailboxes, &mailboxes->items[i], use))
			return &mailboxes->items[i];
	return NULL;
}

bool
am_imap_name_is_reserved(const char *name, bool is_gmail)
{
	static const char *const of_gmail[] = {
		"[Gmail]", "[Google Mail]", "Chats",	 "Muted",  "Scheduled",
		"Snoozed", "Starred",	    "Important", "Unread", "Read",
	};
	size_t i;

	if (am_ascii_equal(am_bytes_of(name), "Files"))
		return true;
	for (i = 0; is_gmail && i < sizeof(of_gmail) / sizeof(of_gmail[0]); i++)
		if (am_ascii_equal(am_bytes_of(name), of_gmail[i]))
			return true;
	return false;
}
