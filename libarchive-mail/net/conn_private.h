/* What the files of a connection share. */
#ifndef AM_NET_CONN_PRIVATE_H
#define AM_NET_CONN_PRIVATE_H

#include "net/conn.h"
#include "net/deflate.h"
#include "net/queue.h"
#include "net/tls.h"

struct am_conn {
	struct am_conn_options options;
	int fd;
	struct am_tls *tls;		   /* NULL: none */
	struct am_deflate *deflate;	   /* NULL: none */
	struct am_queue input, output;	   /* payload */
	struct am_queue wire_in, wire_out; /* used with DEFLATE only */
	enum am_tls_wait read_wait, write_wait;
	bool at_end;	      /* nothing more comes */
	bool write_lost;      /* nothing more goes; what comes still counts */
	struct am_error lost; /* why */
	struct am_conn_count count;
	struct am_conn_waits waits;
};

#endif
