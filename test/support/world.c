#include "support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/limits.h"
#include "node/zones.h"
#include "store/audit.h"
#include "store/log.h"
#include "store/project.h"

static const char world_calendar[] =
	"{\"zone\":\"UTC\",\"week\":{"
	"\"mon\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],"
	"\"tue\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],"
	"\"wed\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],"
	"\"thu\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],"
	"\"fri\":[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]]}}";

static void world_random(void *bytes, size_t length)
{
	randombytes_buf(bytes, length);
}

static void world_ok(struct world *w, enum status status, const char *what)
{
	if (status != ST_OK)
		fail_msg("%s: %s (%s: %s)", what, status_name(status),
		         w->problem.field, w->problem.text);
}

instant_ms world_instant(const char *text)
{
	instant_ms at = 0;

	if (!instant_parse(str_of(text), &at))
		fail_msg("%s is no instant", text);
	return at;
}

struct turn world_turn(struct world *w)
{
	struct turn turn = {
		.arena = w->arena, .now = w->now, .actor = w->actor};

	w->commands++;
	memcpy(turn.command, &w->commands, sizeof(w->commands));
	memcpy(turn.command + 8, "world", 5);
	return turn;
}

void world_open(struct world *w, const char *file)
{
	const struct desk_ports ports = {world_random, zones_load};
	const struct setup setup = {
		.agency = STR("Ours"),
		.name = STR("Ines Duarte"),
		.address = STR("ines@people.example"),
		.desk_address = STR("desk@ours.example"),
		.calendar = str_of(world_calendar),
		.zone = STR("UTC"),
	};
	struct outcome outcome;
	struct turn turn;

	assert_true(sodium_init() >= 0);
	*w = (struct world){.arena = arena_new(LIMIT_TURN_ARENA_BYTES)};
	w->now = world_instant("2026-11-02T08:00:00Z");
	world_ok(w, sql_open(file, SQL_OPEN_WRITER, &w->db, &w->problem),
	         "open");
	world_ok(w, desk_open(&w->desk, w->db, &ports, &w->problem), "desk");
	w->desk.authserv = STR("mx.ours.example");
	turn = world_turn(w);
	world_ok(w, desk_setup(&w->desk, &turn, &setup, &outcome, &w->problem),
	         "setup");
	w->actor = outcome.record;
}

void world_close(struct world *w)
{
	desk_close(&w->desk);
	sql_close(&w->db);
	arena_free(&w->arena);
}

/* What is due to be sent is tried at once. */
static void world_send(struct world *w, int64_t message)
{
	struct outbound_report report = {.outcome = OUTBOUND_SENT};
	struct message record = world_message(w, message);
	struct outcome outcome;
	struct turn turn;

	if ((record.delivery != DELIVERY_QUEUED &&
	     record.delivery != DELIVERY_DEFERRED &&
	     record.delivery != DELIVERY_UNKNOWN) ||
	    record.until_at > w->now)
		return;
	if (w->outcome_count > 0) {
		report.outcome = w->outcomes[0];
		report.reason = STR("As the story has it.");
		w->outcome_count--;
		memmove(w->outcomes, w->outcomes + 1,
		        w->outcome_count * sizeof(w->outcomes[0]));
	}
	turn = world_turn(w);
	world_ok(w,
	         desk_send_begin(&w->desk, &turn, message, STR("raw\r\n"),
	                         &outcome),
	         "send");
	turn = world_turn(w);
	world_ok(w, desk_send_end(&w->desk, &turn, message, &report, &outcome),
	         "sent");
}

void world_run_until(struct world *w, instant_ms until)
{
	struct timer timer;
	size_t count = 1;

	while (count > 0) {
		int64_t actor = w->actor;
		struct outcome outcome;
		struct turn turn;

		world_ok(w, timer_due(w->db, until, &timer, 1, &count),
		         "timers");
		if (count == 0)
			break;
		if (timer.at > w->now)
			w->now = timer.at;
		w->actor = 0;
		turn = world_turn(w);
		w->actor = actor;
		world_ok(w,
		         desk_timer_fire(&w->desk, &turn, timer.kind,
		                         timer.subject, &outcome),
		         "timer");
		if (timer.kind == TIMER_MESSAGE)
			world_send(w, timer.subject);
	}
	w->now = until;
}

void world_at(struct world *w, const char *instant)
{
	world_run_until(w, world_instant(instant));
}

static struct str world_crlf(struct world *w, const char *raw)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, LIMIT_MAIL_BYTES);
	for (const char *c = raw; *c; c++) {
		if (*c == '\n' && (c == raw || c[-1] != '\r'))
			buf_char(&buf, '\r');
		buf_char(&buf, *c);
	}
	text = str_copy(w->arena, buf_view(&buf));
	buf_release(&buf);
	return text;
}

int64_t world_mail_from(struct world *w, const char *sender,
                        const char *recipient, const char *raw)
{
	struct str to = str_of(recipient);
	struct mail_in in = {
		.sender = str_of(sender),
		.recipients = &to,
		.recipient_count = 1,
		.raw = world_crlf(w, raw),
		.source = w->sent_at ? SOURCE_SENT : SOURCE_LMTP,
		.at = w->sent_at ? w->sent_at : w->now,
	};
	int64_t actor = w->actor;
	struct outcome outcome;
	struct mail mail;
	struct turn turn;

	w->actor = 0;
	turn = world_turn(w);
	world_ok(w, desk_mail_accept(&w->desk, &turn, &in, &outcome), "accept");
	world_ok(w, mail_parse(w->arena, in.raw, &mail), "parse");
	turn = world_turn(w);
	world_ok(w,
	         desk_mail_file(&w->desk, &turn, outcome.record, &mail, NULL,
	                        &outcome),
	         "file");
	w->actor = actor;
	return outcome.message;
}

int64_t world_mail_to(struct world *w, const char *recipient, const char *raw)
{
	return world_mail_from(w, "somebody@elsewhere.example", recipient, raw);
}

int64_t world_mail(struct world *w, const char *raw)
{
	return world_mail_to(w, "desk@ours.example", raw);
}

int64_t world_reply(struct world *w, int64_t ticket, const char *text)
{
	struct reply reply = {
		.ticket = ticket, .text = str_of(text), .seen = INT64_MAX};
	struct turn turn = world_turn(w);
	struct outcome outcome;

	world_ok(w, desk_reply(&w->desk, &turn, &reply, &outcome, &w->problem),
	         "reply");
	return outcome.message;
}

struct ticket world_ticket(struct world *w, int64_t id)
{
	struct ticket ticket = {0};

	world_ok(w, record_read(w->db, RECORD_TICKET, id, &ticket.id),
	         "ticket");
	return ticket;
}

struct message world_message(struct world *w, int64_t id)
{
	struct message message = {0};

	world_ok(w, record_read(w->db, RECORD_MESSAGE, id, &message.id),
	         "message");
	return message;
}

struct promise world_promise(struct world *w, int64_t ticket,
                             enum promise_kind kind)
{
	struct promise *promises;
	size_t count;

	world_ok(w, view_promises(w->db, w->arena, ticket, &promises, &count),
	         "promises");
	for (int open = 1; open >= 0; open--) {
		for (size_t i = 0; i < count; i++) {
			if (promises[i].kind == (int64_t)kind &&
			    (!open || promises[i].state == PROMISE_OPEN))
				return promises[i];
		}
	}
	return (struct promise){0};
}

void world_prove(struct world *w)
{
	struct audit audit;
	int64_t events;

	world_ok(w, log_verify(w->db, &events, &w->problem), "chain");
	world_ok(w, project_compare(w->db, &w->problem), "rows");
	world_ok(w, audit_run(w->db, &audit, &w->problem), "books");
}
