/*
 * `holdfast explain text`: one answer a line, errors in their line, offsets in
 * code points of the text as it was given, and nothing heard in a quoted trail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "app/explain.h"

/* Runs the filter over `in`; at most `size` bytes of its answer. */
static int run(int argc, char **argv, const char *in, char *out, size_t size)
{
	FILE *input = tmpfile(), *output = tmpfile();
	int old_in = dup(0), old_out = dup(1), result;

	assert_non_null(input);
	assert_non_null(output);
	fputs(in, input);
	rewind(input);
	fflush(stdout);
	dup2(fileno(input), 0);
	dup2(fileno(output), 1);
	clearerr(stdin);
	result = explain_text(argc, argv);
	fflush(stdout);
	dup2(old_in, 0);
	dup2(old_out, 1);
	close(old_in);
	close(old_out);
	rewind(output);
	out[fread(out, 1, size - 1, output)] = '\0';
	fclose(input);
	fclose(output);
	return result;
}

static json_t *answer_to(const char *line)
{
	static char out[65536];
	char *argv[] = {(char[]){"text"}, NULL};
	assert_int_equal(run(1, argv, line, out, sizeof(out)), EX_OK);
	json_t *answer = json_loads(out, 0, NULL);
	assert_non_null(answer);
	return answer;
}

static void test_fields(void **state)
{
	(void)state;
	json_t *a =
		answer_to("{\"id\":7,\"text\":\"Gr\xC3\xBC\xC3\x9F"
	                  "e! We need it by Friday 5pm.\","
	                  "\"now\":\"2026-11-10T09:00:00Z\",\"more\":[]}\n");
	static const char *const names[] = {
		"type",    "scores",   "sentiment", "urgency",
		"signals", "deadline", "reasons",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(json_object_get(a, names[i]));
	assert_int_equal(json_object_size(json_object_get(a, "scores")), 6);
	assert_string_equal(json_string_value(json_object_get(a, "deadline")),
	                    "by Friday 5pm");
	assert_string_equal(
		json_string_value(json_object_get(a, "deadline_at")),
		"2026-11-13T17:00:00Z");
	json_t *signal = json_array_get(json_object_get(a, "signals"), 0);
	assert_string_equal(json_string_value(json_object_get(signal, "kind")),
	                    "deadline");
	assert_int_equal(json_integer_value(json_object_get(signal, "start")),
	                 18);
	assert_int_equal(json_integer_value(json_object_get(signal, "end")),
	                 31);
	json_decref(a);
}

static void test_trail_is_not_heard(void **state)
{
	(void)state;
	json_t *a = answer_to(
		"{\"text\":\"Approved, no comments.\\n\\nOn Mon, Mia wrote:\\n"
		"> This is urgent, please call me back right now\\n"
		"> I am losing patience\"}\n");
	json_t *signals = json_object_get(a, "signals"), *signal;
	size_t i;
	assert_true(json_array_size(signals) > 0);
	json_array_foreach(signals, i, signal)
	{
		const char *kind =
			json_string_value(json_object_get(signal, "kind"));
		assert_string_not_equal(kind, "urgency");
		assert_string_not_equal(kind, "frustration");
		assert_string_not_equal(kind, "escalation_request");
	}
	json_decref(a);
}

static void test_errors_stay_in_their_line(void **state)
{
	(void)state;
	static char out[65536];
	char *argv[] = {(char[]){"text"}, NULL};
	int code = run(1, argv,
	               "{\"text\":\n[1]\n{\"text\":5}\n{\"subject\":\"a\"}\n"
	               "{\"text\":\"a\",\"now\":\"soon\"}\n\n"
	               "{\"text\":\"Where are we?\"}\n",
	               out, sizeof(out));
	assert_int_equal(code, EX_OK);
	int errors = 0, lines = 0;
	for (const char *at = out; (at = strchr(at, '\n')); at++)
		lines++;
	for (const char *at = out; (at = strstr(at, "{\"error\":")); at++)
		errors++;
	assert_int_equal(lines, 6);
	assert_int_equal(errors, 5);
	assert_non_null(strstr(out, "\"type\":\"status_inquiry\""));
}

static void test_usage(void **state)
{
	(void)state;
	static char out[256];
	char *wrong[] = {(char[]){"text"}, (char[]){"--what"}, NULL};
	char *absent[] = {(char[]){"text"}, (char[]){"--playbook"},
	                  (char[]){"/nonexistent/playbook.yaml"}, NULL};
	assert_int_equal(run(2, wrong, "", out, sizeof(out)), EX_USAGE);
	assert_int_equal(run(3, absent, "", out, sizeof(out)), EX_NOINPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_trail_is_not_heard),
		cmocka_unit_test(test_errors_stay_in_their_line),
		cmocka_unit_test(test_usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
