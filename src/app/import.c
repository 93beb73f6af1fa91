/*
 * `holdfast import`: moves mbox files in with the desk stopped, and prints what
 * was late in them. All files are one mailbox: an answer in the second belongs
 * to its question in the first. Called again with the same files it goes on
 * where it was, and what is here already is skipped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/upkeep.h"
#include "app/workspace.h"
#include "base/limits.h"
#include "core/playbook/playbook.h"
#include "desk/imports.h"
#include "desk/late.h"
#include "node/jail_mail.h"
#include "node/movein.h"
#include "store/view.h"

#define IMPORT_ARENA_BYTES ((size_t)256 << 20)
#define IMPORT_LATE_SHOWN  20

static const char import_usage[] =
	"usage: holdfast import --data FOLDER [--takeover DATE]"
	" [--mine ADDRESS]...\n"
	"         [--label LABEL=TYPE[:MEMBER]]... FILE...\n"
	"\n"
	"FILEs are mbox. Stop the desk first, or send the file through its\n"
	"settings. Without --takeover all of it is history.\n"
	"  --takeover DATE   threads that are open become tickets: a day\n"
	"                    (2026-11-02), an instant, or \"now\"\n"
	"  --mine ADDRESS    an address of ours that the desk does not know\n"
	"  --label L=T:M     mail with the label L is of type T "
	"(status_inquiry,\n"
	"                    scope_change, pricing, new_brief, issue, other,\n"
	"                    no_request; may be empty) and belongs to the "
	"member\n"
	"                    with the address M\n";

struct importer {
	struct command_line line;
	struct jail *jail;
	struct node *node;
	struct arena *arena;
	struct import_asked asked;
	struct str takeover;
	const char **labels;
	size_t label_count;
	struct buf mine;
	int64_t id, shown;
	struct problem problem;
};

/* Takes our own options out of the arguments; what is left goes to config. */
static bool import_arguments(struct importer *importer, int argc, char **argv,
                             int *kept_out)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		bool takeover = strcmp(argv[i], "--takeover") == 0;
		bool mine = strcmp(argv[i], "--mine") == 0;
		bool label = strcmp(argv[i], "--label") == 0;

		if (!takeover && !mine && !label) {
			argv[kept++] = argv[i];
			continue;
		}
		if (i + 1 == argc)
			return false;
		i++;
		if (takeover) {
			importer->takeover = str_of(argv[i]);
		} else if (mine) {
			buf_text(&importer->mine, argv[i]);
			buf_char(&importer->mine, '\n');
		} else {
			importer->labels[importer->label_count++] = argv[i];
		}
	}
	*kept_out = kept;
	return true;
}

/* "now", an instant, or a day, which begins in the agency's zone. */
static enum status import_takeover(struct importer *importer,
                                   const struct agency *agency)
{
	struct str text = importer->takeover;
	char day[32];
	instant_ms at;

	if (text.length == 0)
		return ST_OK;
	if (str_equal(text, STR("now"))) {
		importer->asked.takeover_at = node_now(importer->node);
		return ST_OK;
	}
	if (instant_parse(text, &importer->asked.takeover_at))
		return ST_OK;
	snprintf(day, sizeof(day), "%.*sT00:00:00Z", STR_ARG(text));
	if (text.length != 10 || !instant_parse(str_of(day), &at))
		return problem_set(&importer->problem, ST_INVALID, "takeover",
		                   "Write a day such as 2026-11-02, or now.");
	importer->asked.takeover_at = at - zone_offset_at(agency->zone, at);
	return ST_OK;
}

static void import_json(struct buf *out, struct str text)
{
	buf_char(out, '"');
	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];

		if (c == '"' || c == '\\')
			buf_char(out, '\\');
		if ((unsigned char)c >= ' ')
			buf_char(out, c);
	}
	buf_char(out, '"');
}

/* "LABEL=TYPE:MEMBER" */
static enum status import_label(struct importer *importer,
                                const struct agency *agency, struct str text,
                                struct buf *out)
{
	size_t equals = str_find_char(text, '=', 0);
	size_t colon = str_find_char(text, ':', equals);
	struct str type =
		equals < colon ? str_sub(text, equals + 1, colon) : STR("");
	const struct agency_member *member = NULL;
	enum request_type found;

	if (equals == text.length || equals == 0)
		return problem_set(&importer->problem, ST_INVALID, "label",
		                   "Write LABEL=TYPE or LABEL=TYPE:MEMBER.");
	if (type.length > 0 && !str_equal(type, STR("no_request")) &&
	    !request_type_find(type, &found))
		return problem_set(&importer->problem, ST_INVALID, "label",
		                   "There is no request type \"%.*s\".",
		                   STR_ARG(type));
	if (colon < text.length) {
		struct str address = str_sub(text, colon + 1, text.length);

		member = agency_member_by_address(agency, address);
		if (!member)
			return problem_set(&importer->problem, ST_INVALID,
			                   "label", "There is no member %.*s.",
			                   STR_ARG(address));
	}
	buf_text(out, out->length > 1 ? ",{\"label\":" : "{\"label\":");
	import_json(out, str_sub(text, 0, equals));
	if (type.length > 0) {
		buf_text(out, ",\"type\":");
		import_json(out, type);
	}
	if (member)
		buf_printf(out, ",\"member\":%" PRId64, member->record.id);
	buf_char(out, '}');
	return ST_OK;
}

static enum status import_labels(struct importer *importer,
                                 const struct agency *agency)
{
	enum status status = ST_OK;
	struct buf buf;

	buf_init(&buf, LIMIT_BODY_BYTES);
	buf_char(&buf, '[');
	for (size_t i = 0; i < importer->label_count && status == ST_OK; i++)
		status = import_label(importer, agency,
		                      str_of(importer->labels[i]), &buf);
	buf_char(&buf, ']');
	importer->asked.labels = str_copy(importer->arena, buf_view(&buf));
	buf_release(&buf);
	return status;
}

/* Names and sizes: the same files again are the same import. */
static enum status import_files(struct importer *importer)
{
	struct str name = STR("");

	for (int i = 0; i < importer->line.rest_count; i++) {
		const char *path = importer->line.rest[i];
		const char *slash = strrchr(path, '/');
		struct stat info;

		if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
			return problem_set(&importer->problem, ST_NOT_FOUND,
			                   "file", "%s cannot be read.", path);
		importer->asked.size += info.st_size;
		name = str_printf(importer->arena, "%.*s%s%s", STR_ARG(name),
		                  i > 0 ? ", " : "", slash ? slash + 1 : path);
	}
	importer->asked.name = str_utf8_prefix(name, LIMIT_NAME_BYTES);
	if (importer->line.rest_count > (int)MOVEIN_FILES_MAX)
		return problem_set(&importer->problem, ST_LIMIT, "file",
		                   "At most %u files at once.",
		                   MOVEIN_FILES_MAX);
	return ST_OK;
}

/* One that was begun with these files and is not done. */
static enum status import_find(struct importer *importer)
{
	struct import *list = arena_array(importer->arena, 100, sizeof(*list));
	struct sql_db *reader = node_reader_take(importer->node);
	size_t count = 0;
	enum status status =
		import_list(reader, importer->arena, list, 100, &count);

	node_reader_return(importer->node, reader);
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		bool open = list[i].state == IMPORT_READING ||
		            list[i].state == IMPORT_STOPPED;

		if (open && list[i].source == SOURCE_IMPORT &&
		    list[i].size == importer->asked.size &&
		    str_equal(list[i].name, importer->asked.name))
			importer->id = list[i].id;
	}
	return status;
}

static enum status import_add_run(struct desk *desk, const struct turn *turn,
                                  void *arguments, struct outcome *outcome_out,
                                  struct problem *problem_out)
{
	return desk_import_add(desk, turn, arguments, outcome_out, problem_out);
}

static enum status import_turn_run(struct desk *desk, const struct turn *turn,
                                   void *arguments, struct outcome *outcome_out,
                                   struct problem *problem_out)
{
	return desk_import_turn(desk, turn, arguments, outcome_out,
	                        problem_out);
}

static enum status import_command(struct importer *importer, node_command run)
{
	const struct node_asked asked = {.arena = importer->arena,
	                                 .run = run,
	                                 .arguments = &importer->asked};
	struct outcome outcome = {0};
	enum status status =
		node_run(importer->node, &asked, &outcome, &importer->problem);

	if (status == ST_OK && !importer->id)
		importer->id = outcome.record;
	return status;
}

static enum status import_begin(struct importer *importer)
{
	const struct agency *agency = node_agency_take(importer->node);
	enum status status = ST_OK;

	if (!agency->exists)
		status = problem_set(&importer->problem, ST_INVALID, "data",
		                     "Nobody has set the desk up yet. Open "
		                     "it in a browser first.");
	if (status == ST_OK)
		status = import_takeover(importer, agency);
	if (status == ST_OK)
		status = import_labels(importer, agency);
	node_agency_return(importer->node, agency);
	if (status == ST_OK)
		status = import_files(importer);
	if (status == ST_OK)
		status = import_find(importer);
	if (status != ST_OK)
		return status;
	importer->asked.id = importer->id;
	importer->asked.source = SOURCE_IMPORT;
	importer->asked.mine = buf_view(&importer->mine);
	importer->asked.folder = importer->asked.said = STR("");
	if (!importer->id) {
		importer->asked.state = IMPORT_RECEIVING;
		status = import_command(importer, import_add_run);
		importer->asked.id = importer->id;
	}
	return status;
}

static enum status import_row(struct importer *importer,
                              struct import *import_out)
{
	struct sql_db *reader = node_reader_take(importer->node);
	enum status status =
		import_read(reader, importer->arena, importer->id, import_out);

	node_reader_return(importer->node, reader);
	return status;
}

static void import_tick(void *context)
{
	struct importer *importer = context;
	struct import row;
	int64_t left;

	if (import_row(importer, &row) != ST_OK || row.read == importer->shown)
		return;
	left = node_movein_left_ms(importer->node, &row);
	importer->shown = row.read;
	if (!isatty(STDERR_FILENO) && row.read < row.total)
		return;
	fprintf(stderr, "%" PRId64 " of %" PRId64 " mails", row.read,
	        row.total);
	if (left > 0)
		fprintf(stderr, ", about %" PRId64 " s left", left / 1000 + 1);
	fputs(row.read < row.total ? "\r" : "\n", stderr);
}

/* "3 h 20" */
static struct str import_span(struct arena *arena, span_ms span)
{
	int64_t minutes = span / SPAN_MINUTE;

	if (minutes < 60)
		return str_printf(arena, "%" PRId64 " min", minutes);
	return str_printf(arena, "%" PRId64 " h %02" PRId64, minutes / 60,
	                  minutes % 60);
}

static void import_late_row(struct importer *importer, struct sql_db *reader,
                            const struct late_question *row)
{
	struct arena *arena = importer->arena;
	struct view_ticket *ticket = arena_alloc(arena, sizeof(*ticket));
	char at[INSTANT_TEXT_SIZE];

	if (view_ticket(reader, arena, row->ticket, ticket) != ST_OK)
		return;
	instant_print(row->asked_at, at);
	printf("  %.10s  %-10.*s (target %.*s)%s  %.*s: %.*s\n", at,
	       STR_ARG(import_span(arena, row->took)),
	       STR_ARG(import_span(arena, row->target)),
	       row->answered_at ? "" : ", never answered",
	       STR_ARG(ticket->client.name), STR_ARG(ticket->subject));
}

static enum status import_late(struct importer *importer)
{
	struct sql_db *reader = node_reader_take(importer->node);
	const struct agency *agency = node_agency_take(importer->node);
	struct late_report report = {0};
	enum status status = late_report(reader, agency, importer->arena,
	                                 importer->id, &report);

	if (status == ST_OK && report.asked > 0) {
		printf("\nBy your calendar and the playbook's targets, of n = "
		       "%" PRId64 " questions in %" PRId64 " threads:\n"
		       "  answered %" PRId64 ", of these late %" PRId64 "; "
		       "never answered %" PRId64 "\n"
		       "  median %.*s, worst %.*s of working time (n = %" PRId64
		       ")\n",
		       report.asked, report.threads, report.answered,
		       report.late, report.never,
		       STR_ARG(import_span(importer->arena, report.median)),
		       STR_ARG(import_span(importer->arena, report.worst)),
		       report.answered);
		if (report.row_count > 0)
			puts("The furthest over:");
		for (size_t i = 0;
		     i < report.row_count && i < IMPORT_LATE_SHOWN; i++)
			import_late_row(importer, reader, &report.rows[i]);
	}
	node_agency_return(importer->node, agency);
	node_reader_return(importer->node, reader);
	return status;
}

/* Its bytes are all here: they are the files. */
static enum status import_received_run(struct desk *desk,
                                       const struct turn *turn, void *arguments,
                                       struct outcome *outcome_out,
                                       struct problem *problem_out)
{
	const struct import_asked *asked = arguments;

	(void)turn;
	return desk_import_received(desk, asked->id, 0, asked->size,
	                            outcome_out, problem_out);
}

static enum status import_whole(struct importer *importer)
{
	struct import row;
	enum status status = import_row(importer, &row);

	if (status == ST_OK && row.state == IMPORT_RECEIVING)
		status = import_command(importer, import_received_run);
	importer->asked.state = IMPORT_READING;
	if (status == ST_OK)
		status = import_command(importer, import_turn_run);
	if (status != ST_OK)
		return status;
	return node_movein_run(importer->node, importer->id,
	                       (const char *const *)importer->line.rest,
	                       (size_t)importer->line.rest_count, import_tick,
	                       importer, &importer->problem);
}

static enum status import_tell(struct importer *importer)
{
	struct import_error errors[IMPORT_ERRORS_MAX];
	struct import row;
	struct sql_db *reader;
	size_t count = 0;
	enum status status = import_row(importer, &row);

	if (status != ST_OK)
		return status;
	printf("%" PRId64 " mails: %" PRId64 " moved in as %" PRId64
	       " new threads, %" PRId64 " were here already, %" PRId64
	       " left out.\n",
	       row.read, row.messages, row.threads, row.duplicates,
	       row.skipped);
	reader = node_reader_take(importer->node);
	status = import_errors(reader, importer->arena, importer->id, errors,
	                       IMPORT_ERRORS_MAX, &count);
	node_reader_return(importer->node, reader);
	for (size_t i = 0; i < count; i++)
		printf("  mail %" PRId64 ": %.*s\n", errors[i].n,
		       STR_ARG(errors[i].said));
	return status == ST_OK ? import_late(importer) : status;
}

static enum status import_run(struct importer *importer)
{
	const struct node_config config = {
		.file = workspace_file(importer->arena, &importer->line.config),
		.jail = importer->jail,
		.offline = true,
	};
	enum status status =
		node_start(&config, &importer->node, &importer->problem);

	if (status == ST_OK)
		status = import_begin(importer);
	if (status == ST_OK)
		status = import_whole(importer);
	if (status == ST_OK)
		status = import_tell(importer);
	node_stop(&importer->node);
	return status;
}

int app_import(int argc, char **argv)
{
	const struct jail_mail_config jail = {
		.poison = str_of(getenv("HOLDFAST_TEST_POISON"))};
	struct importer importer = {.takeover = STR("")};
	enum status status;
	int kept = 0;

	importer.labels = calloc((size_t)argc + 1, sizeof(char *));
	importer.arena = arena_new(IMPORT_ARENA_BYTES);
	buf_init(&importer.mine, LIMIT_BODY_BYTES);
	if (!importer.labels)
		abort();
	if (!import_arguments(&importer, argc, argv, &kept) ||
	    !command_line_read(kept, argv, &importer.line)) {
		fputs(import_usage, stderr);
		return EX_USAGE;
	}
	status = importer.line.rest_count > 0
	                 ? jail_mail_start(&jail, &importer.jail,
	                                   &importer.problem)
	                 : ST_NOT_FOUND;
	if (status == ST_OK)
		status = workspace_lock(&importer.line.config,
		                        &importer.problem);
	if (status == ST_OK)
		status = import_run(&importer);
	jail_stop(&importer.jail);
	if (importer.line.rest_count == 0)
		fputs(import_usage, stderr);
	kept = importer.line.rest_count == 0
	               ? EX_USAGE
	               : upkeep_exit(status, &importer.problem);
	buf_release(&importer.mine);
	free(importer.labels);
	arena_free(&importer.line.arena);
	arena_free(&importer.arena);
	return kept;
}
