#include "app/demo.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/demo_feed.h"
#include "app/demo_live.h"
#include "app/serve.h"
#include "app/serve_web.h"
#include "app/upkeep.h"
#include "base/asset.h"
#include "node/jail_mail.h"

#define DEMO_SEED_DEFAULT 1
/* An older demo is late everywhere: it is made anew. */
#define DEMO_RECENT      (90 * SPAN_MINUTE)
#define DEMO_ARENA_BYTES ((size_t)128 << 20)
#define DEMO_MARK_BYTES  512

struct demo {
	struct command_line line;
	int64_t seed;
	bool fresh;
	char *folder, *mark, *sink;
	struct demo_story *story;
	struct arena *arena;
};

/* -- What was asked -------------------------------------------------------- */

/* Takes --seed N and --fresh out of the arguments; the rest is settings. */
static bool demo_options(struct demo *demo, int *argc, char **argv)
{
	int kept = 1;

	for (int i = 1; i < *argc; i++) {
		bool seed = strcmp(argv[i], "--seed") == 0;

		if (strcmp(argv[i], "--fresh") == 0) {
			demo->fresh = true;
		} else if (seed && i + 1 < *argc &&
		           str_to_i64(str_of(argv[i + 1]), &demo->seed)) {
			i++;
		} else if (seed) {
			fputs("holdfast: --seed: write a number behind it\n",
			      stderr);
			return false;
		} else {
			argv[kept++] = argv[i];
		}
	}
	*argc = kept;
	return true;
}

static bool demo_given(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return false;
}

/* Where it is kept: out of the way in a build tree, else beside us. */
static void demo_settings(struct demo *demo, int argc, char **argv)
{
	struct config *config = &demo->line.config;
	struct arena *arena = demo->line.arena;
	struct str data;

	if (!demo_given(argc, argv, "--data") &&
	    !demo_given(argc, argv, "--config"))
		config->values[CONFIG_DATA] = access("build", W_OK) == 0
		                                      ? STR("build/demo")
		                                      : STR("holdfast-demo");
	data = config_get(config, CONFIG_DATA);
	if (config_get(config, CONFIG_SINK).length == 0)
		config->values[CONFIG_SINK] =
			str_printf(arena, "%.*s/sent", STR_ARG(data));
	/* Whatever else is set, a demo sends nothing to anybody. */
	config->values[CONFIG_SMTP] = STR("");
	demo->folder = str_cstr(arena, data);
	demo->mark = str_cstr(
		arena, str_printf(arena, "%.*s/demo.txt", STR_ARG(data)));
	demo->sink = str_cstr(arena, config_get(config, CONFIG_SINK));
}

/* -- The mark in the folder ------------------------------------------------ */

/* Which texts are in this program: their checksums. */
static struct str demo_words(struct arena *arena)
{
	struct str words = STR("");

	for (size_t i = 0; i < assets_demo_count; i++)
		words = str_printf(arena, "%.*s%.10s", STR_ARG(words),
		                   assets_demo[i].etag);
	return words;
}

static struct str demo_mark_text(const struct demo *demo, instant_ms start)
{
	char at[INSTANT_TEXT_SIZE];

	instant_print(start, at);
	return str_printf(demo->line.arena,
	                  "This folder holds a demo of Holdfast and is made "
	                  "anew by \"holdfast demo\".\nseed %lld\nstart %s\n"
	                  "texts %.*s\n",
	                  (long long)demo->seed, at,
	                  STR_ARG(demo_words(demo->line.arena)));
}

/* False when there is no demo. */
static bool demo_mark_read(const struct demo *demo, struct str *text_out)
{
	char *bytes = arena_alloc(demo->line.arena, DEMO_MARK_BYTES);
	FILE *file = fopen(demo->mark, "rb");
	size_t length;

	if (!file)
		return false;
	length = fread(bytes, 1, DEMO_MARK_BYTES, file);
	fclose(file);
	*text_out = (struct str){bytes, length};
	return length > 0;
}

static bool demo_mark_write(const struct demo *demo, instant_ms start)
{
	struct str text = demo_mark_text(demo, start);
	FILE *file = fopen(demo->mark, "wb");
	bool written =
		file && fwrite(text.text, 1, text.length, file) == text.length;

	if (file && fclose(file) != 0)
		written = false;
	if (!written)
		fprintf(stderr, "holdfast: %s cannot be written: %s\n",
		        demo->mark, strerror(errno));
	return written;
}

/* Whether the demo that is there will do: the same, whole and not old. */
static bool demo_is_recent(const struct demo *demo, instant_ms now,
                           instant_ms *start_out)
{
	struct str text, rest, line;
	instant_ms start = 0;

	if (demo->fresh || !demo_mark_read(demo, &text))
		return false;
	rest = text;
	while (str_line(&rest, &line)) {
		if (str_starts(line, STR("start ")) &&
		    !instant_parse(str_sub(line, 6, line.length), &start))
			return false;
	}
	*start_out = start;
	return start <= now && now - start < DEMO_RECENT &&
	       str_equal(text, demo_mark_text(demo, start));
}

/* -- Making it ------------------------------------------------------------- */

static void demo_remove(const struct demo *demo, const char *name)
{
	struct str path =
		str_printf(demo->line.arena, "%s/%s", demo->folder, name);

	if (unlink(str_cstr(demo->line.arena, path)) != 0 && errno != ENOENT)
		fprintf(stderr, "holdfast: %.*s cannot be removed: %s\n",
		        STR_ARG(path), strerror(errno));
}

/* What an older demo sent, if it went into the demo's own folder. */
static void demo_clear_sent(const struct demo *demo)
{
	struct arena *arena = demo->line.arena;
	char *path =
		str_cstr(arena, str_printf(arena, "%s/sent/new", demo->folder));
	DIR *folder = opendir(path);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		struct str name = str_of(entry->d_name);

		if ((str_ends(name, STR(".eml")) ||
		     str_ends(name, STR(".envelope"))) &&
		    unlinkat(dirfd(folder), entry->d_name, 0) != 0)
			break;
	}
	if (folder)
		closedir(folder);
}

/* Removes an old demo, and nothing but a demo. */
static bool demo_clear(const struct demo *demo)
{
	static const char *const names[] = {"workspace.db", "workspace.db-wal",
	                                    "workspace.db-shm", "demo.txt"};
	char *file = workspace_file(demo->line.arena, &demo->line.config);
	struct str text;

	if (!workspace_folder(&demo->line.config))
		return false;
	if (access(file, F_OK) != 0)
		return true;
	if (!demo_mark_read(demo, &text)) {
		fprintf(stderr,
		        "holdfast: %s holds a workspace that is no demo: "
		        "choose another folder with --data.\n",
		        demo->folder);
		return false;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		demo_remove(demo, names[i]);
	demo_clear_sent(demo);
	return true;
}

static void demo_progress(void *context, size_t done, size_t total)
{
	(void)context;
	/* A log keeps the end alone. */
	if (done < total && !isatty(STDOUT_FILENO))
		return;
	printf("\rFeeding three weeks of mail ... %zu %%%s",
	       total ? done * 100 / total : 100, done == total ? "\n" : "");
	fflush(stdout);
}

/* While the past is made, mail goes the same way out as later. */
static void demo_send(void *context, struct arena *arena,
                      const struct node_outgoing *mail,
                      struct node_sent *sent_out)
{
	const struct smtp_message message = {mail->sender, mail->recipients,
	                                     mail->recipient_count, mail->raw};
	struct smtp_result result = {0};
	struct problem problem = {0};

	*sent_out = (struct node_sent){.outcome = OUTBOUND_SENT};
	if (sink_send(context, arena, &message, &result, &problem) == ST_OK &&
	    result.overall.outcome == SMTP_SENT)
		return;
	sent_out->outcome = OUTBOUND_PERMANENT;
	snprintf(sent_out->reason, sizeof(sent_out->reason), "%s",
	         problem.text);
}

static enum status demo_play(struct demo *demo, struct node *node,
                             struct demo_clock *clock, struct problem *problem)
{
	const struct demo_feed feed = {
		.node = node,
		.story = demo->story,
		.clock = clock,
		.progress = demo_progress,
	};
	struct demo_fed fed = {0};
	enum status status = demo_feed(&feed, &fed, problem);

	if (status == ST_OK)
		printf("%zu mails came in, %zu answers went out, %zu other "
		       "acts of %zu members.\n",
		       fed.mails, fed.replies, fed.acts,
		       demo->story->member_count);
	return status;
}

/* A jail and a node of its own, which end before the desk starts. */
static enum status demo_make(struct demo *demo, struct problem *problem)
{
	const struct jail_mail_config jail_config = {.poison =
	                                                     STR(DEMO_POISON)};
	struct demo_clock clock = {demo->story->first};
	struct node_config config = {
		.file = workspace_file(demo->line.arena, &demo->line.config),
		.driver = {.send = demo_send, .log = serve_log},
		.now = demo_clock_now,
		.now_context = &clock,
	};
	struct jail *jail = NULL;
	struct sink *sink = NULL;
	struct node *node = NULL;
	enum status status = jail_mail_start(&jail_config, &jail, problem);

	config.jail = jail;
	if (status == ST_OK)
		status = sink_open(str_of(demo->sink), &sink, problem);
	config.driver.context = sink;
	if (status == ST_OK)
		status = node_start(&config, &node, problem);
	if (status == ST_OK)
		status = demo_play(demo, node, &clock, problem);
	node_stop(&node);
	sink_close(&sink);
	jail_stop(&jail);
	return status;
}

/* The demo is there afterwards, as it was or made anew. */
static bool demo_prepare(struct demo *demo)
{
	instant_ms now = node_system_now(), start = now;
	struct problem problem = {0};
	bool recent = demo_is_recent(demo, now, &start);
	enum status status;

	if (!recent && !demo_clear(demo))
		return false;
	status = demo_story_make(demo->arena, start, (uint64_t)demo->seed,
	                         &demo->story, &problem);
	if (status == ST_OK && !recent) {
		/* Until it is whole it has no mark that says it will do. */
		demo->seed = -demo->seed - 1;
		if (!demo_mark_write(demo, start))
			return false;
		demo->seed = -demo->seed - 1;
		status = demo_make(demo, &problem);
	}
	if (status == ST_OK && !recent && !demo_mark_write(demo, start))
		return false;
	if (status == ST_OK && recent)
		puts("The demo that is there goes on.");
	if (status == ST_OK)
		return true;
	fprintf(stderr, "\nholdfast: %s\n",
	        problem.text[0] ? problem.text : status_name(status));
	return false;
}

/* -- Running it ------------------------------------------------------------ */

static bool demo_link(struct demo *demo, struct serve *serve,
                      const char *address)
{
	struct problem problem = {0};
	struct sql_db *db = NULL;
	const struct agency *agency = node_agency_take(serve->node);
	const struct agency_member *member =
		agency_member_by_address(agency, str_of(address));
	int64_t id = member ? member->record.id : 0;
	enum status status;

	node_agency_return(serve->node, agency);
	status = sql_open(workspace_file(demo->line.arena, &demo->line.config),
	                  SQL_OPEN_WRITER, &db, &problem);
	if (status == ST_OK)
		status = upkeep_make_link(db, &demo->line, id);
	sql_close(&db);
	if (status != ST_OK)
		fprintf(stderr, "holdfast: no link: %s\n",
		        problem.text[0] ? problem.text : status_name(status));
	return status == ST_OK;
}

static void demo_greet(struct demo *demo, struct serve *serve)
{
	printf("\nSign in once as Ines Duarte, who works at the desk:\n  ");
	fflush(stdout);
	if (!demo_link(demo, serve, "ines@northlight.example"))
		return;
	printf("or as Ruth Almeida, a partner, who may change settings:\n  ");
	fflush(stdout);
	if (!demo_link(demo, serve, "ruth@northlight.example"))
		return;
	printf("\nA client writes every one to three minutes. What you send "
	       "goes to %s/new and to nobody.\nStop with Ctrl-C; start anew "
	       "with --fresh.\n",
	       demo->sink);
	fflush(stdout);
}

/* The story's members as the workspace knows them. */
static void demo_members(struct demo *demo, struct serve *serve)
{
	const struct agency *agency = node_agency_take(serve->node);

	for (size_t i = 0; i < demo->story->member_count; i++) {
		struct demo_member *member = &demo->story->members[i];
		const struct agency_member *known =
			agency_member_by_address(agency, member->address);

		member->id = known ? known->record.id : 0;
	}
	node_agency_return(serve->node, agency);
}

static int demo_run(struct demo *demo)
{
	struct serve serve = {.line = &demo->line};
	struct demo_live *live;
	int code;

	if (!demo_prepare(demo))
		return EX_SOFTWARE;
	if (!serve_start(&serve))
		return EX_CONFIG;
	demo_members(demo, &serve);
	demo_greet(demo, &serve);
	live = demo_live_new(serve.node, demo->story);
	code = serve_wait(&serve, demo_live_tick, live);
	demo_live_free(&live);
	serve_stop(&serve);
	return code;
}

int app_demo(int argc, char **argv)
{
	struct demo demo = {.seed = DEMO_SEED_DEFAULT};
	int code;

	if (!demo_options(&demo, &argc, argv))
		return EX_USAGE;
	if (!command_line_read(argc, argv, &demo.line))
		return EX_CONFIG;
	demo.arena = arena_new(DEMO_ARENA_BYTES);
	demo_settings(&demo, argc, argv);
	code = demo_run(&demo);
	arena_free(&demo.arena);
	arena_free(&demo.line.arena);
	return code;
}
