/*
 * Putting a copy in the place of the workspace. The copy is proved first; what
 * was waiting to be sent in it is not sent, sessions end, and who was forgotten
 * since is forgotten in it too. The old workspace is kept beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/upkeep.h"
#include "app/workspace.h"
#include "desk/erase.h"
#include "node/node.h"
#include "node/zones.h"

#define RESTORE_ERASURES_MAX 10000

struct restore {
	struct command_line *line;
	struct problem *problem;
	char *from, *file, *fresh, *old;
	struct erasure *erasures;
	size_t erasure_count;
};

static void restore_close(struct restore *r, struct sql_db **db,
                          enum status status)
{
	if (*db)
		upkeep_explain(*db, status, r->problem);
	sql_close(db);
}

/* Who was forgotten in the workspace that is there now, if there is one. */
static enum status restore_read_erasures(struct restore *r)
{
	struct sql_db *db = NULL;
	enum status status;

	if (access(r->file, F_OK) != 0)
		return ST_OK;
	r->erasures = arena_array(r->line->arena, RESTORE_ERASURES_MAX,
	                          sizeof(*r->erasures));
	/* As a writer, which leaves no log of the engine beside the file. */
	status = sql_open(r->file, SQL_OPEN_WRITER, &db, r->problem);
	if (status == ST_OK)
		status = desk_erasures(db, r->erasures, RESTORE_ERASURES_MAX,
		                       &r->erasure_count);
	if (status == ST_OK)
		status = sql_checkpoint(db);
	restore_close(r, &db, status);
	return status;
}

/* The files that the engine keeps beside one that it closed badly. */
static void restore_unlink_beside(struct restore *r, const char *file)
{
	static const char *const ends[] = {"-wal", "-shm", "-journal"};

	for (size_t i = 0; i < 3; i++)
		unlink(str_cstr(
			r->line->arena,
			str_printf(r->line->arena, "%s%s", file, ends[i])));
}

/* The copy that is being made, or what an end in the middle left of one. */
static void restore_unlink(struct restore *r)
{
	restore_unlink_beside(r, r->fresh);
	unlink(r->fresh);
}

/* A copy of the copy, as this program has its tables, and proved. */
static enum status restore_copy(struct restore *r)
{
	struct sql_db *db = NULL;
	enum status status = sql_open(r->from, SQL_OPEN_COPY, &db, r->problem);

	restore_unlink(r);
	if (status == ST_OK)
		status = sql_integrity(db, r->problem);
	if (status == ST_OK)
		status = sql_backup(db, r->fresh);
	restore_close(r, &db, status);
	if (status == ST_OK)
		status = sql_open(r->fresh, SQL_OPEN_WRITER, &db, r->problem);
	if (status == ST_OK)
		status = upkeep_prove(db, r->problem);
	restore_close(r, &db, status);
	return status;
}

static enum status restore_disarm(struct restore *r, struct desk *desk)
{
	struct turn turn = {.arena = r->line->arena, .now = node_system_now()};
	struct outcome outcome;
	enum status status = sql_transaction_begin(desk->db);

	node_random(turn.command, sizeof(turn.command));
	if (status == ST_OK)
		status = desk_restored(desk, &turn, &outcome);
	if (status == ST_OK)
		return sql_transaction_commit(desk->db);
	sql_transaction_rollback(desk->db);
	return status;
}

static enum status restore_prepare(struct restore *r)
{
	const struct desk_ports ports = {node_random, zones_load};
	struct sql_db *db = NULL;
	struct desk desk = {0};
	enum status status =
		sql_open(r->fresh, SQL_OPEN_WRITER, &db, r->problem);

	if (status == ST_OK)
		status = desk_open(&desk, db, &ports, r->problem);
	if (status == ST_OK)
		status = restore_disarm(r, &desk);
	for (size_t i = 0; i < r->erasure_count && status == ST_OK; i++)
		status = desk_erase_again(&desk, &r->erasures[i], r->problem);
	if (status == ST_OK)
		status = sql_checkpoint(db);
	desk_close(&desk);
	restore_close(r, &db, status);
	return status;
}

/* A name is durable once its folder is. */
static void restore_sync_folder(struct restore *r)
{
	char *path = str_cstr(r->line->arena,
	                      config_get(&r->line->config, CONFIG_DATA));
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return;
	if (fsync(folder) != 0)
		fprintf(stderr, "holdfast: %s cannot be synced: %s\n", path,
		        strerror(errno));
	close(folder);
}

/* At every moment of this there is a whole workspace under its name. */
static enum status restore_swap(struct restore *r)
{
	bool had = access(r->file, F_OK) == 0;

	if (had && link(r->file, r->old) != 0)
		return problem_set(r->problem, ST_STORE, "restore",
		                   "%s cannot be kept as %s: %s.", r->file,
		                   r->old, strerror(errno));
	restore_unlink_beside(r, r->file);
	if (rename(r->fresh, r->file) != 0)
		return problem_set(r->problem, ST_STORE, "restore",
		                   "%s cannot be put in place: %s.", r->fresh,
		                   strerror(errno));
	restore_sync_folder(r);
	printf("Restored. Nothing old will be sent, and everybody signs in "
	       "anew.\n");
	if (had)
		printf("The former workspace is %s.\n", r->old);
	return ST_OK;
}

static enum status restore_run(struct command_line *line, bool verify,
                               struct problem *problem)
{
	struct restore r = {.line = line, .problem = problem};
	enum status status;

	r.from = line->rest[0];
	r.file = workspace_file(line->arena, &line->config);
	r.fresh = str_cstr(line->arena,
	                   str_printf(line->arena, "%s.restoring", r.file));
	r.old = str_cstr(line->arena,
	                 str_printf(line->arena, "%s.before-%lld", r.file,
	                            (long long)node_system_now()));
	if (access(r.from, R_OK) != 0)
		return problem_set(problem, ST_NOT_FOUND, "restore",
		                   "%s cannot be read.", r.from);
	if (verify) {
		r.fresh = str_cstr(
			line->arena,
			str_printf(line->arena, "%s.verifying", r.from));
		status = restore_copy(&r);
		restore_unlink(&r);
		return status;
	}
	if (!workspace_folder(&line->config))
		return ST_STORE;
	status = workspace_lock(&line->config, problem);
	if (status != ST_OK)
		return status;
	status = restore_read_erasures(&r);
	if (status == ST_OK)
		status = restore_copy(&r);
	if (status == ST_OK)
		status = restore_prepare(&r);
	if (status == ST_OK)
		status = restore_swap(&r);
	if (status != ST_OK)
		restore_unlink(&r);
	return status;
}

int app_restore(int argc, char **argv)
{
	struct command_line line;
	struct problem problem = {0};
	bool verify = argc > 1 && strcmp(argv[1], "--verify") == 0;
	enum status status;

	if (verify) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	if (!command_line_read(argc, argv, &line))
		return EX_USAGE;
	if (line.rest_count != 1)
		status = problem_set(&problem, ST_INVALID, "restore",
		                     "holdfast restore [--verify] FILE --data "
		                     "FOLDER");
	else
		status = restore_run(&line, verify, &problem);
	arena_free(&line.arena);
	return upkeep_exit(status, &problem);
}
