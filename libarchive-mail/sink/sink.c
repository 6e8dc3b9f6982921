/* What every sink has. */
#include "sink/sink.h"

enum am_status
am_sink_finish(struct am_sink *sink, struct am_error *err)
{
	return sink->ops->finish != NULL ? sink->ops->finish(sink, err) : AM_OK;
}

void
am_sink_close(struct am_sink *sink)
{
	if (sink != NULL)
		sink->ops->close(sink);
}
