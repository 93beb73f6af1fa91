/*
 * The playbook that ships says what SPEC A3 says, a small one is read exactly,
 * and each wrong one of test/case/playbook/refused.txt is refused at the right
 * place with the right words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/asset.h"
#include "base/limits.h"
#include "core/playbook/playbook.h"

static struct arena *arena;
static struct playbook *shipped;

static struct str shipped_text(void)
{
	for (size_t i = 0; i < assets_playbook_count; i++)
		if (!strcmp(assets_playbook[i].path, "default.yaml"))
			return (struct str){
				(const char *)assets_playbook[i].bytes,
				assets_playbook[i].length};
	return (struct str){0};
}

static int begin(void **state)
{
	(void)state;
	struct problem problem = {0};
	arena = arena_new(256u << 20);
	if (playbook_parse(arena, shipped_text(), &shipped, &problem) == ST_OK)
		return 0;
	print_error("default.yaml:%d:%d: %s: %s\n", problem.line,
	            problem.column, problem.field, problem.text);
	return -1;
}

static int end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct str file_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	char *bytes = arena_alloc(arena, 1u << 20);
	size_t length = fread(bytes, 1, 1u << 20, file);
	fclose(file);
	return (struct str){bytes, length};
}

static void test_clocks_of_spec_a3(void **state)
{
	/* clang-format off */
	static const struct {
		enum request_type type;
		enum promise_kind promise;
		struct duration within;
	} rows[] = {
		{REQUEST_STATUS_INQUIRY, PROMISE_FIRST_RESPONSE, {30 * SPAN_MINUTE, HOURS_BUSINESS}},
		{REQUEST_SCOPE_CHANGE,   PROMISE_ACKNOWLEDGE,    {1 * SPAN_HOUR,    HOURS_BUSINESS}},
		{REQUEST_PRICING,        PROMISE_FIRST_RESPONSE, {2 * SPAN_HOUR,    HOURS_BUSINESS}},
		{REQUEST_NEW_BRIEF,      PROMISE_FIRST_RESPONSE, {2 * SPAN_HOUR,    HOURS_BUSINESS}},
		{REQUEST_ISSUE,          PROMISE_ACKNOWLEDGE,    {4 * SPAN_HOUR,    HOURS_BUSINESS}},
		{REQUEST_ISSUE,          PROMISE_PROPOSAL,       {24 * SPAN_HOUR,   HOURS_CLOCK}},
		{REQUEST_ISSUE,          PROMISE_RESOLUTION,     {48 * SPAN_HOUR,   HOURS_CLOCK}},
		{REQUEST_OTHER,          PROMISE_FIRST_RESPONSE, {4 * SPAN_HOUR,    HOURS_BUSINESS}},
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct playbook_clock *clock =
			playbook_clock(shipped, rows[i].type, rows[i].promise);
		assert_non_null(clock);
		assert_int_equal(clock->within.span, rows[i].within.span);
		assert_int_equal(clock->within.hours, rows[i].within.hours);
		assert_true(clock->warn_before > 0);
		assert_true(clock->steps_count > 0);
	}
	for (int t = 1; t < REQUEST_TYPE_COUNT; t++) {
		enum request_type type = (enum request_type)t;
		bool asks = request_type_is_request(type);
		assert_true(shipped->types[t].label.length > 0);
		assert_int_equal(shipped->types[t].clocks_count > 0, asks);
		assert_int_equal(playbook_clock(shipped, type,
		                                PROMISE_NEXT_RESPONSE) != NULL,
		                 asks);
	}
}

static const struct playbook_flag *flag_of(enum flag_when when,
                                           enum signal_kind signal)
{
	for (size_t i = 0; i < shipped->flags_count; i++)
		if (shipped->flags[i].when == when &&
		    shipped->flags[i].signal == signal)
			return &shipped->flags[i];
	return NULL;
}

static void test_flags_of_spec_a6_a7(void **state)
{
	(void)state;
	const struct playbook_flag *three =
		flag_of(FLAG_WHEN_UNANSWERED, SIGNAL_NONE);
	assert_non_null(three);
	assert_int_equal(three->count, 3);
	assert_int_equal(three->once_within, 15 * SPAN_MINUTE);
	assert_int_equal(three->call_back.span, SPAN_HOUR);
	assert_int_equal(three->call_back.hours, HOURS_CALLING);
	assert_int_equal(three->call_back_code,
	                 playbook_code(three->call_back_id));
	assert_non_null(flag_of(FLAG_WHEN_DEADLINE, SIGNAL_NONE));
	assert_non_null(flag_of(FLAG_WHEN_CLOCK_BREACHED, SIGNAL_NONE));
	assert_non_null(flag_of(FLAG_WHEN_CLOCK_SOON, SIGNAL_NONE));
	assert_non_null(flag_of(FLAG_WHEN_SIGNAL, SIGNAL_FRUSTRATION));
	assert_non_null(flag_of(FLAG_WHEN_SIGNAL, SIGNAL_URGENCY));
	assert_non_null(flag_of(FLAG_WHEN_SIGNAL, SIGNAL_REPEAT_CONTACT));
	for (size_t i = 0; i < shipped->flags_count; i++)
		assert_ptr_equal(
			playbook_flag_by_code(shipped, shipped->flags[i].code),
			&shipped->flags[i]);
	assert_null(playbook_flag_by_code(shipped, 0));
}

static void test_every_signal_is_named(void **state)
{
	(void)state;
	for (int i = 1; i < SIGNAL_KIND_COUNT; i++) {
		assert_int_equal(shipped->signals[i].kind, i);
		assert_true(shipped->signals[i].label.length > 0);
	}
}

static void test_senders(void **state)
{
	(void)state;
	assert_int_equal(
		playbook_sender_type(shipped, STR("No-Reply@a.example")),
		REQUEST_NEWSLETTER);
	assert_int_equal(playbook_sender_type(shipped, STR("x@news.a.example")),
	                 REQUEST_NEWSLETTER);
	assert_int_equal(playbook_sender_type(shipped, STR("mia@a.example")),
	                 REQUEST_TYPE_NONE);
	assert_int_equal(playbook_sender_type(shipped, STR("")),
	                 REQUEST_TYPE_NONE);
}

static void test_small_one(void **state)
{
	(void)state;
	struct playbook *p;
	struct str yaml = file_text("test/case/playbook/base.yaml");
	assert_int_equal(playbook_parse(arena, yaml, &p, NULL), ST_OK);
	const struct playbook_type *status = &p->types[REQUEST_STATUS_INQUIRY];
	assert_int_equal(status->clocks_count, 2);
	assert_true(str_equal(status->clocks[0].id, STR("status.first")));
	assert_int_equal(status->clocks[0].code,
	                 playbook_code(STR("status.first")));
	assert_int_equal(status->clocks[0].warn_before, 10 * SPAN_MINUTE);
	assert_int_equal(status->clocks[0].steps_count, 2);
	assert_int_equal(status->clocks[0].steps[1].after.span,
	                 30 * SPAN_MINUTE);
	assert_int_equal(status->clocks[0].steps[1].to, ESCALATE_DESK_LEAD);
	assert_int_equal(status->clocks[1].within.span, 24 * SPAN_HOUR);
	assert_int_equal(status->clocks[1].warn_before, 6 * SPAN_HOUR);
	assert_int_equal(p->lists_count, 2);
	assert_int_equal(p->lists[0].points_milli[REQUEST_STATUS_INQUIRY],
	                 2000);
	assert_int_equal(p->lists[1].weight_milli, 1200);
	assert_int_equal(p->lists[1].negation, 2);
	assert_int_equal(p->subject_milli, 500);
	assert_ptr_equal(playbook_list_by_code(p, playbook_code(STR("urgent"))),
	                 &p->lists[1]);
	struct str text = duration_text(arena, status->clocks[0].within);
	assert_true(str_equal(text, STR("30m business")));
}

/* ---- what is refused ---- */

struct refusal {
	struct str old, new, at, field, text;
	bool any;
};

/* "\n" written out becomes a line break. */
static struct str unescape(struct str s)
{
	char *out = arena_alloc(arena, s.length + 1);
	size_t used = 0;
	for (size_t i = 0; i < s.length; i++) {
		bool broken = s.text[i] == '\\' && i + 1 < s.length &&
		              s.text[i + 1] == 'n';
		out[used++] = broken ? '\n' : s.text[i];
		i += broken;
	}
	return (struct str){out, used};
}

static void refusal_line(struct refusal *refusal, struct str line)
{
	struct {
		const char *key;
		struct str *value;
	} keys[] = {
		{"old: ", &refusal->old},   {"new: ", &refusal->new},
		{"at: ", &refusal->at},     {"field: ", &refusal->field},
		{"text: ", &refusal->text},
	};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct str key = str_of(keys[i].key);
		if (!str_starts(line, key))
			continue;
		*keys[i].value =
			unescape(str_sub(line, key.length, line.length));
		refusal->any = true;
	}
}

static struct str refusal_document(const struct refusal *refusal,
                                   struct str base)
{
	if (!refusal->old.length)
		return refusal->new;
	size_t at = str_find(base, refusal->old, 0);
	assert_true(at < base.length);
	return str_printf(
		arena, "%.*s%.*s%.*s", STR_ARG(str_sub(base, 0, at)),
		STR_ARG(refusal->new),
		STR_ARG(str_sub(base, at + refusal->old.length, base.length)));
}

static int refusal_check(const struct refusal *refusal, struct str base)
{
	struct problem problem = {0};
	struct playbook *p = NULL;
	struct str yaml = refusal_document(refusal, base);
	enum status status = playbook_parse(arena, yaml, &p, &problem);
	struct str at =
		str_printf(arena, "%d:%d", problem.line, problem.column);
	if (status != ST_OK && !p && str_equal(at, refusal->at) &&
	    str_equal(str_of(problem.field), refusal->field) &&
	    str_equal(str_of(problem.text), refusal->text))
		return 0;
	print_error("for new: %.*s\nat: %.*s\nfield: %s\ntext: %s\n",
	            STR_ARG(refusal->new), STR_ARG(at),
	            status == ST_OK ? "(none, it was read)" : problem.field,
	            problem.text);
	return 1;
}

static void test_refused(void **state)
{
	(void)state;
	struct str base = file_text("test/case/playbook/base.yaml");
	struct str rest = file_text("test/case/playbook/refused.txt"), line;
	struct refusal refusal = {0};
	int failed = 0, checked = 0;
	for (bool more = true; more;) {
		more = str_line(&rest, &line);
		if (more && line.length) {
			refusal_line(&refusal, line);
			continue;
		}
		if (refusal.any) {
			failed += refusal_check(&refusal, base);
			checked++;
		}
		refusal = (struct refusal){0};
	}
	assert_int_equal(failed, 0);
	assert_true(checked > 30);
}

static void test_too_long(void **state)
{
	(void)state;
	struct playbook *p = NULL;
	char *bytes = arena_alloc(arena, LIMIT_PLAYBOOK_BYTES + 1);
	memset(bytes, ' ', LIMIT_PLAYBOOK_BYTES + 1);
	struct str yaml = {bytes, LIMIT_PLAYBOOK_BYTES + 1};
	assert_int_equal(playbook_parse(arena, yaml, &p, NULL), ST_LIMIT);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clocks_of_spec_a3),
		cmocka_unit_test(test_flags_of_spec_a6_a7),
		cmocka_unit_test(test_every_signal_is_named),
		cmocka_unit_test(test_senders),
		cmocka_unit_test(test_small_one),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_long),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
