/*
 * Mail through the running program: LMTP at one end, a filed ticket that can
 * be found at the other. The measure is how long the last of all takes.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "made.h"
#include "served.h"

#define MAILS_MAX   3000 /* a round */
#define ROUNDS      3
#define FEEDERS_MAX 16
#define ROOM        64

struct feeding {
	const struct served *served;
	int series, count;
	atomic_int next;
};

static void *feeder_main(void *context)
{
	struct feeding *feeding = context;
	struct lmtp_client client;
	struct mail_text mail;
	int number = 0;

	lmtp_client_open(&client, feeding->served);
	while ((number = atomic_fetch_add(&feeding->next, 1)) <
	       feeding->count) {
		mail_write(&mail, feeding->series, number);
		lmtp_client_send(&client, mail.text, mail.length);
	}
	lmtp_client_close(&client);
	return NULL;
}

/* Seconds until all were taken. */
static double feed(const struct served *served, int series, int count,
                   int feeders)
{
	struct feeding feeding = {
		.served = served, .series = series, .count = count};
	pthread_t threads[FEEDERS_MAX];
	double start = bench_seconds();

	for (int i = 0; i < feeders; i++)
		pthread_create(&threads[i], NULL, feeder_main, &feeding);
	for (int i = 0; i < feeders; i++)
		pthread_join(threads[i], NULL);
	return bench_seconds() - start;
}

/* What each round came to. */
struct round {
	int feeders;
	double accepted, filed; /* mails a second */
};

static void round_run(const struct served *served, int series, int count,
                      struct round *round)
{
	int64_t messages = served_count(served, "message");
	double start = bench_seconds();

	round->accepted = count / feed(served, series, count, round->feeders);
	served_wait_filed(served, messages + count);
	round->filed = count / (bench_seconds() - start);
}

static void rounds_report(struct bench *bench, const struct round *rounds,
                          double reference)
{
	char name[ROOM];
	struct bench_row row = {.set = "ingest", .name = name};

	for (int i = 0; i < ROUNDS; i++) {
		row.unit = "x";
		row.sense = BENCH_AT_LEAST;
		row.limit = 1.0 / 3;
		row.result = rounds[i].filed / reference;
		snprintf(name, sizeof(name),
		         "mail filed, %d at once, against bare SQLite",
		         rounds[i].feeders);
		bench_report(bench, &row);
		row.unit = "/s";
		row.limit = 0;
		row.result = rounds[i].filed;
		snprintf(name, sizeof(name), "mail filed, %d at once",
		         rounds[i].feeders);
		bench_report(bench, &row);
		row.result = rounds[i].accepted;
		snprintf(name, sizeof(name), "mail accepted, %d at once",
		         rounds[i].feeders);
		bench_report(bench, &row);
	}
	row.result = reference;
	snprintf(name, sizeof(name),
	         "bare SQLite, the same rows and index entries");
	bench_report(bench, &row);
}

void set_ingest(struct bench *bench)
{
	struct round rounds[ROUNDS] = {
		{.feeders = 1}, {.feeders = 4}, {.feeders = FEEDERS_MAX}};
	int count =
		bench->messages < MAILS_MAX ? (int)bench->messages : MAILS_MAX;
	struct served served;
	struct made made;
	struct reference_rates rates = {0};
	double spent = 0;
	struct bench_row row = {.set = "ingest",
	                        .name = "conversations out of these mails",
	                        .unit = ""};

	served_make(bench, "ingest", &served);
	made_open(&made, &served);
	made_end(&made);
	served_start(bench, &served);
	for (int i = 0; i < ROUNDS; i++) {
		round_run(&served, i + 1, count, &rounds[i]);
		row.limit += mail_conversations(i + 1, count);
	}
	row.result = (double)served_count(&served, "ticket");
	row.sense = row.result > row.limit ? BENCH_AT_MOST : BENCH_AT_LEAST;
	spent = served_stop(&served);
	reference_ingest(bench, served.file, (int64_t)count * ROUNDS,
	                 (int64_t)count * ROUNDS, &rates);
	rounds_report(bench, rounds, rates.indexed);
	bench_report(bench, &row);
	row = (struct bench_row){.set = "ingest",
	                         .name = "processor time of a mail",
	                         .unit = "ms",
	                         .result = spent / (count * ROUNDS) * 1e3};
	bench_report(bench, &row);
	served_remove(&served);
}
