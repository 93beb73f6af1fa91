/*
 * Agents' tools: the search language over a hundred thousand threads, the
 * counts of twenty saved views, and one act on thousands of threads while mail
 * arrives.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made.h"
#include "served.h"

#define FIND_ROUNDS   40
#define FIND_LIMIT    50.0 /* ms, a first page */
#define VIEW_TICKETS  20000
#define VIEW_COUNT    20
#define VIEW_ROUNDS   20
#define BULK_TICKETS  9000 /* of which 3 of 5 are open: more than 5,000 */
#define BULK_MAILS    200  /* before, for comparison */
#define BULK_LIMIT    100.0
#define BULK_WAITS    20000
#define BULK_PAUSE_US 5000
#define BULK_SERIES   7
#define SETTLE_MAX    300 /* seconds */

/* ---- finding */

static const struct {
	const char *name, *path;
} asked[] = {
	{"the inbox itself", "/api/tickets?view=open&limit=50"},
	{"is:open", "/api/tickets?q=is:open&limit=50"},
	{"due:late", "/api/tickets?q=due:late&limit=50"},
	{"type:issue, newest",
         "/api/tickets?q=type:issue&order=newest&limit=50"},
	{"closed, oldest", "/api/tickets?q=is:closed&order=oldest&limit=50"},
	{"client:NAME", "/api/tickets?q=client:company&limit=50"},
	{"owner:me has:note (none)",
         "/api/tickets?q=owner:me+has:note&limit=50"},
	{"has:call (none)", "/api/tickets?q=has:call&limit=50"},
	{"from:WORD is:open", "/api/search?q=from:support+is:open"},
	{"a common word, by due", "/api/tickets?q=files+is:open&limit=50"},
	{"a common word, search", "/api/search?q=files+is:open"},
	{"a phrase", "/api/search?q=%22the+files%22"},
	{"a word that is not there", "/api/tickets?q=is:open+-files&limit=50"},
	{"a slip of the finger", "/api/search?q=invocie"},
	{"count of is:open", "/api/tickets/count?q=is:open"},
	{"count of all", "/api/tickets/count?q=-is:snoozed"},
};

static void find_measure(struct bench *bench, const struct served *served)
{
	struct http http;
	char name[100];

	http_open(&http, served, 0);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		double times[FIND_ROUNDS];
		struct bench_row row = {.set = "tools",
		                        .name = name,
		                        .unit = "ms",
		                        .limit = FIND_LIMIT};

		double busy = served_busy(served);

		for (int n = 0; n < FIND_ROUNDS; n++)
			times[n] = http_get(&http, asked[i].path);
		busy = served_busy(served) - busy;
		snprintf(name, sizeof(name), "%s, p95 of a tenth of MESSAGES",
		         asked[i].name);
		row.result = bench_percentile(times, FIND_ROUNDS, 0.95);
		bench_report(bench, &row);
		snprintf(name, sizeof(name), "%s, processor time of a page",
		         asked[i].name);
		row.result = busy * 1e3 / FIND_ROUNDS;
		bench_report(bench, &row);
	}
	http_close(&http);
}

static void views_measure(struct bench *bench, const struct served *served)
{
	static const char *const queries[] = {
		"is:open type:issue",  "is:mine",       "due:1h",
		"is:waiting is:open",  "type:pricing",  "is:closed",
		"has:attachment",      "files is:open", "owner:none is:open",
		"-type:issue is:open", "after:7d",      "is:flagged",
	};
	double times[VIEW_ROUNDS];
	struct bench_row row = {.set = "tools",
	                        .name = "counts of 20 views at 20000, p95",
	                        .unit = "ms",
	                        .limit = 100};
	struct http http;
	char body[300];
	double busy;

	http_open(&http, served, 0);
	for (size_t i = 0; i < VIEW_COUNT; i++) {
		snprintf(body, sizeof(body),
		         "{\"name\":\"View %zu\",\"query\":\"%s\"}", i,
		         queries[i % (sizeof(queries) / sizeof(*queries))]);
		http_post(&http, "/api/views", body);
	}
	busy = served_busy(served);
	for (int n = 0; n < VIEW_ROUNDS; n++)
		times[n] = http_get(&http, "/api/views/counts");
	busy = served_busy(served) - busy;
	row.result = bench_percentile(times, VIEW_ROUNDS, 0.95);
	bench_report(bench, &row);
	row.name = "counts of 20 views at 20000, processor time";
	row.result = busy * 1e3 / VIEW_ROUNDS;
	bench_report(bench, &row);
	http_close(&http);
}

/* ---- one act on many, while mail arrives */

struct feeder {
	const struct served *served;
	atomic_bool over;
	double waits[BULK_WAITS]; /* milliseconds */
	size_t count;
};

static void *feeder_main(void *context)
{
	struct feeder *feeder = context;
	struct lmtp_client client;
	struct mail_text mail;

	lmtp_client_open(&client, feeder->served);
	while (!atomic_load(&feeder->over) && feeder->count < BULK_WAITS) {
		double begun;

		mail_write(&mail, BULK_SERIES, BULK_MAILS + (int)feeder->count);
		begun = bench_seconds();
		lmtp_client_send(&client, mail.text, mail.length);
		feeder->waits[feeder->count++] =
			(bench_seconds() - begun) * 1e3;
		usleep(BULK_PAUSE_US);
	}
	lmtp_client_close(&client);
	return NULL;
}

static double bulk_baseline(const struct served *served)
{
	static double waits[BULK_MAILS];
	struct lmtp_client client;
	struct mail_text mail;

	lmtp_client_open(&client, served);
	for (int i = 0; i < BULK_MAILS; i++) {
		double begun;

		mail_write(&mail, BULK_SERIES, i);
		begun = bench_seconds();
		lmtp_client_send(&client, mail.text, mail.length);
		waits[i] = (bench_seconds() - begun) * 1e3;
		usleep(BULK_PAUSE_US);
	}
	lmtp_client_close(&client);
	return bench_percentile(waits, BULK_MAILS, 0.5);
}

/* Waits for the job; gives the seconds that it took. */
static double bulk_run(struct http *http, const char *act, int64_t *total_out)
{
	double begun = bench_seconds();
	char path[100], body[300];

	snprintf(body, sizeof(body), "{\"query\":\"is:open\",\"act\":%s}", act);
	http_post(http, "/api/bulk", body);
	snprintf(path, sizeof(path), "/api/bulk/%lld",
	         (long long)http_number(http, "id"));
	*total_out = http_number(http, "total");
	for (;;) {
		http_get(http, path);
		if (strstr(http->body, "\"state\":\"done\",\"by\""))
			return bench_seconds() - begun;
		usleep(20000);
	}
}

static void bulk_measure(struct bench *bench, const struct served *served)
{
	static struct feeder feeder;
	double baseline = bulk_baseline(served), seconds;
	struct bench_row row = {.set = "tools", .unit = "ms"};
	char name[120];
	pthread_t thread;
	struct http http;
	int64_t total = 0;

	http_open(&http, served, 0);
	feeder.served = served;
	pthread_create(&thread, NULL, feeder_main, &feeder);
	seconds = bulk_run(&http, "{\"kind\":\"state\",\"state\":\"closed\"}",
	                   &total);
	atomic_store(&feeder.over, true);
	pthread_join(thread, NULL);
	http_close(&http);
	row.name = "a mail's accept alone, p50";
	row.result = baseline;
	bench_report(bench, &row);
	snprintf(name, sizeof(name),
	         "longest accept of %zu while %lld threads are closed, above "
	         "that",
	         feeder.count, (long long)total);
	row.name = name;
	row.limit = BULK_LIMIT;
	row.result =
		bench_percentile(feeder.waits, feeder.count, 1.0) - baseline;
	bench_report(bench, &row);
	row.name = "threads closed in bulk";
	row.unit = "/s";
	row.limit = 0;
	row.sense = BENCH_AT_LEAST;
	row.result = (double)total / seconds;
	bench_report(bench, &row);
}

/* What came due while nobody looked fires first. */
static void tools_settle(const struct served *served)
{
	double before, after = served_busy(served);
	int seconds = 0;

	do {
		before = after;
		sleep(1);
		after = served_busy(served);
	} while (after - before > 0.05 && ++seconds < SETTLE_MAX);
}

static void tools_on(struct bench *bench, int64_t tickets,
                     void (*measure)(struct bench *, const struct served *))
{
	struct served served;

	bench_say("%lld tickets", (long long)tickets);
	served_make(bench, "tools", &served);
	made_fill(&served, tickets);
	served_start(bench, &served);
	tools_settle(&served);
	measure(bench, &served);
	served_stop(&served);
	served_remove(&served);
}

void set_tools(struct bench *bench)
{
	tools_on(bench, BULK_TICKETS, bulk_measure);
	tools_on(bench, VIEW_TICKETS, views_measure);
	tools_on(bench, bench->messages / 10, find_measure);
}
