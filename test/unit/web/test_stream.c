/* Live streams: order, resume, gaps, rights at sending, farewells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "web/stream.h"

struct bench {
	struct arena *arena;
	struct hub *hub;
	struct stream_port port;
	int paused, woken;
	bool session_over;
	enum status missed;
};

static struct bench bench;

static enum status catch_up(void *context, int64_t after, int64_t upto,
                            const struct session *session, struct buf *out)
{
	(void)context;
	(void)session;
	if (bench.missed != ST_OK)
		return bench.missed;
	if (after > 1000)
		return ST_LIMIT;
	for (int64_t seq = after + 1; seq <= upto; seq++)
		stream_write(out, seq, "ticket", STR("{\"missed\":1}"));
	return ST_OK;
}

static enum status check(void *context, const struct session *session)
{
	(void)context;
	(void)session;
	return bench.session_over ? ST_NOT_FOUND : ST_OK;
}

static void on_pause(void *context)
{
	(void)context;
	bench.paused++;
}

static void on_wake(void *context)
{
	(void)context;
	bench.woken++;
}

static int setup(void **state)
{
	(void)state;
	bench = (struct bench){.port = {NULL, catch_up, check}};
	bench.arena = arena_new((size_t)64 << 20);
	bench.hub = hub_new(bench.arena, &bench.port, 100);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	hub_release(bench.hub);
	arena_free(&bench.arena);
	return 0;
}

static void publish(int64_t seq, const char *event, enum right right)
{
	char json[64];

	snprintf(json, sizeof(json), "{\"seq\":%d}", (int)seq);

	struct stream_item item = {
		.seq = seq,
		.event = event,
		.right = right,
		.sticky = strcmp(event, "counts") == 0,
		.json = str_of(json),
	};

	hub_publish(bench.hub, &item, 1);
}

static struct stream *open_stream(enum role role, int64_t after)
{
	struct session session = {.role = role, .member = 5};
	struct stream *stream = NULL;

	memset(session.hash, role, sizeof(session.hash));
	assert_int_equal(hub_open_stream(bench.hub, &session, after, &stream),
	                 ST_OK);
	stream_on_wait(stream, NULL, on_pause, on_wake);
	return stream;
}

/* Everything there is, in reads of `step` bytes; NUL-terminated. */
static ssize_t drain(struct stream *stream, char *text, size_t size,
                     size_t step)
{
	size_t used = 0;
	ssize_t length;

	while ((length = stream_read(stream, text + used, step)) > 0) {
		used += (size_t)length;
		assert_true(used + step < size);
	}
	text[used] = '\0';
	return length;
}

#define GREETING "retry: 2000\n: live\n\n"

static void events_come_in_order_whatever_the_reads(void **state)
{
	static char text[65536], again[65536];
	struct stream *one = open_stream(ROLE_AGENT, -1);
	struct stream *two = open_stream(ROLE_AGENT, 100);

	(void)state;
	for (int64_t seq = 101; seq < 140; seq++)
		publish(seq, "ticket", RIGHT_TICKET_READ);
	assert_int_equal(drain(one, text, sizeof(text), 1), 0);
	assert_int_equal(drain(two, again, sizeof(again), 4096), 0);
	assert_string_equal(text, again);
	assert_non_null(strstr(text, GREETING "id: 101\nevent: ticket\n"
	                                      "data: {\"seq\":101}\n\n"));
	assert_non_null(strstr(text, "{\"seq\":139}\n\n"));
	stream_close(one);
	stream_close(two);
}

static void a_waiting_reader_is_woken_once(void **state)
{
	static char text[4096];
	struct stream *stream = open_stream(ROLE_AGENT, -1);

	(void)state;
	drain(stream, text, sizeof(text), 512);
	assert_int_equal(bench.paused, 1);
	publish(101, "ticket", RIGHT_TICKET_READ);
	publish(102, "ticket", RIGHT_TICKET_READ);
	assert_int_equal(bench.woken, 1);
	drain(stream, text, sizeof(text), 512);
	assert_int_equal(bench.paused, 2);
	stream_close(stream);
}

static void of_one_position_only_the_last_has_the_id(void **state)
{
	static char text[4096];
	const struct stream_item items[] = {
		{101, "ticket", RIGHT_TICKET_READ, false, false, 0, {"{}", 2}},
		{101, "ticket", RIGHT_TICKET_READ, false, false, 0, {"[]", 2}},
		{102, "client", RIGHT_CLIENT_READ, false, false, 0, {"{}", 2}},
	};
	struct stream *stream = open_stream(ROLE_AGENT, 100);

	(void)state;
	hub_publish(bench.hub, items, 3);
	drain(stream, text, sizeof(text), 512);
	assert_string_equal(text,
	                    GREETING "event: ticket\ndata: {}\n\n"
	                             "id: 101\nevent: ticket\ndata: []\n\n"
	                             "id: 102\nevent: client\ndata: {}\n\n");
	stream_close(stream);
}

static void resume_takes_up_where_it_was(void **state)
{
	static char text[4096];
	struct stream *stream;

	(void)state;
	for (int64_t seq = 101; seq <= 110; seq++)
		publish(seq, "ticket", RIGHT_TICKET_READ);
	stream = open_stream(ROLE_AGENT, 108);
	drain(stream, text, sizeof(text), 512);
	assert_null(strstr(text, "id: 108\n"));
	assert_non_null(strstr(text, "id: 109\n"));
	assert_non_null(strstr(text, "id: 110\n"));
	assert_null(strstr(text, "gap"));
	stream_close(stream);
}

static void what_the_ring_lacks_is_read_from_the_store(void **state)
{
	static char text[4096];
	struct stream *stream = open_stream(ROLE_AGENT, 97);

	(void)state;
	publish(101, "ticket", RIGHT_TICKET_READ);
	drain(stream, text, sizeof(text), 512);
	assert_non_null(strstr(text, "id: 98\n"));
	assert_non_null(strstr(text, "id: 100\n"));
	assert_non_null(strstr(text, "id: 101\n"));
	assert_null(strstr(text, "gap"));
	stream_close(stream);

	bench.missed = ST_LIMIT;
	stream = open_stream(ROLE_AGENT, 5);
	drain(stream, text, sizeof(text), 512);
	assert_non_null(strstr(text, "id: 101\nevent: gap\n"));
	assert_null(strstr(text, "id: 98\n"));
	stream_close(stream);
}

static void a_position_of_the_future_is_a_gap(void **state)
{
	static char text[4096];
	struct stream *stream = open_stream(ROLE_AGENT, 5000);

	(void)state;
	drain(stream, text, sizeof(text), 512);
	assert_non_null(strstr(text, "id: 100\nevent: gap\n"));
	stream_close(stream);
}

static void one_that_is_too_slow_is_told_or_cut_off(void **state)
{
	static char text[65536];
	struct stream *slow = open_stream(ROLE_AGENT, -1);
	struct stream *half = open_stream(ROLE_AGENT, -1);
	char few[40];

	(void)state;
	publish(101, "ticket", RIGHT_TICKET_READ);
	/* The greeting and a part of the first event. */
	assert_int_equal(stream_read(half, few, 30), 30);
	for (int64_t seq = 102; seq < 2000; seq++)
		publish(seq, "ticket", RIGHT_TICKET_READ);
	assert_int_equal(drain(slow, text, sizeof(text), 512), 0);
	assert_non_null(strstr(text, "id: 1999\nevent: gap\n"));
	assert_int_equal(drain(half, text, sizeof(text), 512), -1);
	stream_close(slow);
	stream_close(half);
}

static void big_events_push_out_by_bytes(void **state)
{
	static char big[200000], text[65536];
	struct stream_item item = {101,   "ticket", RIGHT_TICKET_READ, false,
	                           false, 0,        {big, sizeof(big)}};
	struct stream *stream = open_stream(ROLE_AGENT, -1);

	(void)state;
	memset(big, 'x', sizeof(big));
	for (int i = 0; i < 100; i++, item.seq++)
		hub_publish(bench.hub, &item, 1);
	assert_int_equal(drain(stream, text, sizeof(text), 512), 0);
	assert_non_null(strstr(text, "event: gap\n"));
	stream_close(stream);
}

static void rights_are_looked_at_when_sending(void **state)
{
	static char text[4096], partner[4096];
	struct stream *stream = open_stream(ROLE_AGENT, -1);
	struct stream *other = open_stream(ROLE_PARTNER, -1);

	(void)state;
	publish(101, "ticket", RIGHT_TICKET_READ);
	publish(102, "secret", RIGHT_MEMBER_WRITE);
	publish(103, "ticket", RIGHT_TICKET_READ);
	drain(stream, text, sizeof(text), 512);
	drain(other, partner, sizeof(partner), 512);
	assert_null(strstr(text, "secret"));
	assert_non_null(strstr(text, "id: 103\n"));
	assert_non_null(strstr(partner, "secret"));
	stream_close(stream);
	stream_close(other);
}

static void a_new_reader_gets_the_newest_counts(void **state)
{
	static char text[4096];
	struct stream *stream;

	(void)state;
	publish(100, "counts", RIGHT_TICKET_READ);
	publish(101, "ticket", RIGHT_TICKET_READ);
	publish(101, "counts", RIGHT_TICKET_READ);
	stream = open_stream(ROLE_AGENT, 101);
	drain(stream, text, sizeof(text), 512);
	assert_string_equal(text,
	                    GREETING "event: counts\ndata: {\"seq\":101}\n\n");
	stream_close(stream);
}

static void quiet_streams_beat(void **state)
{
	static char text[4096];
	struct stream *stream = open_stream(ROLE_AGENT, -1);

	(void)state;
	drain(stream, text, sizeof(text), 512);
	for (int i = 0; i < 19; i++)
		hub_tick(bench.hub);
	assert_int_equal(bench.woken, 0);
	hub_tick(bench.hub);
	assert_int_equal(bench.woken, 1);
	assert_int_equal(drain(stream, text, sizeof(text), 512), 0);
	assert_string_equal(text, ":\n\n");
	stream_close(stream);
}

static void assert_farewell(struct stream *stream)
{
	static char text[4096];

	assert_int_equal(drain(stream, text, sizeof(text), 512), -1);
	assert_non_null(strstr(text, "event: bye\n"));
	stream_close(stream);
}

static void ended_sessions_get_a_farewell(void **state)
{
	static char text[4096];
	struct stream *agent = open_stream(ROLE_AGENT, -1);
	struct stream *partner = open_stream(ROLE_PARTNER, -1);
	uint8_t hash[SESSION_HASH_BYTES];

	(void)state;
	memset(hash, ROLE_AGENT, sizeof(hash));
	hub_end_session(bench.hub, hash);
	assert_farewell(agent);
	assert_int_equal(drain(partner, text, sizeof(text), 512), 0);
	hub_end_member(bench.hub, 5);
	assert_farewell(partner);

	/* One that ended without anybody telling us, within five ticks. */
	agent = open_stream(ROLE_AGENT, -1);
	bench.session_over = true;
	for (int i = 0; i < 5; i++)
		hub_tick(bench.hub);
	assert_farewell(agent);
	assert_int_equal(hub_streams(bench.hub), 0);
}

static void a_farewell_waits_for_the_event_under_way(void **state)
{
	static char text[4096];
	struct stream *stream = open_stream(ROLE_AGENT, 100);
	size_t used = sizeof(GREETING) - 1 + 10;

	(void)state;
	publish(101, "ticket", RIGHT_TICKET_READ);
	assert_int_equal(stream_read(stream, text, used), used);
	hub_end_member(bench.hub, 5);
	assert_int_equal(drain(stream, text + used, 2048, 512), -1);
	assert_non_null(strstr(text, "data: {\"seq\":101}\n\nevent: bye\n"));
	stream_close(stream);
}

static void a_closed_hub_opens_nothing(void **state)
{
	struct session session = {.role = ROLE_AGENT};
	struct stream *stream = open_stream(ROLE_AGENT, -1);
	struct stream *none = NULL;

	(void)state;
	hub_close(bench.hub);
	assert_farewell(stream);
	assert_int_equal(hub_open_stream(bench.hub, &session, -1, &none),
	                 ST_BUSY);
	assert_null(none);
}

static void the_number_of_streams_is_bounded(void **state)
{
	static struct stream *streams[5000];
	struct session session = {.role = ROLE_AGENT};
	size_t count = 0;

	(void)state;
	while (count < 5000 && hub_open_stream(bench.hub, &session, -1,
	                                       &streams[count]) == ST_OK)
		count++;
	assert_true(count >= 500 && count < 5000);
	while (count > 0)
		stream_close(streams[--count]);
	assert_int_equal(hub_streams(bench.hub), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(events_come_in_order_whatever_the_reads),
		CASE(a_waiting_reader_is_woken_once),
		CASE(of_one_position_only_the_last_has_the_id),
		CASE(resume_takes_up_where_it_was),
		CASE(what_the_ring_lacks_is_read_from_the_store),
		CASE(a_position_of_the_future_is_a_gap),
		CASE(one_that_is_too_slow_is_told_or_cut_off),
		CASE(big_events_push_out_by_bytes),
		CASE(rights_are_looked_at_when_sending),
		CASE(a_new_reader_gets_the_newest_counts),
		CASE(quiet_streams_beat),
		CASE(ended_sessions_get_a_farewell),
		CASE(a_farewell_waits_for_the_event_under_way),
		CASE(a_closed_hub_opens_nothing),
		CASE(the_number_of_streams_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
