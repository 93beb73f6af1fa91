/* `holdfast explain due`: lines in, lines out, and no line goes unanswered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/explain.h"

#define BERLIN                                                                 \
	"\"calendar\":{\"zone\":\"Europe/Berlin\",\"week\":{\"mon\":"          \
	"[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],\"tue\":"               \
	"[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]],\"fri\":"               \
	"[[\"09:00\",\"13:00\"],[\"14:00\",\"18:00\"]]},\"days\":"             \
	"{\"2026-11-18\":[[\"22:00\",\"24:00\"]]},\"holidays\":"               \
	"[\"2026-11-16\"]},"

/* Runs the filter over `in`; at most `size` bytes of its answer. */
static int run(const char *in, char *out, size_t size)
{
	char *argv[] = {(char[]){"due"}, NULL};
	FILE *input = tmpfile(), *output = tmpfile();
	int old_in = dup(0), old_out = dup(1), result;
	size_t length;

	assert_non_null(input);
	assert_non_null(output);
	fputs(in, input);
	rewind(input);
	fflush(stdout);
	dup2(fileno(input), 0);
	dup2(fileno(output), 1);
	clearerr(stdin);
	result = explain_due(1, argv);
	fflush(stdout);
	dup2(old_in, 0);
	dup2(old_out, 1);
	close(old_in);
	close(old_out);
	rewind(output);
	length = fread(out, 1, size - 1, output);
	out[length] = '\0';
	fclose(input);
	fclose(output);
	return result;
}

static void answers_and_refusals(void **state)
{
	/* clang-format off */
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{"{" BERLIN "\"from\":\"2026-11-13T17:50:00+01:00\",\"seconds\":1800}", "{\"due\": \"2026-11-17T08:20:00Z\"}"},
		{"{" BERLIN "\"from\":\"2026-11-13T17:50:00+01:00\",\"to\":\"2026-11-17T08:20:00Z\"}", "{\"seconds\": 1800}"},
		{"{" BERLIN "\"from\":\"2026-11-17T08:20:00Z\",\"to\":\"2026-11-13T16:50:00Z\"}", "{\"seconds\": -1800}"},
		{"{" BERLIN "\"from\":\"2026-11-17T17:30:00+01:00\",\"seconds\":9000}", "{\"due\": \"2026-11-18T23:00:00Z\"}"},
		{"{" BERLIN "\"from\":\"2026-11-17T08:20:00Z\",\"seconds\":-1800}", "{\"due\": \"2026-11-13T16:50:00Z\"}"},
		{"{" BERLIN "\"from\":\"2026-11-14T08:20:00Z\",\"seconds\":0}", "{\"due\": \"2026-11-17T08:00:00Z\"}"},
		{"{" BERLIN "\"from\":\"2026-11-17T09:00:00+01:00\",\"seconds\":3600,\"pauses\":[[\"2026-11-17T09:30:00+01:00\","
		 "\"2026-11-17T10:00:00+01:00\"],[\"2026-11-17T09:45:00+01:00\",\"2026-11-17T10:15:00+01:00\"]]}",
		 "{\"due\": \"2026-11-17T09:45:00Z\"}"},
		{"{\"from\":\"2026-11-17T09:00:00.25Z\",\"seconds\":1}", "{\"due\": \"2026-11-17T09:00:01.250Z\"}"},
		{"{\"calendar\":null,\"from\":\"2026-11-17T09:00:00.25Z\",\"to\":\"2026-11-17T09:00:00Z\"}", "{\"seconds\": -0.250}"},
		{"{\"calendar\":{},\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1}",
		 "{\"error\": {\"field\": \"seconds\", \"text\": \"The calendar never gets there: it has no such hours within 400 years.\"}}"},
		{"{\"from\":\"17.11.2026\",\"seconds\":1}", "{\"error\": {\"field\": \"from\","},
		{"{\"from\":\"2026-11-17T09:00:00Z\"}", "{\"error\": {\"field\": \"seconds\","},
		{"{\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1,\"to\":\"2026-11-17T09:00:00Z\"}", "{\"error\": {\"field\": \"seconds\","},
		{"{\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1e99}", "{\"error\": {\"field\": \"seconds\","},
		{"{\"from\":\"9999-12-31T23:59:59Z\",\"seconds\":1}", "{\"error\": {\"field\": \"seconds\","},
		{"{\"from\":\"2026-11-17T09:00:00Z\",\"to\":5}", "{\"error\": {\"field\": \"to\","},
		{"{\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1,\"pauses\":[[\"2026-11-17T09:00:00Z\"]]}",
		 "{\"error\": {\"field\": \"pauses[0]\","},
		{"{\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1,\"pauses\":[[\"2026-11-17T09:00:00Z\",\"2026-11-17T08:00:00Z\"]]}",
		 "{\"error\": {\"field\": \"pauses[0]\","},
		{"{\"calendar\":{\"zone\":\"Europe/Atlantis\"},\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1}",
		 "{\"error\": {\"field\": \"calendar.zone\","},
		{"{\"calendar\":{\"week\":{\"mon\":[[\"9\",\"10\"]]}},\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1}",
		 "{\"error\": {\"field\": \"calendar.week.mon[0]\","},
		{"{\"calendar\":7,\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":1}", "{\"error\": {\"field\": \"calendar\","},
		{"[]", "{\"error\": {\"field\": \"\","},
		{"{", "{\"error\": {\"field\": \"\","},
		{"\xff", "{\"error\": {\"field\": \"\","},
	};
	/* clang-format on */
	char out[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(run(cases[i].in, out, sizeof(out)), EX_OK);
		if (strncmp(out, cases[i].out, strlen(cases[i].out)) != 0)
			fail_msg("%s\ngives %s\nnot %s", cases[i].in, out,
			         cases[i].out);
	}
}

static void one_answer_a_line(void **state)
{
	char out[4096];

	(void)state;
	assert_int_equal(run("{\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":"
	                     "1}\r\n\nnonsense\n"
	                     "{\"from\":\"2026-11-17T09:00:00Z\",\"seconds\":"
	                     "2}",
	                     out, sizeof(out)),
	                 EX_OK);
	assert_non_null(strstr(out, "{\"due\": \"2026-11-17T09:00:01Z\"}\n"
	                            "{\"error\": "));
	assert_non_null(strstr(out, "}}\n{\"due\": "
	                            "\"2026-11-17T09:00:02Z\"}\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_and_refusals),
		cmocka_unit_test(one_answer_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
