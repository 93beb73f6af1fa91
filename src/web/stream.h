/*
 * Live streams. The hub keeps the last events in one ring that all streams
 * share; a stream is a place in that ring, so a reader that is slow or gone
 * costs nothing but its connection. One that has fallen out of the ring is
 * told so (`gap`) or, if it was in the middle of an event, cut off.
 *
 * Ids are log positions. Of several events with one position only the last
 * carries the id, so a resumed reader never misses one of them. Rights are
 * looked at when an event is sent, not when it is published.
 *
 * The hub knows no sockets: whoever serves a stream gives it a function that
 * is called when there is something to read again.
 */
#ifndef WEB_STREAM_H
#define WEB_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"
#include "core/right.h"
#include "web/request.h"

struct hub;
struct stream;

struct stream_item {
	int64_t seq;       /* log position */
	const char *event; /* "ticket" */
	enum right right;  /* what the reader must be allowed */
	/* A state as a whole: a new reader gets the newest one at once. */
	bool sticky;
	/* Holds of now and is in no log: who comes back asks anew. */
	bool passing;
	int64_t member;  /* for that one alone; 0: for all with the right */
	struct str json; /* without line breaks */
};

struct stream_port {
	void *context;
	/*
	 * What happened after `after` up to `upto`, as events written with
	 * stream_write, for this reader; nothing when `after` is
	 * not below `upto`. ST_LIMIT: too much, or `after` is a position that
	 * this log does not have yet.
	 */
	enum status (*catch_up)(void *context, int64_t after, int64_t upto,
	                        const struct session *session, struct buf *out);
	/* Is the session still good? ST_NOT_FOUND ends the stream. */
	enum status (*check)(void *context, const struct session *session);
};

/* `head` is the log position at the start. Lives in `arena`. */
struct hub *hub_new(struct arena *arena, const struct stream_port *port,
                    int64_t head);
void hub_release(struct hub *hub);

/* Items in order of `seq`, none below what was published before. */
void hub_publish(struct hub *hub, const struct stream_item *items,
                 size_t count);
/*
 * True if nobody listens: then nothing need be published up to `seq`, and who
 * comes back later asks the store for it.
 */
bool hub_skip(struct hub *hub, int64_t seq);

/* One event as text; `id` 0 leaves the id line out. */
void stream_write(struct buf *out, int64_t id, const char *event,
                  struct str json);

/*
 * Begins a stream after log position `after`; -1 means from now on. ST_BUSY
 * when there are too many, or the hub is closed.
 */
CHECKED enum status hub_open_stream(struct hub *hub,
                                    const struct session *session,
                                    int64_t after, struct stream **stream_out);
/*
 * Copies what there is: a number of bytes, 0 when the reader should wait
 * (`wake` will be called once, from any thread, holding the hub's lock), -1 at
 * the end of the stream. `pause` is called before 0 is returned, under the same
 * lock.
 */
ssize_t stream_read(struct stream *stream, char *bytes, size_t max);
void stream_on_wait(struct stream *stream, void *context,
                    void (*pause)(void *context), void (*wake)(void *context));
/* The connection is gone. */
void stream_close(struct stream *stream);

/* Farewell to the streams of one session, or of one member. */
void hub_end_session(struct hub *hub, const uint8_t hash[SESSION_HASH_BYTES]);
void hub_end_member(struct hub *hub, int64_t member);
/* Sessions may have ended: looks at all of them now. */
void hub_recheck(struct hub *hub);
/* Every second: comment lines, and sessions that ended elsewhere. */
void hub_tick(struct hub *hub);
/* Ends all streams and lets no new one begin. */
void hub_close(struct hub *hub);
size_t hub_streams(struct hub *hub);
/* Whether one of that member is open. */
bool hub_has_member(struct hub *hub, int64_t member);

#endif
