/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a worker, shared by loop.c (events and clocks) and conn.c (one connection).
 */
#ifndef CHANNELS_HTTP_LOOP_PARTS_H
#define CHANNELS_HTTP_LOOP_PARTS_H

#include "base/heap.h"
#include "channels/http/chunks.h"
#include "channels/http/dispatch.h"
#include "channels/http/loop.h"

enum { SCRATCH_BYTES = 64 << 10 };

enum conn_state {
	CONN_HANDSHAKE,
	CONN_HEAD,   /* between requests, or inside a head */
	CONN_BODY,   /* the head is accepted, the body is coming */
	CONN_WAIT,   /* answered after the commit of the turn, in which it never leaves it */
	CONN_SEND,   /* an answer waits for the client to read */
	CONN_STREAM, /* an answer that goes on: stream.h */
	CONN_LINGER, /* answered and half closed: what still comes is thrown away */
};

/* Each clock has its own list, in the order of the starting time. */
enum conn_clock { CLOCK_IDLE, CLOCK_REQUEST, CLOCK_SEND, CLOCK_LINGER, CLOCK_STREAM, CLOCK_COUNT };

struct conn {
	struct conn *prev, *next;
	int64_t since_us; /* when its clock started */
	struct tls_conn *tls;
	struct heap in;   /* bytes of an unfinished request, and what came behind it */
	struct heap body; /* of a chunked request, decoded */
	struct heap out;  /* what the socket did not take yet */
	struct chunks chunks;
	struct stream *stream; /* in CONN_STREAM; else NULL */
	size_t scanned;        /* of the head; in CONN_LINGER: bytes thrown away */
	size_t need;           /* bytes of head and body together, when that is known */
	struct peer peer;
	int fd;
	uint32_t events; /* what epoll watches */
	uint8_t state, clock;
	bool close_after;
	bool head_done; /* `in` starts with a head that was accepted and counted */
};

/* What a connection in CONN_STREAM waits for. */
struct stream {
	struct stream_topic topic;
	struct instant until;
	const char *after;
	int64_t ends_us;           /* when it is ended to be opened anew */
	size_t at;                 /* its place among the streams */
	unsigned char network[16]; /* of the client */
};

struct conn_list {
	struct conn *first, *last;
};

/* A request whose answer waits for the commit of the turn. */
struct parked {
	struct conn *conn;
	struct dispatch d;
	struct later *later;
};

enum { TURN_EVENTS = 256 };

struct loop {
	const struct loop_setup *setup;
	struct site *site;
	struct call *call;
	int epoll_fd, signal_fd;
	int64_t now_us;   /* monotonic, of this turn */
	int64_t drain_us; /* when the drain began; 0 = not draining */
	struct conn_list lists[CLOCK_COUNT];
	size_t conns;
	size_t queued; /* bytes in `out` of all connections */
	bool listening;
	bool in_turn; /* the read transaction of the turn is open */
	uint64_t trace_seed, trace_count;
	int64_t date_second;
	char date[32];          /* for the Date field */
	char stamp[32];         /* for the access log */
	struct arena *keep;     /* what is parked; one of the two below */
	struct arena *keeps[2]; /* one is read while the other is filled */
	struct parked *parked[TURN_EVENTS];
	size_t parked_count;
	struct conn **streams; /* LIMIT_STREAMS; NULL before the first */
	size_t stream_count;
	int64_t look_us;    /* when their topics are looked at next */
	struct heap access; /* lines of the access log of this turn */
	struct head head;   /* of the request being read */
	char scratch[SCRATCH_BYTES];
};

void conn_open(struct loop *l, int fd, const struct peer *peer);
void conn_close(struct loop *l, struct conn *c);
/* What epoll said about it. */
void conn_event(struct loop *l, struct conn *c, uint32_t events);
/* Commits what the requests of this turn write, then answers them. */
void conn_answer_parked(struct loop *l);
/* Its clock ran out. */
void conn_late(struct loop *l, struct conn *c);
/* The read transaction of the turn, if it is not open yet. */
void conn_begin_turn(struct loop *l);
/*
 * More of a stream; whoever has not read what was said before is cut off. It ends behind the `last`
 * part. The connection may be gone afterwards.
 */
void conn_say(struct loop *l, struct conn *c, struct str part, bool last);
/* Ends a stream. The connection itself goes later. */
void conn_end(struct loop *l, struct conn *c);

/* Is there room for a stream of this client? */
bool stream_admits(const struct loop *l, const struct peer *peer);
void stream_add(
	struct loop *l, struct conn *c, const struct stream_wish *wish, const struct peer *peer);
/* The connection is no stream any more, if it was one. */
void stream_forget(struct loop *l, struct conn *c);
/* It has been silent for a while. */
void stream_ping(struct loop *l, struct conn *c);
void stream_end_all(struct loop *l);
/* Looks at all topics when it is time; returns microseconds until the next time. */
int64_t stream_look(struct loop *l);

#endif
