/* What every sink has. */
#include "sink/sink.h"

void
am_sink_close(struct am_sink *sink)
{
	if (sink != NULL)
		sink->ops->close(sink);
}
