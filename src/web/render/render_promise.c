/*
 * A promise with the sum behind its due time: which stretches counted, which
 * did not and why, and what would end it.
 */
#include "core/event.h"
#include "core/promise.h"
#include "core/time/clock.h"
#include "store/log.h"
#include "store/record.h"
#include "web/render/render.h"

#define PAUSES_MAX 200
#define LINES_MAX  60

static const char *promise_state(const struct promise *promise)
{
	switch ((enum promise_state)promise->state) {
	case PROMISE_KEPT:
		return promise->broken_at ? "broken" : "kept";
	case PROMISE_WITHDRAWN:
		return "withdrawn";
	case PROMISE_OPEN:
	case PROMISE_STATE_NONE:
		return promise->broken_at ? "broken" : "open";
	}
	return "open";
}

/* clang-format off */
static const char *const stops[PROMISE_KIND_COUNT][4] = {
	[PROMISE_FIRST_RESPONSE] = {"A reply to the client", "A call in which you spoke to the client"},
	[PROMISE_NEXT_RESPONSE]  = {"A reply to the client", "A call in which you spoke to the client"},
	[PROMISE_ACKNOWLEDGE]    = {"A reply to the client", "A call in which you spoke to the client"},
	[PROMISE_PROPOSAL]       = {"Marking the proposal as made", "Closing the thread"},
	[PROMISE_RESOLUTION]     = {"Closing the thread"},
	[PROMISE_CALL_BACK]      = {"A call in which you spoke to the client"},
};
/* clang-format on */

static const char *const line_names[] = {
	[CLOCK_LINE_COUNTED] = "counted",
	[CLOCK_LINE_PAUSED] = "paused",
	[CLOCK_LINE_CLOSED] = "closed",
	[CLOCK_LINE_REST] = "counted",
};

struct pause_search {
	int64_t promise;
	struct calendar_pause *list;
	size_t count;
};

static enum status pause_event(void *context, const struct event *event)
{
	struct pause_search *search = context;

	if (event->kind == EV_PROMISE_PAUSED &&
	    event->data.promise_paused.promise == search->promise) {
		if (search->count == PAUSES_MAX)
			return ST_OK;
		search->list[search->count++] = (struct calendar_pause){
			.from = event->occurred_at,
			.reason = (int)event->data.promise_paused.why,
		};
	} else if (event->kind == EV_PROMISE_RESUMED &&
	           event->data.promise_resumed.promise == search->promise &&
	           search->count > 0) {
		search->list[search->count - 1].to = event->occurred_at;
	}
	return ST_OK;
}

enum status render_pauses(const struct reading *reading,
                          const struct promise *promise,
                          struct calendar_pauses *pauses_out)
{
	struct pause_search search = {
		.promise = promise->id,
		.list = arena_array(reading->arena, PAUSES_MAX,
	                            sizeof(*search.list)),
	};
	enum status status = log_read_subject(reading->db, promise->ticket,
	                                      pause_event, &search);

	if (status == ST_OK)
		*pauses_out =
			(struct calendar_pauses){search.list, search.count};
	return status;
}

/* By the address that its thread came to; the agency's when that is gone. */
static const struct calendar_history *
promise_hours(const struct reading *reading, const struct promise *promise)
{
	struct ticket ticket = {0};
	int64_t address = 0;

	if (record_read(reading->db, RECORD_TICKET, promise->ticket,
	                &ticket.id) == ST_OK)
		address = ticket.address;
	return rules_hours(&reading->agency->rules, address, promise->hours);
}

/* Up to the due time while it runs, else up to where it ended. */
static instant_ms sum_end(const struct promise *promise, instant_ms now)
{
	if (promise->ended_at > 0)
		return promise->ended_at;
	if (promise->running && promise->due_at > 0)
		return promise->due_at;
	return now > promise->started_at ? now : promise->started_at;
}

static void render_sum(const struct reading *reading, struct json_out *out,
                       const struct promise *promise,
                       const struct calendar_pauses *pauses)
{
	const struct calendar_history *hours = promise_hours(reading, promise);
	struct clock_line lines[LINES_MAX];
	instant_ms end = sum_end(promise, reading->now);
	size_t count = 0;

	if (end > promise->started_at)
		count = clock_sum(hours, promise->started_at, end, pauses,
		                  lines, LINES_MAX);
	out_key_open(out, "sum", '[');
	for (size_t i = 0; i < count; i++) {
		out_open(out, '{');
		out_key_i64(out, "from_at", lines[i].from);
		out_key_i64(out, "to_at", lines[i].to);
		out_key_i64(out, "counted_ms", lines[i].counted);
		out_key_text(out, "what", line_names[lines[i].kind]);
		out_key(out, "reason");
		if (lines[i].kind == CLOCK_LINE_PAUSED)
			out_str(out, str_of(why_name(lines[i].reason)));
		else
			out_null(out);
		out_close(out, '}');
	}
	out_close(out, ']');
	out_key_open(out, "stops", '[');
	for (size_t i = 0; i < 4 && stops[promise->kind][i]; i++)
		if (promise->state == PROMISE_OPEN)
			out_str(out, str_of(stops[promise->kind][i]));
	out_close(out, ']');
}

static struct str promise_rule_name(const struct reading *reading,
                                    const struct promise *promise)
{
	const struct playbook_clock *rule =
		promise_rule(&reading->agency->rules, promise);

	return rule ? rule->id : STR("");
}

/* Working time spent by now, for one that runs too. */
static span_ms promise_used(const struct reading *reading,
                            const struct promise *promise)
{
	const struct calendar_history *hours = promise_hours(reading, promise);
	struct clock clock = promise_clock(promise);

	if (clock.state != CLOCK_RUNNING || reading->now < clock.since)
		return promise->used;
	return clock_used(&clock, hours, reading->now);
}

void render_promise(const struct reading *reading, struct json_out *out,
                    const struct promise *promise,
                    const struct calendar_pauses *pauses)
{
	span_ms used = promise_used(reading, promise);
	instant_ms due = promise->due_at;

	if (due == 0)
		due = reading->now + promise->target - used;
	out_open(out, '{');
	out_key_i64(out, "id", promise->id);
	out_key_i64(out, "ticket", promise->ticket);
	out_key_text(out, "kind",
	             promise_kind_name((enum promise_kind)promise->kind));
	out_key_text(out, "state", promise_state(promise));
	out_key_bool(out, "running",
	             promise->state == PROMISE_OPEN && promise->running);
	out_key_i64(out, "started_at", promise->started_at);
	out_key_i64(out, "due_at", due);
	out_key_at(out, "warn_at", promise->warn_at);
	out_key_i64(out, "target_ms", promise->target);
	out_key_i64(out, "used_ms", used);
	out_key_text(out, "calendar", hours_name((enum hours)promise->hours));
	out_key_id(out, "owner", promise->owner);
	out_key_at(out, "kept_at",
	           promise->state == PROMISE_KEPT ? promise->ended_at : 0);
	out_key_id(out, "evidence", promise->evidence);
	out_key_at(out, "late_at", promise->broken_at);
	out_key_str(out, "rule", promise_rule_name(reading, promise));
	if (pauses)
		render_sum(reading, out, promise, pauses);
	out_close(out, '}');
}
