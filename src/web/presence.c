/*
 * One table of places (a member's tab on a thread) under one lock, which is
 * held for looking through it and never while anything is sent.
 */
#include "web/presence.h"

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "store/record.h"
#include "web/route/act.h"
#include "web/route/routes.h"
#include "web/shape/shape.h"
#include "web/web.h"

#define PRESENCE_MAX      2048u
#define PRESENCE_A_MEMBER 32u /* tabs; the oldest makes room */
#define PRESENCE_SHOWN    64u /* members of one thread */

struct presence_place {
	int64_t ticket; /* 0: free */
	int64_t member;
	enum presence_doing doing;
	instant_ms since, seen_at;
	bool streamed; /* a stream of theirs was open meanwhile */
	uint8_t session[SESSION_HASH_BYTES];
	char tab[PRESENCE_TAB_BYTES + 1];
};

struct presence {
	pthread_mutex_t lock;
	struct presence_place places[PRESENCE_MAX];
	size_t top; /* no used place at or above it */
};

static const char *const presence_names[PRESENCE_DOING_COUNT] = {
	[PRESENCE_GONE] = "gone",
	[PRESENCE_VIEWING] = "viewing",
	[PRESENCE_REPLYING] = "replying",
};

struct presence *presence_new(struct arena *arena)
{
	struct presence *presence = arena_alloc(arena, sizeof(*presence));

	pthread_mutex_init(&presence->lock, NULL);
	return presence;
}

void presence_release(struct presence *presence)
{
	pthread_mutex_destroy(&presence->lock);
}

/* -- Under the lock ---------------------------------------------------------
 */

static struct presence_place *presence_find(struct presence *presence,
                                            int64_t member, struct str tab)
{
	for (size_t i = 0; i < presence->top; i++) {
		struct presence_place *place = &presence->places[i];

		if (place->ticket && place->member == member &&
		    str_equal(str_of(place->tab), tab))
			return place;
	}
	return NULL;
}

/* A free place; a member with too many tabs gives up the one longest silent. */
static struct presence_place *presence_room(struct presence *presence,
                                            int64_t member)
{
	struct presence_place *oldest = NULL, *vacant = NULL;
	size_t count = 0;

	for (size_t i = 0; i < presence->top; i++) {
		struct presence_place *place = &presence->places[i];

		if (place->ticket == 0)
			vacant = vacant ? vacant : place;
		if (place->ticket == 0 || place->member != member)
			continue;
		count++;
		if (!oldest || place->seen_at < oldest->seen_at)
			oldest = place;
	}
	if (count >= PRESENCE_A_MEMBER)
		return oldest;
	if (!vacant && presence->top < PRESENCE_MAX)
		vacant = &presence->places[presence->top++];
	return vacant;
}

struct presence_member {
	int64_t member;
	enum presence_doing doing;
	instant_ms since;
};

/* The members on a ticket, each once, with the most that they do there. */
static size_t presence_members(const struct presence *presence, int64_t ticket,
                               struct presence_member *members_out)
{
	size_t count = 0;

	for (size_t i = 0; i < presence->top; i++) {
		const struct presence_place *place = &presence->places[i];
		struct presence_member *at = members_out;
		struct presence_member *end = members_out + count;

		if (place->ticket != ticket)
			continue;
		while (at < end && at->member != place->member)
			at++;
		if (at == end && count == PRESENCE_SHOWN)
			continue;
		if (at == end) {
			count++;
			*at = (struct presence_member){
				place->member, place->doing, place->since};
		}
		if (place->doing > at->doing ||
		    (place->doing == at->doing && place->since < at->since)) {
			at->doing = place->doing;
			at->since = place->since;
		}
	}
	return count;
}

/* -- Telling ----------------------------------------------------------------
 */

static void presence_write(struct json_out *out, int64_t ticket,
                           const struct presence_member *members, size_t count)
{
	out_open(out, '{');
	out_key_i64(out, "ticket", ticket);
	out_key_open(out, "members", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_i64(out, "member", members[i].member);
		out_key_text(out, "doing", presence_names[members[i].doing]);
		out_key_i64(out, "since", members[i].since);
		out_close(out, '}');
	}
	out_close(out, ']');
	out_close(out, '}');
}

static void presence_publish(const struct web *web, int64_t ticket)
{
	struct presence_member members[PRESENCE_SHOWN];
	struct stream_item item = {
		.event = "presence",
		.right = RIGHT_TICKET_READ,
		.passing = true,
	};
	struct json_out out;
	struct buf buf;
	size_t count;

	buf_init(&buf, LIMIT_TEXT_BYTES);
	out_init(&out, &buf);
	pthread_mutex_lock(&web->presence->lock);
	count = presence_members(web->presence, ticket, members);
	pthread_mutex_unlock(&web->presence->lock);
	presence_write(&out, ticket, members, count);
	item.json = buf_view(&buf);
	hub_publish(web->hub, &item, 1);
	buf_release(&buf);
}

/* Ends what `gone` says has ended, and tells of each ticket. */
static void presence_sweep(const struct web *web,
                           bool (*gone)(const struct web *web,
                                        struct presence_place *place,
                                        const void *context),
                           const void *context)
{
	struct presence *presence = web->presence;

	for (size_t i = 0; i < PRESENCE_MAX; i++) {
		int64_t ticket = 0;

		pthread_mutex_lock(&presence->lock);
		if (i >= presence->top) {
			pthread_mutex_unlock(&presence->lock);
			return;
		}
		if (presence->places[i].ticket &&
		    gone(web, &presence->places[i], context)) {
			ticket = presence->places[i].ticket;
			presence->places[i] = (struct presence_place){0};
		}
		pthread_mutex_unlock(&presence->lock);
		if (ticket)
			presence_publish(web, ticket);
	}
}

static bool presence_is_over(const struct web *web,
                             struct presence_place *place, const void *context)
{
	const instant_ms *now = context;
	bool streams = hub_has_member(web->hub, place->member);

	if (place->streamed && !streams)
		return true;
	place->streamed = streams;
	return place->seen_at + PRESENCE_LASTS <= *now;
}

void presence_tick(struct web *web)
{
	instant_ms now = web->now(web->context);

	presence_sweep(web, presence_is_over, &now);
}

static bool presence_of_session(const struct web *web,
                                struct presence_place *place,
                                const void *context)
{
	(void)web;
	return memcmp(place->session, context, SESSION_HASH_BYTES) == 0;
}

void presence_end_session(const struct web *web,
                          const uint8_t hash[SESSION_HASH_BYTES])
{
	presence_sweep(web, presence_of_session, hash);
}

/* -- Routes ------------------------------------------------------------------
 */

/* True when others must hear of it; *left_out is a ticket that the tab left. */
static bool presence_set(struct request *request, enum presence_doing doing,
                         int64_t *left_out)
{
	struct presence *presence = request->web->presence;
	struct str tab = body_str(request->body, "tab");
	int64_t ticket = request->ids[0], member = request->session.member;
	struct presence_place *place = presence_find(presence, member, tab);
	bool same = place && place->ticket == ticket && place->doing == doing;

	if (place && place->ticket != ticket)
		*left_out = place->ticket;
	if (doing == PRESENCE_GONE) {
		if (place)
			*place = (struct presence_place){0};
		return place != NULL;
	}
	if (!place)
		place = presence_room(presence, member);
	if (!place)
		return false;
	if (!same) {
		*place = (struct presence_place){
			.ticket = ticket,
			.member = member,
			.doing = doing,
			.since = request->now,
		};
		memcpy(place->tab, tab.text, tab.length);
		memcpy(place->session, request->session.hash,
		       SESSION_HASH_BYTES);
	}
	place->seen_at = request->now;
	place->streamed = hub_has_member(request->web->hub, member);
	return !same;
}

static enum status presence_ticket(struct request *request)
{
	int64_t columns[RECORD_COLUMNS_MAX];
	struct reading reading;
	enum status status = act_read(request, &reading);

	if (status != ST_OK)
		return status;
	status = record_read(reading.db, RECORD_TICKET, request->ids[0],
	                     columns);
	act_read_end(request, &reading);
	return status;
}

enum status route_presence_change(struct request *request,
                                  struct response *response)
{
	struct str name = body_str(request->body, "doing");
	enum presence_doing doing = PRESENCE_GONE;
	int64_t left = 0;
	bool changed;
	enum status status = presence_ticket(request);

	if (status != ST_OK)
		return status;
	for (int i = 0; i < PRESENCE_DOING_COUNT; i++)
		if (str_equal(name, str_of(presence_names[i])))
			doing = (enum presence_doing)i;
	pthread_mutex_lock(&request->web->presence->lock);
	changed = presence_set(request, doing, &left);
	pthread_mutex_unlock(&request->web->presence->lock);
	if (changed)
		presence_publish(request->web, request->ids[0]);
	if (left)
		presence_publish(request->web, left);
	response->kind = RESPONSE_EMPTY;
	response->status = 204;
	return ST_OK;
}

/* The next ticket above `after` on which somebody is; 0: none. */
static int64_t presence_next(const struct presence *presence, int64_t after)
{
	int64_t next = 0;

	for (size_t i = 0; i < presence->top; i++) {
		int64_t ticket = presence->places[i].ticket;

		if (ticket > after && (next == 0 || ticket < next))
			next = ticket;
	}
	return next;
}

enum status route_presence_list(struct request *request,
                                struct response *response)
{
	struct presence *presence = request->web->presence;
	struct presence_member members[PRESENCE_SHOWN];
	struct json_out *out = response_begin(response);
	int64_t ticket = 0;

	out_key_open(out, "presence", '[');
	pthread_mutex_lock(&presence->lock);
	while ((ticket = presence_next(presence, ticket)) != 0)
		presence_write(out, ticket, members,
		               presence_members(presence, ticket, members));
	pthread_mutex_unlock(&presence->lock);
	out_close(out, ']');
	response_end(response);
	return ST_OK;
}
