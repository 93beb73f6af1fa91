/*
 * `holdfast explain due`: when is it due on that calendar, and how much
 * working time lies between. One JSON object a line in, one a line out.
 */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "app/explain.h"
#include "base/arena.h"
#include "base/limits.h"
#include "core/time/calendar.h"
#include "core/time/calendar_text.h"
#include "node/zones.h"

/* A question has at most so many pauses. */
#define DUE_PAUSES_MAX 10000u

/* Zones stay over all lines; everything else goes with its line. */
#define DUE_ZONES_MAX 64u

struct due_zones {
	struct arena *arena;
	const struct zone *list[DUE_ZONES_MAX];
	size_t count;
};

struct due_question {
	struct calendar_version version;
	struct calendar_history history; /* empty: around the clock */
	struct calendar_pauses pauses;
	instant_ms from;
	bool has_to;
	instant_ms to;
	span_ms span;
};

static enum status due_zone(struct due_zones *zones, struct str name,
                            const struct zone **zone_out,
                            struct problem *problem_out)
{
	enum status status;

	for (size_t i = 0; i < zones->count; i++) {
		if (str_equal(zone_name(zones->list[i]), name)) {
			*zone_out = zones->list[i];
			return ST_OK;
		}
	}
	if (zones->count == DUE_ZONES_MAX) {
		arena_clear(zones->arena);
		zones->count = 0;
	}
	status = zones_load(zones->arena, name, zone_out, problem_out);
	if (status == ST_OK)
		zones->list[zones->count++] = *zone_out;
	return status;
}

/* "calendar.week.mon[0]": the problem's field is inside the calendar. */
static void due_field_inside(struct problem *problem)
{
	char field[sizeof(problem->field)];
	int length;

	if (strcmp(problem->field, "calendar") == 0)
		return;
	length = snprintf(field, sizeof(field), "calendar.%.50s",
	                  problem->field);
	memcpy(problem->field, field, (size_t)length + 1);
}

static enum status due_calendar(struct arena *arena, struct due_zones *zones,
                                const json_t *json,
                                struct due_question *question,
                                struct problem *problem_out)
{
	struct calendar_plan plan;
	const struct zone *zone = NULL;
	const struct calendar *calendar = NULL;
	enum status status;

	if (!json || json_is_null(json))
		return ST_OK;
	status = calendar_text_read(arena, json, &plan, problem_out);
	if (status == ST_OK)
		status = due_zone(zones, plan.zone, &zone, problem_out);
	if (status == ST_OK)
		status = calendar_build(arena, &plan, zone, &calendar,
		                        problem_out);
	if (status != ST_OK) {
		due_field_inside(problem_out);
		return status;
	}
	question->version = CALENDAR_VERSION(calendar);
	question->history = (struct calendar_history){&question->version, 1};
	return ST_OK;
}

static bool due_instant(const json_t *json, instant_ms *at_out)
{
	struct str text = {json_string_value(json), json_string_length(json)};

	return json_is_string(json) && instant_parse(text, at_out);
}

#define DUE_INSTANT_TEXT                                                       \
	"Write an instant as in \"2026-11-10T09:00:00Z\" or with an offset, "  \
	"\"2026-11-10T10:00:00+01:00\"."

static enum status due_pauses(struct arena *arena, const json_t *json,
                              struct due_question *question,
                              struct problem *problem_out)
{
	size_t count = json_array_size(json);
	struct calendar_pause *list;

	if (!json || json_is_null(json))
		return ST_OK;
	if (!json_is_array(json) || count > DUE_PAUSES_MAX)
		return problem_set(problem_out, ST_INVALID, "pauses",
		                   "Write pauses as a list of at most %u "
		                   "pairs of instants.",
		                   DUE_PAUSES_MAX);
	list = arena_array(arena, count, sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		const json_t *pair = json_array_get(json, i);
		char field[32];

		snprintf(field, sizeof(field), "pauses[%zu]", i);
		if (json_array_size(pair) != 2 ||
		    !due_instant(json_array_get(pair, 0), &list[i].from) ||
		    !due_instant(json_array_get(pair, 1), &list[i].to))
			return problem_set(problem_out, ST_INVALID, field,
			                   "Write a pause as two instants, "
			                   "when it began and when it ended.");
		if (list[i].to < list[i].from)
			return problem_set(problem_out, ST_INVALID, field,
			                   "A pause cannot end before it "
			                   "begins.");
	}
	question->pauses = (struct calendar_pauses){list, count};
	return ST_OK;
}

static enum status due_seconds(const json_t *json,
                               struct due_question *question,
                               struct problem *problem_out)
{
	json_int_t whole = json_integer_value(json);
	double real = json_real_value(json);

	/* Anything beyond is refused as out of reach by the arithmetic. */
	if (json_is_integer(json) && whole > -100000000000 &&
	    whole < 100000000000) {
		question->span = whole * SPAN_SECOND;
		return ST_OK;
	}
	if (json_is_real(json) && real > -1e11 && real < 1e11) {
		question->span = (span_ms)llround(real * 1000);
		return ST_OK;
	}
	return problem_set(problem_out, ST_INVALID, "seconds",
	                   "Write working time as a number of seconds, or "
	                   "\"to\" to have it counted.");
}

static enum status due_read(struct arena *arena, struct due_zones *zones,
                            const json_t *json, struct due_question *question,
                            struct problem *problem_out)
{
	const json_t *to = json_object_get(json, "to");
	const json_t *seconds = json_object_get(json, "seconds");
	enum status status;

	if (!json_is_object(json))
		return problem_set(problem_out, ST_INVALID, "",
		                   "Write one JSON object a line.");
	status = due_calendar(arena, zones, json_object_get(json, "calendar"),
	                      question, problem_out);
	if (status != ST_OK)
		return status;
	status = due_pauses(arena, json_object_get(json, "pauses"), question,
	                    problem_out);
	if (status != ST_OK)
		return status;
	if (!due_instant(json_object_get(json, "from"), &question->from))
		return problem_set(problem_out, ST_INVALID, "from",
		                   DUE_INSTANT_TEXT);
	question->has_to = to && !json_is_null(to);
	if (!question->has_to)
		return due_seconds(seconds, question, problem_out);
	if (seconds && !json_is_null(seconds))
		return problem_set(problem_out, ST_INVALID, "seconds",
		                   "Give \"seconds\" or \"to\", not both.");
	if (!due_instant(to, &question->to))
		return problem_set(problem_out, ST_INVALID, "to",
		                   DUE_INSTANT_TEXT);
	return ST_OK;
}

static void due_print_seconds(span_ms span)
{
	int64_t whole = span / SPAN_SECOND;
	int rest = (int)(span % SPAN_SECOND);

	if (rest == 0)
		printf("{\"seconds\": %" PRId64 "}\n", whole);
	else
		printf("{\"seconds\": %s%" PRId64 ".%03d}\n",
		       span < 0 ? "-" : "", whole < 0 ? -whole : whole,
		       rest < 0 ? -rest : rest);
}

static enum status due_answer(const struct due_question *question,
                              struct problem *problem_out)
{
	char text[INSTANT_TEXT_SIZE];
	instant_ms due;
	span_ms span;

	if (question->has_to) {
		span = calendar_span(&question->history, question->from,
		                     question->to, &question->pauses);
		due_print_seconds(span);
		return ST_OK;
	}
	if (calendar_add(&question->history, question->from, question->span,
	                 &question->pauses, &due) != ST_OK)
		return problem_set(problem_out, ST_LIMIT, "seconds",
		                   "The calendar never gets there: it has no "
		                   "such hours within %d years.",
		                   CALENDAR_YEARS_MAX);
	if (civil_from_utc(due).year < 0 || civil_from_utc(due).year > 9999)
		return problem_set(problem_out, ST_LIMIT, "seconds",
		                   "That is beyond the year 9999 or before "
		                   "the year 0.");
	instant_print(due, text);
	printf("{\"due\": \"%s\"}\n", text);
	return ST_OK;
}

static void due_print_problem(const struct problem *problem)
{
	json_t *json = json_pack("{s:{s:s,s:s}}", "error", "field",
	                         problem->field, "text", problem->text);

	if (json) {
		json_dumpf(json, stdout, 0);
		putchar('\n');
	} else {
		/* A field that is not UTF-8 cannot be repeated. */
		puts("{\"error\": {\"field\": \"\", \"text\": \"This is not "
		     "valid UTF-8.\"}}");
	}
	json_decref(json);
}

static void due_line(struct arena *arena, struct due_zones *zones,
                     struct str line)
{
	struct due_question question = {0};
	struct problem problem = {0};
	json_error_t error;
	json_t *json = json_loadb(line.text, line.length,
	                          JSON_REJECT_DUPLICATES, &error);
	enum status status;

	if (!json)
		status = problem_set(&problem, ST_INVALID, "",
		                     "This is not JSON: %s.", error.text);
	else
		status = due_read(arena, zones, json, &question, &problem);
	if (status == ST_OK)
		status = due_answer(&question, &problem);
	if (status != ST_OK)
		due_print_problem(&problem);
	json_decref(json);
}

int explain_due(int argc, char **argv)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct due_zones zones = {.arena = arena_new(LIMIT_TURN_ARENA_BYTES)};
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	(void)argv;
	if (argc > 1) {
		fputs("usage: holdfast explain due <questions\n"
		      "Each line is an object with calendar, from, and "
		      "seconds or to.\n",
		      stderr);
		arena_free(&zones.arena);
		arena_free(&arena);
		return EX_USAGE;
	}
	while ((length = getline(&line, &size, stdin)) >= 0) {
		struct str text = str_trim((struct str){line, (size_t)length});

		if (text.length > 0)
			due_line(arena, &zones, text);
		arena_clear(arena);
	}
	free(line);
	arena_free(&zones.arena);
	arena_free(&arena);
	return fflush(stdout) == 0 && !ferror(stdin) ? EX_OK : EX_IOERR;
}
