/*
 * The hub: a ring of events and the streams that read it. One lock guards
 * both; it is held for copying bytes and moving pointers, never while the
 * store or a socket is asked for anything.
 */
#include "web/stream.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#define STREAMS_MAX     1024u
#define MEMBER_MAX      32u /* of one member: a browser has one */
#define RING_FRAMES     1024u
#define RING_BYTES_MAX  ((size_t)4 << 20)
#define STICKY_MAX      4u
#define OWN_BYTES_MAX   ((size_t)1 << 20)
#define FRAME_BYTES_MAX ((size_t)256 << 10)
#define BEAT_TICKS      20u
#define CHECK_TICKS     4u

struct frame {
	int64_t seq;
	enum right right;
	int64_t member;
	struct buf text;
};

struct sticky {
	const char *event;
	enum right right;
	struct buf text;
};

struct stream {
	struct hub *hub;
	bool used;
	bool waiting;      /* pause was called, wake was not */
	bool ending;       /* nothing follows what is in `own` */
	uint64_t place;    /* the frame to send next */
	size_t frame_sent; /* bytes of it that were sent */
	struct buf own;    /* for this one alone: greeting, gap, farewell */
	size_t own_sent;
	struct session session;
	unsigned quiet_ticks;
	uint64_t serial; /* a slot used again is another stream */
	void *context;
	void (*pause)(void *context);
	void (*wake)(void *context);
};

struct hub {
	pthread_mutex_t lock;
	struct stream_port port;
	struct frame ring[RING_FRAMES];
	uint64_t next;  /* frames ever published */
	uint64_t first; /* the oldest one still here */
	size_t ring_bytes;
	int64_t head;  /* newest log position */
	int64_t floor; /* everything after it is in the ring */
	struct sticky sticky[STICKY_MAX];
	struct stream streams[STREAMS_MAX];
	size_t streams_used;
	size_t streams_top; /* no used slot at or above it */
	uint64_t serial;
	unsigned ticks;
	bool closed;
};

struct hub *hub_new(struct arena *arena, const struct stream_port *port,
                    int64_t head)
{
	struct hub *hub = arena_alloc(arena, sizeof(*hub));

	pthread_mutex_init(&hub->lock, NULL);
	hub->port = *port;
	hub->head = hub->floor = head;
	for (size_t i = 0; i < RING_FRAMES; i++)
		buf_init(&hub->ring[i].text, FRAME_BYTES_MAX);
	for (size_t i = 0; i < STICKY_MAX; i++)
		buf_init(&hub->sticky[i].text, FRAME_BYTES_MAX);
	return hub;
}

void hub_release(struct hub *hub)
{
	assert(hub->streams_used == 0);
	for (size_t i = 0; i < RING_FRAMES; i++)
		buf_release(&hub->ring[i].text);
	for (size_t i = 0; i < STICKY_MAX; i++)
		buf_release(&hub->sticky[i].text);
	pthread_mutex_destroy(&hub->lock);
}

void stream_write(struct buf *out, int64_t id, const char *event,
                  struct str json)
{
	assert(str_find_char(json, '\n', 0) == json.length);
	if (id > 0)
		buf_printf(out, "id: %lld\n", (long long)id);
	buf_printf(out, "event: %s\ndata: ", event);
	buf_str(out, json);
	buf_text(out, "\n\n");
}

static struct frame *hub_frame(struct hub *hub, uint64_t number)
{
	return &hub->ring[number % RING_FRAMES];
}

static void hub_evict(struct hub *hub)
{
	struct frame *frame = hub_frame(hub, hub->first++);

	hub->ring_bytes -= frame->text.length;
	if (frame->seq > hub->floor)
		hub->floor = frame->seq;
	buf_release(&frame->text);
}

/* Under the lock. */
static void stream_wake(struct stream *stream)
{
	if (!stream->waiting)
		return;
	stream->waiting = false;
	stream->wake(stream->context);
}

static void hub_keep_sticky(struct hub *hub, const struct stream_item *item)
{
	for (size_t i = 0; i < STICKY_MAX; i++) {
		struct sticky *sticky = &hub->sticky[i];

		if (sticky->event && strcmp(sticky->event, item->event) != 0)
			continue;
		sticky->event = item->event;
		sticky->right = item->right;
		buf_clear(&sticky->text);
		stream_write(&sticky->text, 0, item->event, item->json);
		return;
	}
	assert(!"more sticky events than there are places for");
}

static void hub_push(struct hub *hub, const struct stream_item *item, bool last)
{
	bool logged = !item->sticky && !item->passing;
	struct frame *frame;

	if (hub->next - hub->first == RING_FRAMES)
		hub_evict(hub);
	frame = hub_frame(hub, hub->next++);
	/* What holds of now stands where we are, whatever it was read at. */
	frame->seq = logged ? item->seq : hub->head;
	frame->right = item->right;
	frame->member = item->member;
	stream_write(&frame->text, last && logged ? item->seq : 0, item->event,
	             item->json);
	/* Too big to send: whoever needs it must read it again. */
	if (frame->text.failed) {
		buf_clear(&frame->text);
		stream_write(&frame->text, frame->seq, "gap", STR("{}"));
	}
	hub->ring_bytes += frame->text.length;
	while (hub->ring_bytes > RING_BYTES_MAX)
		hub_evict(hub);
}

void hub_publish(struct hub *hub, const struct stream_item *items, size_t count)
{
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < count; i++) {
		bool last = i + 1 == count || items[i + 1].seq > items[i].seq;

		bool logged = !items[i].sticky && !items[i].passing;

		assert(items[i].seq >= hub->head || !logged);
		if (items[i].sticky)
			hub_keep_sticky(hub, &items[i]);
		hub_push(hub, &items[i], last);
		if (logged)
			hub->head = items[i].seq;
	}
	for (size_t i = 0; i < hub->streams_top && count > 0; i++)
		if (hub->streams[i].used)
			stream_wake(&hub->streams[i]);
	pthread_mutex_unlock(&hub->lock);
}

bool hub_skip(struct hub *hub, int64_t seq)
{
	bool skip;

	pthread_mutex_lock(&hub->lock);
	skip = hub->streams_used == 0;
	while (skip && hub->first < hub->next)
		hub_evict(hub);
	if (skip && seq > hub->head)
		hub->head = hub->floor = seq;
	pthread_mutex_unlock(&hub->lock);
	return skip;
}

/*
 * One member's streams must not take the places of all others: the oldest one
 * makes room, most likely for a page that was left without our hearing of it.
 */
static void hub_make_room(struct hub *hub, int64_t member)
{
	struct stream *oldest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < hub->streams_top; i++) {
		struct stream *stream = &hub->streams[i];

		if (!stream->used || stream->ending ||
		    stream->session.member != member)
			continue;
		count++;
		if (!oldest || stream->serial < oldest->serial)
			oldest = stream;
	}
	if (count < MEMBER_MAX)
		return;
	oldest->ending = true;
	stream_wake(oldest);
}

static struct stream *hub_slot(struct hub *hub)
{
	for (size_t i = 0; i < STREAMS_MAX; i++) {
		if (hub->streams[i].used)
			continue;
		if (i >= hub->streams_top)
			hub->streams_top = i + 1;
		hub->streams_used++;
		return &hub->streams[i];
	}
	return NULL;
}

static void stream_tell_gap(struct stream *stream)
{
	struct str json = STR("{}");

	stream_write(&stream->own, stream->hub->head, "gap", json);
	stream->place = stream->hub->next;
}

static void stream_add_sticky(struct stream *stream)
{
	for (size_t i = 0; i < STICKY_MAX; i++) {
		const struct sticky *sticky = &stream->hub->sticky[i];

		if (sticky->event &&
		    session_may(&stream->session, sticky->right))
			buf_str(&stream->own, buf_view(&sticky->text));
	}
}

/* Where in the ring a reader who knows `after` goes on. */
static uint64_t hub_place_after(struct hub *hub, int64_t after)
{
	uint64_t place = hub->first;

	while (place < hub->next && hub_frame(hub, place)->seq <= after)
		place++;
	return place;
}

/*
 * The reader is behind what the ring holds: the store is asked, without the
 * lock. What is published meanwhile is after `place`, so it follows.
 */
static void stream_catch_up(struct stream *stream, int64_t after, int64_t upto)
{
	struct hub *hub = stream->hub;
	struct buf missed;
	enum status status = ST_LIMIT;

	buf_init(&missed, OWN_BYTES_MAX / 2);
	if (hub->port.catch_up)
		status = hub->port.catch_up(hub->port.context, after, upto,
		                            &stream->session, &missed);
	if (missed.failed)
		status = ST_LIMIT;
	pthread_mutex_lock(&hub->lock);
	if (status == ST_OK)
		buf_str(&stream->own, buf_view(&missed));
	else
		stream_tell_gap(stream);
	pthread_mutex_unlock(&hub->lock);
	buf_release(&missed);
}

static void stream_init(struct stream *stream, struct hub *hub,
                        const struct session *session)
{
	*stream = (struct stream){
		.hub = hub,
		.used = true,
		.session = *session,
		.place = hub->next,
		.serial = ++hub->serial,
	};
	buf_init(&stream->own, OWN_BYTES_MAX);
	buf_text(&stream->own, "retry: 2000\n: live\n\n");
}

enum status hub_open_stream(struct hub *hub, const struct session *session,
                            int64_t after, struct stream **stream_out)
{
	struct stream *stream;
	int64_t upto;
	bool behind = false;

	pthread_mutex_lock(&hub->lock);
	hub_make_room(hub, session->member);
	stream = hub->closed ? NULL : hub_slot(hub);
	if (!stream) {
		pthread_mutex_unlock(&hub->lock);
		return ST_BUSY;
	}
	stream_init(stream, hub, session);
	upto = hub->head;
	if (after >= hub->floor && after <= hub->head)
		stream->place = hub_place_after(hub, after);
	else if (after >= 0)
		behind = true;
	stream_add_sticky(stream);
	pthread_mutex_unlock(&hub->lock);
	if (behind)
		stream_catch_up(stream, after, upto);
	*stream_out = stream;
	return ST_OK;
}

void stream_on_wait(struct stream *stream, void *context,
                    void (*pause)(void *context), void (*wake)(void *context))
{
	stream->context = context;
	stream->pause = pause;
	stream->wake = wake;
}

/* Copies the rest of `text` and says how much; *sent counts on. */
static size_t stream_copy(struct str text, size_t *sent, char *bytes,
                          size_t max)
{
	size_t length = text.length - *sent;

	if (length > max)
		length = max;
	memcpy(bytes, text.text + *sent, length);
	*sent += length;
	return length;
}

/* From the stream's own text. */
static size_t stream_read_own(struct stream *stream, char *bytes, size_t max)
{
	size_t length = stream_copy(buf_view(&stream->own), &stream->own_sent,
	                            bytes, max);

	if (stream->own_sent == stream->own.length) {
		buf_release(&stream->own);
		stream->own_sent = 0;
	}
	return length;
}

/* From the frame that the stream stands at. */
static size_t stream_read_frame(struct stream *stream, char *bytes, size_t max)
{
	struct frame *frame = hub_frame(stream->hub, stream->place);
	size_t length = 0;

	if (session_may(&stream->session, frame->right) &&
	    (frame->member == 0 || frame->member == stream->session.member))
		length = stream_copy(buf_view(&frame->text),
		                     &stream->frame_sent, bytes, max);
	else
		stream->frame_sent = frame->text.length;
	if (stream->frame_sent == frame->text.length) {
		stream->frame_sent = 0;
		stream->place++;
	}
	return length;
}

/*
 * Under the lock. An event that was begun is finished first; then comes what
 * is for this stream alone, then the end if there is one, then the ring.
 */
static ssize_t stream_fill(struct stream *stream, char *bytes, size_t max)
{
	struct hub *hub = stream->hub;
	size_t used = 0;

	while (used < max) {
		bool inside = stream->frame_sent > 0;
		bool fallen = stream->place < hub->first;

		if (!inside && stream->own.length > 0) {
			used += stream_read_own(stream, bytes + used,
			                        max - used);
			continue;
		}
		if ((inside && fallen) || (!inside && stream->ending))
			return used > 0 ? (ssize_t)used : -1;
		if (fallen)
			stream_tell_gap(stream);
		else if (stream->place < hub->next)
			used += stream_read_frame(stream, bytes + used,
			                          max - used);
		else
			break;
	}
	return (ssize_t)used;
}

ssize_t stream_read(struct stream *stream, char *bytes, size_t max)
{
	struct hub *hub = stream->hub;
	ssize_t length;

	pthread_mutex_lock(&hub->lock);
	length = stream_fill(stream, bytes, max);
	if (length > 0)
		stream->quiet_ticks = 0;
	if (length == 0 && stream->pause) {
		stream->waiting = true;
		stream->pause(stream->context);
	}
	pthread_mutex_unlock(&hub->lock);
	return length;
}

void stream_close(struct stream *stream)
{
	struct hub *hub = stream->hub;

	pthread_mutex_lock(&hub->lock);
	assert(stream->used);
	buf_release(&stream->own);
	stream->used = false;
	hub->streams_used--;
	while (hub->streams_top > 0 && !hub->streams[hub->streams_top - 1].used)
		hub->streams_top--;
	pthread_mutex_unlock(&hub->lock);
}

bool hub_has_member(struct hub *hub, int64_t member)
{
	bool found = false;

	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->streams_top && !found; i++)
		found = hub->streams[i].used && !hub->streams[i].ending &&
		        hub->streams[i].session.member == member;
	pthread_mutex_unlock(&hub->lock);
	return found;
}

/* Under the lock. */
static void stream_end(struct stream *stream)
{
	if (!stream->used || stream->ending)
		return;
	stream_write(&stream->own, 0, "bye", STR("{}"));
	stream->ending = true;
	stream_wake(stream);
}

void hub_end_session(struct hub *hub, const uint8_t hash[SESSION_HASH_BYTES])
{
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->streams_top; i++)
		if (memcmp(hub->streams[i].session.hash, hash,
		           SESSION_HASH_BYTES) == 0)
			stream_end(&hub->streams[i]);
	pthread_mutex_unlock(&hub->lock);
}

void hub_end_member(struct hub *hub, int64_t member)
{
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->streams_top; i++)
		if (hub->streams[i].session.member == member)
			stream_end(&hub->streams[i]);
	pthread_mutex_unlock(&hub->lock);
}

static void hub_beat(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < hub->streams_top; i++) {
		struct stream *stream = &hub->streams[i];

		if (!stream->used || ++stream->quiet_ticks < BEAT_TICKS)
			continue;
		/* One that does not read gets no second one. */
		if (stream->own.length == 0)
			buf_text(&stream->own, ":\n\n");
		stream->quiet_ticks = 0;
		stream_wake(stream);
	}
	pthread_mutex_unlock(&hub->lock);
}

/* The store is asked without the lock; the slot may be another's by then. */
static void hub_check_slot(struct hub *hub, size_t slot)
{
	struct stream *stream = &hub->streams[slot];
	struct session session;
	uint64_t serial;
	bool used;

	pthread_mutex_lock(&hub->lock);
	used = stream->used && !stream->ending;
	session = stream->session;
	serial = stream->serial;
	pthread_mutex_unlock(&hub->lock);
	if (!used ||
	    hub->port.check(hub->port.context, &session) != ST_NOT_FOUND)
		return;
	pthread_mutex_lock(&hub->lock);
	if (stream->serial == serial)
		stream_end(stream);
	pthread_mutex_unlock(&hub->lock);
}

void hub_recheck(struct hub *hub)
{
	size_t top;

	pthread_mutex_lock(&hub->lock);
	top = hub->streams_top;
	pthread_mutex_unlock(&hub->lock);
	for (size_t i = 0; i < top && hub->port.check; i++)
		hub_check_slot(hub, i);
}

void hub_tick(struct hub *hub)
{
	bool check;

	hub_beat(hub);
	pthread_mutex_lock(&hub->lock);
	check = ++hub->ticks % CHECK_TICKS == 0;
	pthread_mutex_unlock(&hub->lock);
	if (check)
		hub_recheck(hub);
}

void hub_close(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	hub->closed = true;
	for (size_t i = 0; i < hub->streams_top; i++)
		stream_end(&hub->streams[i]);
	pthread_mutex_unlock(&hub->lock);
}

size_t hub_streams(struct hub *hub)
{
	size_t used;

	pthread_mutex_lock(&hub->lock);
	used = hub->streams_used;
	pthread_mutex_unlock(&hub->lock);
	return used;
}
