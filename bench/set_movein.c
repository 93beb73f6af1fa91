/*
 * A mailbox that moves in: an mbox over the API, read, parsed in the jail,
 * threaded and filed as history, until it is done. Beside it a live mail now
 * and then, which must not wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made.h"
#include "served.h"

#define MAILS_MAX   6000
#define PIECE_BYTES (2u << 20)
#define LIVE_MAX    400
#define ROOM        200

/* The mails of a series as an mbox, a minute apart. */
static char *mbox_write(int count, size_t *length_out)
{
	size_t room = (size_t)count * (MAIL_ROOM + 100), length = 0;
	char *bytes = malloc(room);
	struct mail_text mail;

	if (!bytes)
		abort();
	for (int i = 0; i < count; i++) {
		const char *at;

		mail_write(&mail, 9, i);
		length += (size_t)snprintf(bytes + length, room - length,
		                           "From mover@example.com Tue Nov 10 "
		                           "%02u:%02u:%02u 2026\n",
		                           (unsigned)i / 3600 % 24,
		                           (unsigned)i / 60 % 60,
		                           (unsigned)i % 60);
		at = mail.text;
		memcpy(bytes + length, at, mail.length);
		length += mail.length;
		length += (size_t)snprintf(bytes + length, room - length,
		                           "\r\n\r\n");
	}
	*length_out = length;
	return bytes;
}

static void move_in_begin(struct http *http, const char *bytes, size_t length)
{
	char body[ROOM], path[ROOM];
	int64_t id;

	snprintf(body, sizeof(body),
	         "{\"source\":\"mbox\",\"name\":\"bench\",\"size\":%zu}",
	         length);
	http_post(http, "/api/imports", body);
	id = http_number(http, "id");
	for (size_t at = 0; at < length; at += PIECE_BYTES) {
		snprintf(path, sizeof(path), "/api/imports/%lld/pieces?at=%zu",
		         (long long)id, at);
		http_post_bytes(http, path, bytes + at,
		                length - at < PIECE_BYTES ? length - at
		                                          : PIECE_BYTES);
	}
	snprintf(path, sizeof(path), "/api/imports/%lld/start", (long long)id);
	http_post(http, path, "{}");
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Live mail while it is read; gives how many and the slowest but one in 100. */
static int live_meanwhile(const struct served *served, int64_t messages,
                          double *p99_out)
{
	static double waits[LIVE_MAX];
	struct lmtp_client client;
	struct mail_text mail;
	int count = 0;

	lmtp_client_open(&client, served);
	while (count < LIVE_MAX && served_count(served, "message") < messages) {
		double start;

		mail_write(&mail, 10, count);
		start = bench_seconds();
		lmtp_client_send(&client, mail.text, mail.length);
		waits[count++] = (bench_seconds() - start) * 1e3;
		usleep(50000);
	}
	lmtp_client_close(&client);
	qsort(waits, (size_t)count, sizeof(waits[0]), by_size);
	*p99_out = count ? waits[count * 99 / 100] : 0;
	return count;
}

static void report(struct bench *bench, const char *name, const char *unit,
                   double result, double limit, enum bench_sense sense)
{
	const struct bench_row row = {.set = "movein",
	                              .name = name,
	                              .unit = unit,
	                              .result = result,
	                              .limit = limit,
	                              .sense = sense};

	bench_report(bench, &row);
}

void set_movein(struct bench *bench)
{
	int count =
		bench->messages < MAILS_MAX ? (int)bench->messages : MAILS_MAX;
	struct reference_rates rates = {0};
	struct served served;
	struct made made;
	struct http http;
	size_t length = 0;
	char *bytes = mbox_write(count, &length);
	double start, rate, p99 = 0;
	int live;

	served_make(bench, "movein", &served);
	made_open(&made, &served);
	made_end(&made);
	served_start(bench, &served);
	http_open(&http, &served, 0);
	start = bench_seconds();
	move_in_begin(&http, bytes, length);
	served_wait_filed(&served, count);
	rate = count / (bench_seconds() - start);
	served_stop(&served);
	reference_ingest(bench, served.file, count, count, &rates);
	report(bench, "mail moved in, against bare SQLite", "x",
	       rate / rates.indexed, 1.0 / 3, BENCH_AT_LEAST);
	report(bench, "mail moved in", "/s", rate, 0, BENCH_AT_LEAST);
	report(bench, "bare SQLite, the same rows and index entries", "/s",
	       rates.indexed, 0, BENCH_AT_LEAST);
	http_close(&http);
	served_remove(&served);

	served_make(bench, "movein-live", &served);
	made_open(&made, &served);
	made_end(&made);
	served_start(bench, &served);
	http_open(&http, &served, 0);
	move_in_begin(&http, bytes, length);
	live = live_meanwhile(&served, count, &p99);
	report(bench, "live mail meanwhile, p99 to its 250", "ms", p99, 100,
	       BENCH_AT_MOST);
	report(bench, "live mails meanwhile", "", live, 0, BENCH_AT_LEAST);
	served_stop(&served);
	http_close(&http);
	served_remove(&served);
	free(bytes);
}
