/*
 * The demo as it is shipped, fed into a workspace of its own: the scene that
 * it promises is there, the books balance, and rows equal what the log says.
 */
#include "app/demo_feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "node/jail_mail.h"
#include "store/audit.h"
#include "store/log.h"
#include "store/project.h"
#include "store/view.h"

/* Saturday, 14 November 2026, 10:30 in Lisbon. */
#define START 1794652200000
#define ROWS  LIMIT_PAGE_ROWS

struct world {
	char folder[40];
	char file[80];
	struct jail *jail;
	struct node *node;
	struct arena *arena;
	struct demo_story *story;
	struct demo_clock clock;
	struct demo_fed fed;
	struct view_ticket *tickets; /* all that are not closed */
	size_t ticket_count;
	_Atomic size_t sent;
};

static void world_send(void *context, struct arena *arena,
                       const struct node_outgoing *mail,
                       struct node_sent *sent_out)
{
	struct world *world = context;

	(void)arena;
	/* Letters to members are no answers to clients. */
	world->sent += mail->raw.length > 0 && !mail->to_member;
	*sent_out = (struct node_sent){.outcome = OUTBOUND_SENT};
}

static void world_log(void *context, const char *line)
{
	(void)context;
	print_message("%s\n", line);
}

static bool world_feed(struct world *world)
{
	struct problem problem = {0};
	struct demo_feed feed = {.clock = &world->clock};
	struct node_config config = {
		.file = world->file,
		.jail = world->jail,
		.driver = {.context = world,
	                   .send = world_send,
	                   .log = world_log},
		.now = demo_clock_now,
		.now_context = &world->clock,
		.readers = 4,
		.intake_threads = 2,
	};
	enum status status = demo_story_make(world->arena, START, 1,
	                                     &world->story, &problem);

	if (status == ST_OK) {
		world->clock.at = world->story->first;
		status = node_start(&config, &world->node, &problem);
	}
	if (status == ST_OK) {
		feed.node = world->node;
		feed.story = world->story;
		status = demo_feed(&feed, &world->fed, &problem);
	}
	if (status != ST_OK)
		print_message("%s\n", problem.text);
	return status == ST_OK;
}

static bool world_read(struct world *world)
{
	const struct view_filter filter = {.rank_from = RANK_FLAGGED,
	                                   .rank_to = RANK_WAITING,
	                                   .limit = ROWS};
	struct sql_db *reader = node_reader_take(world->node);
	int64_t ids[ROWS];
	enum status status =
		view_ticket_ids(reader, &filter, ids, &world->ticket_count);

	world->tickets =
		arena_array(world->arena, ROWS, sizeof(*world->tickets));
	for (size_t i = 0; i < world->ticket_count && status == ST_OK; i++)
		status = view_ticket(reader, world->arena, ids[i],
		                     &world->tickets[i]);
	node_reader_return(world->node, reader);
	return status == ST_OK;
}

static int world_open(void **state)
{
	const struct jail_mail_config jail = {.poison = STR(DEMO_POISON)};
	struct world *world = calloc(1, sizeof(*world));
	const char *parent =
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	if (!world)
		return -1;
	*state = world;
	snprintf(world->folder, sizeof(world->folder),
	         "%s/holdfast-demo-XXXXXX", parent);
	world->arena = arena_new((size_t)1 << 30);
	if (jail_mail_start(&jail, &world->jail, NULL) != ST_OK ||
	    !mkdtemp(world->folder))
		return -1;
	snprintf(world->file, sizeof(world->file), "%s/workspace.db",
	         world->folder);
	return world_feed(world) && world_read(world) ? 0 : -1;
}

static int world_close(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	struct world *world = *state;
	char path[100];

	node_stop(&world->node);
	jail_stop(&world->jail);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", world->file, suffixes[i]);
		unlink(path);
	}
	rmdir(world->folder);
	arena_free(&world->arena);
	free(world);
	return 0;
}

static const struct view_ticket *world_ticket(const struct world *world,
                                              const char *subject)
{
	for (size_t i = 0; i < world->ticket_count; i++) {
		struct str text = world->tickets[i].subject;

		if (str_find(text, str_of(subject), 0) < text.length)
			return &world->tickets[i];
	}
	fail_msg("there is no open thread \"%s\"", subject);
	return NULL;
}

/* -- What is told ---------------------------------------------------------- */

static void test_amount(void **state)
{
	const struct world *world = *state;

	assert_in_range(world->fed.mails, 150, 400);
	assert_in_range(world->fed.replies, 100, 300);
	assert_int_equal(world->sent, world->fed.replies);
}

/* Every group of the inbox has something in it. */
static void test_groups(void **state)
{
	const struct world *world = *state;
	size_t states[TICKET_STATE_COUNT] = {0}, ranks[RANK_CLOSED + 1] = {0};
	size_t late = 0, soon = 0, today = 0, lost = 0, free_ones = 0;

	for (size_t i = 0; i < world->ticket_count; i++) {
		const struct view_ticket *row = &world->tickets[i];
		span_ms left = row->clock.due_at - START;

		states[row->record.state]++;
		ranks[row->record.rank]++;
		lost += row->record.undelivered != 0;
		free_ones += row->record.assignee == 0;
		if (!row->clock.running)
			continue;
		late += left < 0;
		soon += left >= 0 && left <= 30 * SPAN_MINUTE;
		today += left > 30 * SPAN_MINUTE && left <= 12 * SPAN_HOUR;
	}
	assert_in_range(world->ticket_count, 18, 26);
	assert_in_range(states[TICKET_WAITING_CLIENT], 5, 8);
	assert_int_equal(states[TICKET_WAITING_PRODUCTION], 1);
	assert_in_range(ranks[RANK_FLAGGED], 4, 9);
	assert_in_range(late, 2, 3);
	assert_in_range(soon, 3, 6);
	assert_in_range(today, 6, 12);
	assert_int_equal(lost, 1);
	assert_in_range(free_ones, 3, 12);
}

static const struct view_flag *ticket_flag(const struct view_ticket *row,
                                           enum flag_when when)
{
	for (size_t i = 0; i < row->flag_count; i++) {
		if (row->flags[i].record.cond == (int64_t)when)
			return &row->flags[i];
	}
	return NULL;
}

/* A7: three unanswered, flagged, and a call back promised within the hour. */
static void test_call_back(void **state)
{
	struct world *world = *state;
	const struct view_ticket *row = world_ticket(world, "Batch 3");
	const struct promise *call = NULL;
	struct promise *promises;
	size_t count;
	struct sql_db *reader = node_reader_take(world->node);

	assert_true(str_equal(row->client.name, STR("Marlow & Finch")));
	assert_int_equal(row->record.unanswered, 3);
	assert_int_equal(row->client.record.unanswered, 3);
	assert_non_null(ticket_flag(row, FLAG_WHEN_UNANSWERED));
	assert_int_equal(view_promises(reader, world->arena, row->record.id,
	                               &promises, &count),
	                 ST_OK);
	node_reader_return(world->node, reader);
	for (size_t i = 0; i < count; i++) {
		if (promises[i].kind == PROMISE_CALL_BACK)
			call = &promises[i];
	}
	assert_non_null(call);
	assert_int_equal(call->state, PROMISE_OPEN);
	assert_int_equal(call->due_at - call->started_at, SPAN_HOUR);
	assert_int_equal(call->due_at - START, 38 * SPAN_MINUTE);
}

static void test_others(void **state)
{
	struct world *world = *state;
	const struct view_ticket *row = world_ticket(world, "sleeves");
	struct view_intake quarantined[4];
	size_t count = 0;
	struct sql_db *reader = node_reader_take(world->node);
	const struct view_flag *flag = ticket_flag(row, FLAG_WHEN_SIGNAL);

	assert_int_equal(row->record.type, REQUEST_ISSUE);
	assert_non_null(flag);
	assert_true(flag->quote.length > 0);
	row = world_ticket(world, "Katalog");
	assert_true(str_equal(row->client.name, STR("Ahrens Möbel")));
	assert_int_equal(
		view_quarantine(reader, world->arena, quarantined, 4, &count),
		ST_OK);
	assert_int_equal(count, 1);
	node_reader_return(world->node, reader);
}

/* Whoever waits for an answer has a clock on it. */
static void test_clocks(void **state)
{
	const struct world *world = *state;

	for (size_t i = 0; i < world->ticket_count; i++) {
		const struct view_ticket *row = &world->tickets[i];

		if (row->record.unanswered == 0)
			continue;
		if (row->clock.id == 0)
			fail_msg("\"%.*s\" has no clock",
			         STR_ARG(row->subject));
	}
}

/* -- What holds ------------------------------------------------------------ */

static void test_books(void **state)
{
	struct world *world = *state;
	struct sql_db *reader = node_reader_take(world->node);
	struct audit audit = {0};
	struct problem problem = {0};
	int64_t events = 0;

	if (audit_run(reader, &audit, &problem) != ST_OK ||
	    log_verify(reader, &events, &problem) != ST_OK ||
	    project_compare(reader, &problem) != ST_OK)
		fail_msg("%s: %s", problem.field, problem.text);
	node_reader_return(world->node, reader);
	assert_int_equal(audit.accepted, audit.waiting + audit.opened +
	                                         audit.appended +
	                                         audit.quarantined +
	                                         audit.duplicate + audit.loop);
	/* One mail went to both addresses. */
	assert_int_equal(audit.accepted, world->fed.mails + 1);
	assert_int_equal(audit.waiting, 0);
	assert_int_equal(audit.quarantined, 1);
	assert_int_equal(audit.duplicate, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amount),    cmocka_unit_test(test_groups),
		cmocka_unit_test(test_call_back), cmocka_unit_test(test_others),
		cmocka_unit_test(test_clocks),    cmocka_unit_test(test_books),
	};

	return cmocka_run_group_tests(tests, world_open, world_close);
}
