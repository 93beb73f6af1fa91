/*
 * bench [--json FILE] [--folder DIR] [--messages N] [--program FILE] [SET...]
 *
 * Prints `name | limit | result | ok` a row. Answers 1 if a limit was missed.
 */
#include "bench.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const struct set {
	const char *name;
	const char *what;
	void (*run)(struct bench *bench);
	bool asked; /* takes so long that it runs only when it is named */
} sets[] = {
	/* clang-format off */
	{"ingest",    "mail over LMTP until it is filed and can be found",    set_ingest, false},
	{"movein",    "an mbox read, parsed and filed as history, and mail that comes meanwhile", set_movein, false},
	{"commands",  "8 agents who reply, assign and note at once",          set_commands, false},
	{"tools",     "search, views and bulk while mail arrives",            set_tools, false},
	{"memory",    "the whole program's, idle and after mail",             set_memory, false},
	{"inbox",     "lists, search, start and memory of a tenth of MESSAGES tickets", set_inbox, false},
	{"million",   "the same at 1,000,000 tickets",                        set_million, true},
	{"fold",      "the log decoded, folded, and all rows rebuilt",        set_fold, false},
	{"ui",        "what is shipped to a browser",                         set_ui, false},
	{"store",     "search, blobs, start and memory of a large workspace", set_store, false},
	{"reference", "what bare SQLite does on this disk",                   set_reference, true},
	/* clang-format on */
};
#define SETS (sizeof(sets) / sizeof(sets[0]))

void bench_say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("  bench ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

void bench_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

double bench_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int value_compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_percentile(double *values, size_t count, double share)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), value_compare);

	size_t at = (size_t)((double)count * share);

	return values[at < count ? at : count - 1];
}

const char *bench_path(const struct bench *bench, const char *name)
{
	static char paths[4][PATH_MAX];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", bench->folder, name);
	return path;
}

void bench_remove(const char *path)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	char name[PATH_MAX];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		unlink(name);
	}
}

/* SplitMix64: small, seeded, good enough to make words of. */
uint32_t bench_below(struct bench_random *random, uint32_t bound)
{
	uint64_t mixed = random->state += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	mixed ^= mixed >> 31;
	return (uint32_t)((mixed >> 32) * bound >> 32);
}

void bench_report(struct bench *bench, const struct bench_row *row)
{
	bool has_limit = row->limit != 0;
	bool ok = !has_limit ||
	          (row->sense == BENCH_AT_MOST ? row->result <= row->limit
	                                       : row->result >= row->limit);
	char limit[32] = "";

	if (has_limit)
		snprintf(limit, sizeof(limit), "%s %.4g %s",
		         row->sense == BENCH_AT_MOST ? "<=" : ">=", row->limit,
		         row->unit);
	printf("%-52s | %-14s | %10.4g %-4s | %s\n", row->name, limit,
	       row->result, row->unit,
	       !has_limit ? ""
	       : ok       ? "ok"
	                  : "MISSED");
	fflush(stdout);
	if (!ok)
		bench->missed++;
	if (bench->json == NULL)
		return;
	fprintf(bench->json, "{\"set\":\"%s\",\"name\":\"%s\",\"unit\":\"%s\",",
	        row->set, row->name, row->unit);
	if (has_limit)
		fprintf(bench->json, "\"%s\":%.6g,",
		        row->sense == BENCH_AT_MOST ? "at_most" : "at_least",
		        row->limit);
	fprintf(bench->json, "\"result\":%.6g,\"ok\":%s}\n", row->result,
	        ok ? "true" : "false");
	fflush(bench->json);
}

static bool set_wanted(const struct set *set, char **wanted, int count)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(wanted[i], set->name) == 0)
			return true;
	}
	return count == 0 && !set->asked;
}

static void usage(void)
{
	fprintf(stderr, "usage: bench [--json FILE] [--folder DIR] "
	                "[--messages N] [--program FILE] [SET...]\nsets:\n");
	for (size_t i = 0; i < SETS; i++)
		fprintf(stderr, "  %-10s %s\n", sets[i].name, sets[i].what);
	exit(2);
}

static int options_read(struct bench *bench, int argc, char **argv)
{
	int at = 1;

	for (; at < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
		const char *value = at + 1 < argc ? argv[at + 1] : NULL;

		if (value == NULL)
			usage();
		else if (strcmp(argv[at], "--json") == 0)
			bench->json = fopen(value, "w");
		else if (strcmp(argv[at], "--folder") == 0)
			snprintf(bench->folder, sizeof(bench->folder), "%s",
			         value);
		else if (strcmp(argv[at], "--messages") == 0)
			bench->messages = strtoll(value, NULL, 10);
		else if (strcmp(argv[at], "--program") == 0)
			bench->program = value;
		else
			usage();
	}
	return at;
}

int main(int argc, char **argv)
{
	struct bench bench = {
		.folder = "build/bench.tmp",
		.program = "build/release/holdfast",
		.messages = 1000000,
	};
	int at = options_read(&bench, argc, argv);

	for (int i = at; i < argc; i++) {
		bool known = false;

		for (size_t j = 0; j < SETS; j++)
			known |= strcmp(argv[i], sets[j].name) == 0;
		if (!known)
			usage();
	}
	mkdir(bench.folder, 0700);
	printf("%-52s | %-14s | %-15s | ok\n", "name", "limit", "result");
	for (size_t i = 0; i < SETS; i++) {
		if (set_wanted(&sets[i], argv + at, argc - at))
			sets[i].run(&bench);
	}
	rmdir(bench.folder);
	if (bench.json != NULL)
		fclose(bench.json);
	return bench.missed > 0 ? 1 : 0;
}
