/*
 * Does it matter how much there is? Two workspaces, one a hundred times the
 * other, each behind a running program, asked in turn.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made.h"
#include "served.h"

#define SMALL     10000
#define MILLION   1000000
#define REQUESTS  1500
#define SEARCHES  200
#define STARTS    5
#define WARM      100
#define GROWTH    1.3
#define SETTLE_US 1500000

struct pair {
	struct served served[2]; /* small, large */
	const char *set;
	int64_t tickets;
};

/* Milliseconds of both, in turn so that noise is shared. */
static void ask_both(struct pair *pair, const char *const paths[2],
                     double *waits[2])
{
	struct http http[2];

	for (int i = 0; i < 2; i++)
		http_open(&http[i], &pair->served[i], 0);
	for (int n = -WARM; n < REQUESTS; n++) {
		for (int i = 0; i < 2; i++) {
			double wait = http_get(&http[i], paths[i]);

			if (n >= 0)
				waits[i][n] = wait;
		}
	}
	for (int i = 0; i < 2; i++)
		http_close(&http[i]);
}

static void lists_report(struct bench *bench, struct pair *pair,
                         const char *what, const char *const paths[2])
{
	static double small[REQUESTS], large[REQUESTS];
	double *waits[2] = {small, large};
	double busy = 0;
	char name[100];
	struct bench_row row = {
		.set = pair->set, .name = name, .unit = "x", .limit = GROWTH};

	busy = served_busy(&pair->served[1]);
	ask_both(pair, paths, waits);
	busy = served_busy(&pair->served[1]) - busy;
	row.result = bench_percentile(large, REQUESTS, 0.99) /
	             bench_percentile(small, REQUESTS, 0.99);
	snprintf(name, sizeof(name), "%s, p99, against %d tickets", what,
	         SMALL);
	bench_report(bench, &row);
	row.unit = "ms";
	row.limit = 5;
	row.result = bench_percentile(large, REQUESTS, 0.99);
	snprintf(name, sizeof(name), "%s, p99", what);
	bench_report(bench, &row);
	row.limit = 0;
	row.result = bench_percentile(large, REQUESTS, 0.5);
	snprintf(name, sizeof(name), "%s, p50", what);
	bench_report(bench, &row);
	row.result = busy / (REQUESTS + WARM) * 1e3;
	snprintf(name, sizeof(name), "%s, processor time", what);
	bench_report(bench, &row);
}

static void lists_measure(struct bench *bench, struct pair *pair)
{
	static const struct {
		const char *what, *path;
	} lists[] = {
		{"inbox, 50 rows", "/api/tickets?limit=50"},
		{"one's own, 50 rows", "/api/tickets?limit=50&view=mine"},
		{"closed, 50 rows", "/api/tickets?limit=50&view=closed"},
		{"one type, 50 rows", "/api/tickets?limit=50&type=pricing"},
		{"counts", "/api/counts"},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const char *const paths[2] = {lists[i].path, lists[i].path};

		lists_report(bench, pair, lists[i].what, paths);
	}
}

/* The first ticket is the long one. */
static void thread_measure(struct bench *bench, struct pair *pair)
{
	char paths[2][64];
	const char *const both[2] = {paths[0], paths[1]};

	for (int i = 0; i < 2; i++)
		snprintf(paths[i], sizeof(paths[i]), "/api/tickets/%lld",
		         (long long)served_first_ticket(&pair->served[i]));
	lists_report(bench, pair, "a thread of 20", both);
}

static void search_measure(struct bench *bench, struct pair *pair)
{
	static const struct {
		const char *what, *typed;
	} rows[] = {
		{"search, word in every mail", "regards%20"},
		{"search, three letters", "inv"},
		{"search, two words", "shadows%20shoes%20"},
		{"search, one mail's number", "777"},
		{"search, nothing found", "zzzzz%20"},
	};
	double waits[SEARCHES];
	struct http http;

	http_open(&http, &pair->served[1], 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[100], path[200];
		struct bench_row row = {.set = pair->set,
		                        .name = name,
		                        .unit = "ms",
		                        .limit = 50};

		snprintf(name, sizeof(name), "%s, p95", rows[i].what);
		snprintf(path, sizeof(path), "/api/search?q=%s", rows[i].typed);
		for (int n = 0; n < SEARCHES; n++)
			waits[n] = http_get(&http, path);
		row.result = bench_percentile(waits, SEARCHES, 0.95);
		bench_report(bench, &row);
	}
	http_close(&http);
}

/* Fifty browsers with a live stream each, that read lists now and then. */
static void memory_measure(struct bench *bench, struct pair *pair)
{
	static struct http streams[SERVED_AGENTS], lists[SERVED_AGENTS];
	struct served *served = &pair->served[1];
	struct bench_row row = {
		.set = pair->set,
		.name = "memory with 50 live agents",
		.unit = "MB",
		.limit = 150,
	};

	for (int i = 0; i < SERVED_AGENTS; i++) {
		http_open(&streams[i], served, i);
		http_stream(&streams[i]);
		http_open(&lists[i], served, i);
	}
	for (int n = 0; n < 10; n++) {
		for (int i = 0; i < SERVED_AGENTS; i++) {
			http_get(&lists[i], "/api/tickets?limit=50");
			http_get(&lists[i], "/api/search?q=invoice");
		}
	}
	usleep(SETTLE_US);
	row.result = served_memory(served);
	bench_report(bench, &row);
	for (int i = 0; i < SERVED_AGENTS; i++) {
		http_close(&streams[i]);
		http_close(&lists[i]);
	}
}

/* The file was read before: it is in the system's cache, mostly. */
static void start_measure(struct bench *bench, struct pair *pair)
{
	double times[STARTS];
	struct bench_row row = {
		.set = pair->set,
		.name = "start to the first page, median",
		.unit = "ms",
		.limit = 300,
	};

	for (int i = 0; i < STARTS; i++) {
		times[i] = served_start(bench, &pair->served[1]) * 1e3;
		if (i + 1 < STARTS)
			served_stop(&pair->served[1]);
	}
	row.result = bench_percentile(times, STARTS, 0.5);
	bench_report(bench, &row);
}

static void pair_measure(struct bench *bench, struct pair *pair)
{
	bench_say("%lld tickets beside %d", (long long)pair->tickets, SMALL);
	served_make(bench, "small", &pair->served[0]);
	made_fill(&pair->served[0], SMALL);
	served_make(bench, "large", &pair->served[1]);
	made_fill(&pair->served[1], pair->tickets);
	served_start(bench, &pair->served[0]);
	start_measure(bench, pair);
	lists_measure(bench, pair);
	thread_measure(bench, pair);
	search_measure(bench, pair);
	memory_measure(bench, pair);
	for (int i = 0; i < 2; i++) {
		served_stop(&pair->served[i]);
		served_remove(&pair->served[i]);
	}
}

void set_inbox(struct bench *bench)
{
	struct pair pair = {.set = "inbox", .tickets = bench->messages / 10};

	pair_measure(bench, &pair);
}

void set_million(struct bench *bench)
{
	struct pair pair = {.set = "million", .tickets = MILLION};

	pair_measure(bench, &pair);
}

void set_memory(struct bench *bench)
{
	struct served served;
	struct made made;
	struct lmtp_client client;
	struct mail_text mail;
	struct bench_row row = {.set = "memory",
	                        .name = "memory when idle",
	                        .unit = "MB",
	                        .limit = 40};

	served_make(bench, "idle", &served);
	made_open(&made, &served);
	made_end(&made);
	served_start(bench, &served);
	usleep(SETTLE_US);
	row.result = served_memory(&served);
	bench_report(bench, &row);
	lmtp_client_open(&client, &served);
	for (int i = 0; i < 1000; i++) {
		mail_write(&mail, 1, i);
		lmtp_client_send(&client, mail.text, mail.length);
	}
	lmtp_client_close(&client);
	served_wait_filed(&served, 1000);
	usleep(SETTLE_US);
	row.name = "memory after 1000 mails";
	row.result = served_memory(&served);
	bench_report(bench, &row);
	served_stop(&served);
	served_remove(&served);
}
