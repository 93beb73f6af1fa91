/*
 * Measures of what Holdfast promises on speed. Each is a limit and a result of
 * the same run on the same machine and disk; most limits are what a bare
 * SQLite does with the same rows. A set is a group of them that shares its
 * preparation.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct bench {
	char folder[256]; /* on the disk to be measured; removed at the end */
	const char *program; /* the built holdfast */
	int64_t messages;    /* how large a workspace the sets make */
	FILE *json;          /* one line a row, or NULL */
	int missed;
};

enum bench_sense {
	BENCH_AT_MOST,
	BENCH_AT_LEAST,
};

struct bench_row {
	const char *set;
	const char *name; /* "search, common word, p95" */
	const char *unit; /* "ms", "/s", "x", "MB" */
	enum bench_sense sense;
	double limit; /* 0: none, only told */
	double result;
};

/* Prints a row, and remembers a miss. */
void bench_report(struct bench *bench, const struct bench_row *row);
/* A line on standard error about what is going on. */
void bench_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program with a message. */
void bench_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

double bench_seconds(void); /* monotonic */
/* Sorts `values`; the value below which `share` (0 to 1) of them lie. */
double bench_percentile(double *values, size_t count, double share);
/* A path in the folder, in one of a few static buffers. */
const char *bench_path(const struct bench *bench, const char *name);
/* Removes a workspace file with its log and index. */
void bench_remove(const char *path);

/* A seeded source of numbers below `bound`. */
struct bench_random {
	uint64_t state;
};
uint32_t bench_below(struct bench_random *random, uint32_t bound);

/* ---- what others are compared with: bench/reference.c */

#define REFERENCE_BATCH 64

struct reference_rates {
	double rows;    /* mails a second, each with its share of all rows */
	double indexed; /* the same with the text index's entries */
};
/*
 * Plain SQLite commits the rows that the first `share` of all `mails` have in
 * the finished workspace at `source` to a new file of the same schema on the
 * same disk, in batches of REFERENCE_BATCH mails, with the settings of our
 * writer and nothing else to do. Reading the source is not counted.
 */
void reference_ingest(struct bench *bench, const char *source, int64_t mails,
                      int64_t share, struct reference_rates *rates_out);

/*
 * `threads` threads, each committing commands of `rows` log rows with their
 * words through one bare batching writer: p99 in milliseconds.
 */
double reference_round_trip(struct bench *bench, int threads, int commands,
                            int rows);

/* ---- sets */

void set_ingest(struct bench *bench);
void set_movein(struct bench *bench);
void set_commands(struct bench *bench);
void set_tools(struct bench *bench);
void set_inbox(struct bench *bench);
void set_million(struct bench *bench);
void set_memory(struct bench *bench);
void set_fold(struct bench *bench);
void set_ui(struct bench *bench);
void set_store(struct bench *bench);
void set_reference(struct bench *bench);

#endif
