#include "app/upkeep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/workspace.h"
#include "base/limits.h"
#include "node/node.h"
#include "node/zones.h"
#include "store/access.h"
#include "store/audit.h"
#include "store/log.h"
#include "store/project.h"
#include "web/session.h"

#define UPKEEP_LINK_LIFE (15 * SPAN_MINUTE)

int upkeep_exit(enum status status, const struct problem *problem)
{
	static const int codes[ST_COUNT] = {
		[ST_OK] = EX_OK,
		[ST_NOT_FOUND] = EX_NOINPUT,
		[ST_FORBIDDEN] = EX_NOPERM,
		[ST_INVALID] = EX_DATAERR,
		[ST_CONFLICT] = EX_CANTCREAT,
		[ST_LIMIT] = EX_DATAERR,
		[ST_BUSY] = EX_TEMPFAIL,
		[ST_UNCERTAIN] = EX_TEMPFAIL,
		[ST_STORE] = EX_IOERR,
	};

	if (status != ST_OK && problem->text[0])
		workspace_complain(problem);
	else if (status != ST_OK)
		fprintf(stderr, "holdfast: %s\n", status_name(status));
	return codes[status];
}

void upkeep_explain(struct sql_db *db, enum status status,
                    struct problem *problem)
{
	if (status == ST_STORE && problem->text[0] == '\0')
		problem_set(problem, status, "workspace", "%s.", sql_error(db));
}

int upkeep_with(int argc, char **argv, enum sql_open how, bool alone,
                upkeep_run run)
{
	struct command_line line;
	struct problem problem = {0};
	struct sql_db *db = NULL;
	enum status status;
	char *file;

	if (!command_line_read(argc, argv, &line))
		return EX_USAGE;
	file = workspace_file(line.arena, &line.config);
	if (access(file, F_OK) != 0)
		status = problem_set(&problem, ST_NOT_FOUND, "data",
		                     "There is no workspace %s.", file);
	else
		status = alone ? workspace_lock(&line.config, &problem) : ST_OK;
	if (status == ST_OK)
		status = sql_open(file, how, &db, &problem);
	if (status == ST_OK)
		status = run(db, &line, &problem);
	if (db)
		upkeep_explain(db, status, &problem);
	sql_close(&db);
	arena_free(&line.arena);
	return upkeep_exit(status, &problem);
}

enum status upkeep_prove(struct sql_db *db, struct problem *problem)
{
	struct audit audit = {0};
	int64_t events = 0;
	/* One view of it all: a desk may write meanwhile. */
	enum status status = sql_snapshot_begin(db);

	if (status == ST_OK)
		status = sql_integrity(db, problem);
	if (status == ST_OK)
		status = log_verify(db, &events, problem);
	if (status == ST_OK)
		status = project_compare(db, problem);
	if (status == ST_OK)
		status = audit_run(db, &audit, problem);
	sql_snapshot_end(db);
	if (status != ST_OK)
		return status;
	printf("%lld events: the chain holds, and every derived row equals "
	       "what the log says.\n",
	       (long long)events);
	printf("Mail in: %lld accepted = %lld waiting + %lld opened + %lld "
	       "appended + %lld quarantined + %lld duplicate + %lld loop\n",
	       (long long)audit.accepted, (long long)audit.waiting,
	       (long long)audit.opened, (long long)audit.appended,
	       (long long)audit.quarantined, (long long)audit.duplicate,
	       (long long)audit.loop);
	printf("Blobs: %lld, each as it was written.\n",
	       (long long)audit.blobs);
	return ST_OK;
}

static enum status upkeep_check(struct sql_db *db, struct command_line *line,
                                struct problem *problem)
{
	(void)line;
	return upkeep_prove(db, problem);
}

int app_check(int argc, char **argv)
{
	return upkeep_with(argc, argv, SQL_OPEN_READER, false, upkeep_check);
}

static void upkeep_fill_random(void *context, void *bytes, size_t length)
{
	(void)context;
	node_random(bytes, length);
}

enum status upkeep_make_link(struct sql_db *db, struct command_line *line,
                             int64_t member)
{
	char token[SESSION_TOKEN_SIZE];
	uint8_t hash[SESSION_HASH_BYTES];
	struct str url = config_get(&line->config, CONFIG_URL);
	enum status status;

	session_token_make(upkeep_fill_random, NULL, token, hash);
	status = sign_in_add(db, hash, member,
	                     node_system_now() + UPKEEP_LINK_LIFE);
	if (status != ST_OK)
		return status;
	if (url.length > 0)
		printf("Open %.*s/sign-in#%s\n", STR_ARG(url), token);
	else
		printf("Open http://%.*s/sign-in#%s\n",
		       STR_ARG(config_get(&line->config, CONFIG_HTTP)), token);
	fflush(stdout);
	return ST_OK;
}

static enum status upkeep_rebuild(struct sql_db *db, struct command_line *line,
                                  struct problem *problem)
{
	int64_t events = 0;
	enum status status = sql_transaction_begin(db);

	(void)line;
	if (status == ST_OK)
		status = project_rebuild(db, &events, problem);
	if (status == ST_OK)
		status = sql_transaction_commit(db);
	else
		sql_transaction_rollback(db);
	if (status == ST_OK)
		printf("%lld events folded anew.\n", (long long)events);
	return status;
}

int app_rebuild(int argc, char **argv)
{
	return upkeep_with(argc, argv, SQL_OPEN_WRITER, true, upkeep_rebuild);
}

static enum status upkeep_backup(struct sql_db *db, struct command_line *line,
                                 struct problem *problem)
{
	enum status status;

	if (line->rest_count != 1)
		return problem_set(problem, ST_INVALID, "backup",
		                   "Name the file to write: holdfast backup "
		                   "FILE --data FOLDER.");
	status = sql_backup(db, line->rest[0]);
	if (status == ST_CONFLICT)
		return problem_set(problem, status, "backup",
		                   "%s is there already; nothing was "
		                   "written over it.",
		                   line->rest[0]);
	if (status == ST_OK)
		printf("%s is a whole copy.\n", line->rest[0]);
	return status;
}

int app_backup(int argc, char **argv)
{
	return upkeep_with(argc, argv, SQL_OPEN_READER, false, upkeep_backup);
}

static enum status upkeep_link(struct sql_db *db, struct command_line *line,
                               struct problem *problem)
{
	const struct agency_member *member;
	struct agency *agency = NULL;
	enum status status;

	bool codes_off = line->rest_count == 2 &&
	                 strcmp(line->rest[1], "codes-off") == 0;

	if (line->rest_count != 1 && !codes_off)
		return problem_set(problem, ST_INVALID, "link",
		                   "Name the member by address: holdfast link "
		                   "ADDRESS [codes-off] --data FOLDER.");
	status = agency_load(db, zones_load, NULL, &agency, problem);
	if (status != ST_OK)
		return status;
	member = agency_member_by_address(agency, str_of(line->rest[0]));
	if (member && member->record.active && codes_off)
		status = totp_remove(db, member->record.id);
	if (status == ST_OK && member && member->record.active)
		status = upkeep_make_link(db, line, member->record.id);
	else if (status == ST_OK)
		status = problem_set(problem, ST_NOT_FOUND, "link",
		                     "There is no active member with the "
		                     "address %s.",
		                     line->rest[0]);
	agency_release(&agency);
	return status;
}

int app_link(int argc, char **argv)
{
	return upkeep_with(argc, argv, SQL_OPEN_WRITER, false, upkeep_link);
}
