/* What a client can be told to do in a dialogue. */
#include "dialogue.h"

static enum am_status
step_identify(struct dialogue_client *client, const char *arguments,
	      struct am_error *err)
{
	return am_imap_identify(client->imap, arguments, err);
}

static enum am_status
step_compress(struct dialogue_client *client, const char *arguments,
	      struct am_error *err)
{
	(void)arguments;
	return am_imap_compress(client->imap, err);
}

/* command TEXT: one command as it is; found: how it ended. */
static enum am_status
step_command(struct dialogue_client *client, const char *arguments,
	     struct am_error *err)
{
	struct am_imap_outcome outcome = { 0 };

	AM_TRY(am_imap_command(client->imap, arguments, NULL, NULL, &outcome,
			       err));
	am_buf_printf(&client->found, "condition %d verdict %d wait %d: %s\n",
		      (int)outcome.condition, (int)outcome.judgement.verdict,
		      (int)outcome.judgement.wait_ms, outcome.text);
	return AM_OK;
}

const struct dialogue_step dialogue_steps[] = {
	{ "identify", step_identify },
	{ "compress", step_compress },
	{ "command", step_command },
	{ NULL, NULL },
};
