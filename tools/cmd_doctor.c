/* archive-mail doctor: what works, what does not, and what helps. */
#include "base/json.h"
#include "doctor.h"
#include "stop.h"

enum { MAX_JSON = 64 << 10 };

struct doctor_values {
	bool json;
	struct am_unlock_values unlock;
};

static void
doctor_print(struct am_output *out, const struct am_doctor *doctor)
{
	size_t i;

	for (i = 0; i < AM_DOCTOR_STEPS; i++) {
		const struct am_doctor_finding *finding = &doctor->findings[i];

		am_output_line(out, "%-10s  %-7s%s%s", am_doctor_step_names[i],
			       am_doctor_state_names[finding->state],
			       finding->text[0] != '\0' ? "  " : "",
			       finding->text);
		if (finding->cause != NULL)
			am_output_line(out, "%21sCause: %s", "",
				       finding->cause);
		if (finding->advice != NULL)
			am_output_line(out, "%21sWhat to do: %s", "",
				       finding->advice);
	}
}

static enum am_exit
doctor_json(struct am_cli *cli, const char *name,
	    const struct am_doctor *doctor)
{
	struct am_buf text = am_buf(MAX_JSON);
	struct am_json json = am_json(&text);
	struct am_error err;
	enum am_exit answer = AM_EXIT_OK;
	size_t i;

	am_json_object(&json, NULL);
	am_json_text(&json, "account", name);
	am_json_bool(&json, "ok", am_doctor_status(doctor) == AM_OK);
	am_json_array(&json, "steps");
	for (i = 0; i < AM_DOCTOR_STEPS; i++) {
		const struct am_doctor_finding *finding = &doctor->findings[i];

		am_json_object(&json, NULL);
		am_json_text(&json, "step", am_doctor_step_names[i]);
		am_json_text(&json, "state",
			     am_doctor_state_names[finding->state]);
		am_json_text(&json, "cause", finding->cause);
		am_json_text(&json, "text", finding->text);
		am_json_text(&json, "advice", finding->advice);
		am_json_object_end(&json);
	}
	am_json_array_end(&json);
	am_json_object_end(&json);
	if (am_buf_status(&text, &err) == AM_OK)
		am_cli_json(cli, &text);
	else
		answer = am_cli_exhausted(cli, &err);
	am_buf_free(&text);
	return answer;
}

static enum am_exit
doctor_run(struct am_cli *cli, const void *values,
	   const struct am_operands *operands)
{
	const struct doctor_values *given = values;
	const char *name = operands->list[0];
	struct am_error err = { 0 };
	struct am_access access;
	struct am_doctor doctor;
	enum am_exit printed = AM_EXIT_OK;

	am_secrets_guard();
	err.status = am_access_open(name, &access, &err);
	am_doctor_run(&doctor, &access, &given->unlock, &err);
	am_access_close(&access);
	if (atomic_load(am_stop_flag()))
		return AM_EXIT_INTERRUPTED;
	if (given->json)
		printed = doctor_json(cli, name, &doctor);
	else
		doctor_print(&cli->out, &doctor);
	return printed != AM_EXIT_OK
		       ? printed
		       : am_exit_of_account(am_doctor_status(&doctor));
}

static const struct am_option doctor_options[] = {
	{ .name = "json",
	  .kind = AM_OPTION_FLAG,
	  .help = "print one line of JSON",
	  .field = offsetof(struct doctor_values, json) },
	AM_OPTION_PASSPHRASE_FILE(offsetof(struct doctor_values, unlock)),
	AM_OPTION_KEY_FILE(offsetof(struct doctor_values, unlock)),
	AM_OPTION_KEYRING(offsetof(struct doctor_values, unlock)),
	AM_OPTION_LAST
};

const struct am_command am_command_doctor = {
	.name = "doctor",
	.operands = "ACCOUNT [--json]",
	.what = "account",
	.summary = "Looks whether an account works, and says what to do if not",
	.options = doctor_options,
	.values_size = sizeof(struct doctor_values),
	.min_operands = 1,
	.max_operands = 1,
	.run = doctor_run,
};
