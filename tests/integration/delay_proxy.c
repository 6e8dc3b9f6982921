/* delay_proxy TARGET_PORT RTT_MS [BYTES_PER_SECOND]: a longer way to a server.
 *
 * A TCP relay on 127.0.0.1 that holds each byte for half of RTT_MS in each
 * direction, and takes no more than BYTES_PER_SECOND (0: any) from the client,
 * with little room for what comes faster: as a slow line behind a small modem.
 * Prints the port it listens on. For kernels without sch_netem. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	PIECE = 64 << 10,
	HELD_MAX = 64 << 20,
	SLOW_PIECE = 8 << 10,
	SLOW_ROOM = 64 << 10 /* of the system, for what is not read yet */
};

struct chunk {
	struct chunk *next;
	double due; /* monotonic seconds */
	size_t len;
	char data[];
};

/* One direction of one connection: a thread reads, another writes. */
struct way {
	int from, to;
	double delay, rate;
	struct chunk *head, *tail;
	size_t held;
	int at_end;
	pthread_mutex_t lock;
	pthread_cond_t more, room;
};

static double
seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void
sleep_until(double due)
{
	const time_t whole = (time_t)due;
	const struct timespec at = { whole,
				     (long)((due - (double)whole) * 1e9) };

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static void
way_add(struct way *way, const char *bytes, size_t len, double due)
{
	struct chunk *chunk = malloc(sizeof(*chunk) + len);

	if (chunk == NULL)
		abort();
	memcpy(chunk->data, bytes, len);
	chunk->len = len;
	chunk->due = due;
	chunk->next = NULL;
	(void)pthread_mutex_lock(&way->lock);
	while (way->held > HELD_MAX)
		(void)pthread_cond_wait(&way->room, &way->lock);
	if (way->tail != NULL)
		way->tail->next = chunk;
	else
		way->head = chunk;
	way->tail = chunk;
	way->held += len;
	(void)pthread_cond_signal(&way->more);
	(void)pthread_mutex_unlock(&way->lock);
}

static struct chunk *
way_take(struct way *way)
{
	struct chunk *chunk;

	(void)pthread_mutex_lock(&way->lock);
	while (way->head == NULL && !way->at_end)
		(void)pthread_cond_wait(&way->more, &way->lock);
	chunk = way->head;
	if (chunk != NULL) {
		way->head = chunk->next;
		way->held -= chunk->len;
		if (way->head == NULL)
			way->tail = NULL;
		(void)pthread_cond_signal(&way->room);
	}
	(void)pthread_mutex_unlock(&way->lock);
	return chunk;
}

static void *
way_read(void *arg)
{
	struct way *way = arg;
	char bytes[PIECE];
	const size_t size = way->rate > 0 ? SLOW_PIECE : PIECE;
	double line_free = 0; /* when the line has sent what came before */
	ssize_t len;

	while ((len = read(way->from, bytes, size)) > 0) {
		double sent = seconds_now();

		if (way->rate > 0) {
			if (line_free < sent)
				line_free = sent;
			line_free += (double)len / way->rate;
			sent = line_free;
		}
		way_add(way, bytes, (size_t)len, sent + way->delay);
		if (way->rate > 0)
			sleep_until(line_free);
	}
	(void)pthread_mutex_lock(&way->lock);
	way->at_end = 1;
	(void)pthread_cond_signal(&way->more);
	(void)pthread_mutex_unlock(&way->lock);
	return NULL;
}

static void *
way_write(void *arg)
{
	struct way *way = arg;
	struct chunk *chunk;

	while ((chunk = way_take(way)) != NULL) {
		size_t done = 0;

		sleep_until(chunk->due);
		while (done < chunk->len) {
			const ssize_t len = write(way->to, chunk->data + done,
						  chunk->len - done);

			if (len <= 0)
				break;
			done += (size_t)len;
		}
		free(chunk);
	}
	(void)shutdown(way->to, SHUT_WR);
	return NULL;
}

static void
way_open(int from, int to, double delay, double rate)
{
	struct way *way = calloc(1, sizeof(*way));
	const int on = 1;
	pthread_t thread;

	if (way == NULL)
		abort();
	way->from = from;
	way->to = to;
	way->delay = delay;
	way->rate = rate;
	(void)setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)pthread_mutex_init(&way->lock, NULL);
	(void)pthread_cond_init(&way->more, NULL);
	(void)pthread_cond_init(&way->room, NULL);
	if (pthread_create(&thread, NULL, way_read, way) != 0)
		abort();
	(void)pthread_detach(thread);
	if (pthread_create(&thread, NULL, way_write, way) != 0)
		abort();
	(void)pthread_detach(thread);
}

static struct sockaddr_in
loopback(unsigned long port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_port = htons((uint16_t)port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

/* A listening socket on a free port, which is printed. */
static int
door_open(double rate)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof(address);
	const int door = socket(AF_INET, SOCK_STREAM, 0);
	const int room = SLOW_ROOM;

	if (rate > 0)
		(void)setsockopt(door, SOL_SOCKET, SO_RCVBUF, &room,
				 sizeof(room));
	if (bind(door, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(door, 64) != 0 ||
	    getsockname(door, (struct sockaddr *)&address, &size) != 0)
		return -1;
	(void)printf("%u\n", (unsigned)ntohs(address.sin_port));
	(void)fflush(stdout);
	return door;
}

int
main(int argc, char **argv)
{
	struct sockaddr_in target;
	double delay, rate;
	int door;

	if (argc < 3)
		return 2;
	target = loopback(strtoul(argv[1], NULL, 10));
	delay = strtod(argv[2], NULL) / 2000.0;
	rate = argc > 3 ? strtod(argv[3], NULL) : 0;
	(void)signal(SIGPIPE, SIG_IGN);
	door = door_open(rate);
	while (door >= 0) {
		const int client = accept(door, NULL, NULL);
		const int server = socket(AF_INET, SOCK_STREAM, 0);

		if (client < 0 || server < 0 ||
		    connect(server, (struct sockaddr *)&target,
			    sizeof(target)) != 0) {
			(void)close(client);
			(void)close(server);
			continue;
		}
		way_open(client, server, delay, rate);
		way_open(server, client, delay, 0);
	}
	perror("delay_proxy");
	return 1;
}
