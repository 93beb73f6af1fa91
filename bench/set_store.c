/*
 * A workspace with many short messages, written through the log: what search,
 * start and blobs cost in it.
 */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "store/blob.h"
#include "store/log.h"
#include "store/search.h"

#define VOCABULARY 60000
#define WORD_MAX   16
#define BATCH      64
#define SHARE      100000 /* messages whose writing is compared */
#define QUERIES    400
#define PAGE       50
#define SALTS      (SLOT_COUNT * LOG_SALT_BYTES)
#define TEXT_MAX   2000
#define BUILD_ROWS 50000 /* told about after so many */

/* Words of the world's most common length and spread: rank n, share 1/n. */
struct language {
	char words[VOCABULARY][WORD_MAX];
	double sums[VOCABULARY];
	struct bench_random random;
};

static void language_init(struct language *language)
{
	static const char *const syllables[] = {
		"an", "be", "ca", "de", "el", "fi", "go",  "ha",  "in",  "jo",
		"ka", "lo", "mi", "no", "or", "pe", "qui", "re",  "sta", "ti",
		"un", "vo", "wa", "xe", "ya", "zu", "bri", "cle", "dra", "pro",
	};
	size_t count = sizeof(syllables) / sizeof(syllables[0]);
	double sum = 0;

	language->random.state = 2026;
	for (size_t i = 0; i < VOCABULARY; i++) {
		size_t length = 0;
		/* Common words are short ones. */
		size_t parts = i < 60 ? 1 + i / 30 : 2 + i % 3;

		for (size_t j = 0; j < parts; j++) {
			size_t at = i < 60 ? (i + j) % count
			                   : bench_below(&language->random,
			                                 (uint32_t)count);

			length += (size_t)snprintf(language->words[i] + length,
			                           WORD_MAX - length, "%s",
			                           syllables[at]);
		}
		sum += 1.0 / (double)(i + 3);
		language->sums[i] = sum;
	}
}

static const char *word_pick(struct language *language)
{
	double at = (double)bench_below(&language->random, UINT32_MAX) /
	            (double)UINT32_MAX * language->sums[VOCABULARY - 1];
	size_t low = 0;
	size_t high = VOCABULARY - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (language->sums[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return language->words[low];
}

/* "regards" stands in over half of all mails, as it does in life. */
static struct str text_make(struct language *language, char *room, size_t words)
{
	size_t length = 0;

	for (size_t i = 0; i < words; i++)
		length += (size_t)snprintf(room + length, TEXT_MAX - length,
		                           "%s ", word_pick(language));
	if (words > 10 && bench_below(&language->random, 10) < 6)
		length += (size_t)snprintf(room + length, TEXT_MAX - length,
		                           "regards");
	return (struct str){room, length};
}

static void check(enum status status, struct sql_db *db, const char *what)
{
	if (status != ST_OK)
		bench_fail("%s: %s (%s)", what, status_name(status),
		           sql_error(db));
}

static void message_write(struct sql_db *db, struct log_end *end,
                          struct language *language)
{
	static const unsigned char salts[SALTS];
	char subject[TEXT_MAX];
	char from[200];
	char text[TEXT_MAX];
	struct event event = {
		.seq = end->seq + 1,
		.client = 1 + (int64_t)bench_below(&language->random, 5000),
		.kind = EV_MESSAGE_RECEIVED,
		.subject = 1 + end->seq / 5,
		.recorded_at = 1795000000000 + end->seq * 1000,
	};
	struct content words[] = {
		{event.seq, SLOT_SUBJECT, {0}},
		{event.seq, SLOT_TEXT, {0}},
		{event.seq, SLOT_FROM, {0}},
	};

	event.occurred_at = event.known_at = event.recorded_at;
	memcpy(event.command, &event.seq, sizeof(event.seq));
	words[0].text = text_make(language, subject, 5);
	words[1].text = text_make(language, text,
	                          12 + bench_below(&language->random, 70));
	snprintf(from, sizeof(from), "%s %s <%s@%s.example>",
	         word_pick(language), word_pick(language), word_pick(language),
	         word_pick(language));
	words[2].text = str_of(from);
	check(log_append(db, end, &event, words, 3, salts), db, "append");
	check(search_add(db, event.seq), db, "index");
}

/* Whole batches only. */
static int64_t share_of(const struct bench *bench)
{
	int64_t share = bench->messages < SHARE ? bench->messages : SHARE;

	return share / BATCH * BATCH;
}

/* Gives the seconds that the first SHARE messages took. */
static double workspace_make(struct bench *bench, const char *path,
                             struct language *language)
{
	struct sql_db *db = NULL;
	struct problem problem = {0};
	struct log_end end = {0};
	double start = 0;
	double spent = 0;

	bench_remove(path);
	if (sql_open(path, SQL_OPEN_WRITER, &db, &problem) != ST_OK)
		bench_fail("%s", problem.text);
	start = bench_seconds();
	check(log_find_end(db, &end), db, "end");
	while (end.seq < bench->messages) {
		check(sql_transaction_begin(db), db, "begin");
		for (int i = 0; i < BATCH && end.seq < bench->messages; i++)
			message_write(db, &end, language);
		check(sql_transaction_commit(db), db, "commit");
		if (end.seq / BATCH % 16 == 0)
			check(sql_checkpoint(db), db, "checkpoint");
		if (end.seq <= share_of(bench))
			spent = bench_seconds() - start;
		if (end.seq % BUILD_ROWS < BATCH)
			bench_say("%lld of %lld messages", (long long)end.seq,
			          (long long)bench->messages);
	}
	check(sql_checkpoint(db), db, "checkpoint");
	sql_close(&db);
	return spent;
}

/* ------------------------------------------------------------------ search */

/* What a person types; `letters` cuts the last word. */
static void typed_make(struct language *language, int words, size_t letters,
                       char room[200])
{
	size_t length = 0;

	for (int i = 0; i < words; i++)
		length +=
			(size_t)snprintf(room + length, 200 - length, "%s%s",
		                         i > 0 ? " " : "", word_pick(language));
	if (letters == 0) {
		snprintf(room + length, 200 - length, " ");
	} else {
		char *last = strrchr(room, ' ');

		last = last != NULL ? last + 1 : room;
		if (strlen(last) > letters)
			last[letters] = '\0';
	}
}

static double search_once(struct sql_db *db, struct arena *arena,
                          const char *typed)
{
	struct search search;
	int64_t ids[PAGE];
	size_t count = 0;
	double start = bench_seconds();

	check(search_read(db, arena, str_of(typed), &search), db, typed);
	check(search_page(db, &search, INT64_MAX, ids, PAGE, &count), db,
	      typed);
	start = bench_seconds() - start;
	arena_clear(arena);
	return start * 1e3;
}

static void search_measure(struct bench *bench, struct sql_db *db,
                           struct language *language)
{
	static const struct {
		const char *name;
		const char *typed; /* NULL: as the language has it */
		int words;
		size_t letters;
	} rows[] = {
		/* clang-format off */
		{"search, word in over half of all mails, p95", "regards ", 0, 0},
		{"search, common word being typed, p95",        "regard", 0, 0},
		{"search, a word, p95",                         NULL, 1, 0},
		{"search, two words, p95",                      NULL, 2, 0},
		{"search, 3 letters typed, p95",                NULL, 1, 3},
		{"search, 4 letters typed, p95",                NULL, 1, 4},
		{"search, 5 letters typed, p95",                NULL, 1, 5},
		{"search, 6 letters typed, p95",                NULL, 1, 6},
		{"search, 7 letters typed, p95",                NULL, 1, 7},
		{"search, a word and 4 letters typed, p95",     NULL, 2, 4},
		{"search, a word that is nowhere, p95",         "qqqq ", 0, 0},
		/* clang-format on */
	};
	struct arena *arena = arena_new(16u << 20);
	double waits[QUERIES];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench_row row = {
			.set = "store",
			.name = rows[i].name,
			.unit = "ms",
			.limit = 50,
		};

		for (size_t j = 0; j < QUERIES; j++) {
			char typed[200];

			if (rows[i].typed != NULL)
				snprintf(typed, sizeof(typed), "%s",
				         rows[i].typed);
			else
				typed_make(language, rows[i].words,
				           rows[i].letters, typed);
			waits[j] = search_once(db, arena, typed);
		}
		row.result = bench_percentile(waits, QUERIES, 0.95);
		bench_report(bench, &row);
	}
	arena_free(&arena);
}

/* ------------------------------------------------------------------- blobs */

static void blobs_measure(struct bench *bench, struct language *language)
{
	static const unsigned char salt[BLOB_SALT_BYTES];
	const char *path = bench_path(bench, "blobs.db");
	struct arena *arena = arena_new(256u << 20);
	struct sql_db *db = NULL;
	struct problem problem = {0};
	struct str bytes = {0};
	size_t size = 8u << 20;
	char *room = arena_alloc(arena, size + TEXT_MAX);
	struct bench_row row = {.set = "store", .unit = "MB/s"};
	double start = 0;

	for (size_t at = 0; at < size;)
		at += text_make(language, room + at, 60).length;
	bench_remove(path);
	if (sql_open(path, SQL_OPEN_WRITER, &db, &problem) != ST_OK)
		bench_fail("%s", problem.text);
	start = bench_seconds();
	check(sql_transaction_begin(db), db, "begin");
	check(blob_write(db, 1, (struct str){room, size}, BLOB_ZSTD, salt), db,
	      "blob");
	check(sql_transaction_commit(db), db, "commit");
	row.name = "a mail of 8 MB stored";
	row.result = (double)size / 1e6 / (bench_seconds() - start);
	bench_report(bench, &row);
	start = bench_seconds();
	check(blob_read(db, 1, arena, &bytes), db, "blob");
	row.name = "a mail of 8 MB read";
	row.result = (double)size / 1e6 / (bench_seconds() - start);
	bench_report(bench, &row);
	sql_close(&db);
	arena_free(&arena);
	bench_remove(path);
}

static void rates_measure(struct bench *bench, const char *path, double spent)
{
	struct reference_rates rates = {0};
	struct bench_row row = {
		.set = "store",
		.name = "log, words and index, against bare SQLite",
		.unit = "x",
		.sense = BENCH_AT_LEAST,
		.limit = 1.0 / 3,
	};
	struct stat info = {0};

	reference_ingest(bench, path, bench->messages, share_of(bench), &rates);
	row.result = (double)share_of(bench) / spent / rates.indexed;
	bench_report(bench, &row);
	row = (struct bench_row){
		.set = "store",
		.name = "bare SQLite, the same rows",
		.unit = "/s",
		.result = rates.rows,
	};
	bench_report(bench, &row);
	row.name = "bare SQLite, the same rows and index entries";
	row.result = rates.indexed;
	bench_report(bench, &row);
	stat(path, &info);
	row.name = "a short message takes";
	row.unit = "B";
	row.result = (double)info.st_size / (double)bench->messages;
	bench_report(bench, &row);
}

void set_store(struct bench *bench)
{
	char path[300];
	struct language *language = calloc(1, sizeof(*language));
	struct sql_db *db = NULL;
	struct problem problem = {0};
	double spent = 0;
	double start = 0;
	struct bench_row row = {
		.set = "store",
		.name = "workspace opened by a reader",
		.unit = "ms",
	};

	snprintf(path, sizeof(path), "%s", bench_path(bench, "store.db"));
	language_init(language);
	spent = workspace_make(bench, path, language);
	start = bench_seconds();
	if (sql_open(path, SQL_OPEN_READER, &db, &problem) != ST_OK)
		bench_fail("%s", problem.text);
	row.result = (bench_seconds() - start) * 1e3;
	bench_report(bench, &row);
	search_measure(bench, db, language);
	sql_close(&db);
	rates_measure(bench, path, spent);
	bench_remove(path);
	blobs_measure(bench, language);
	free(language);
}
