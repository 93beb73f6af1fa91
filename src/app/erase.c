/*
 * Forgetting a person, in the workspace and in the former ones that restores
 * have left beside it. Copies elsewhere are the operator's: when one is put
 * back, the person is forgotten in it again.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "app/upkeep.h"
#include "app/workspace.h"
#include "desk/erase.h"
#include "node/node.h"
#include "node/zones.h"

#define ERASE_ERASURES_MAX 10000

static const struct desk_ports erase_ports = {node_random, zones_load};

struct erase {
	struct command_line *line;
	struct problem *problem;
	instant_ms now;
	struct erasure *erasures; /* of this run */
	size_t erasure_count;
};

/* Who was forgotten just now: the person's records, as others know them. */
static enum status erase_read(struct erase *e, struct sql_db *db)
{
	struct erasure *all =
		arena_array(e->line->arena, ERASE_ERASURES_MAX, sizeof(*all));
	size_t count = 0;
	enum status status = desk_erasures(db, all, ERASE_ERASURES_MAX, &count);

	e->erasures = all;
	for (size_t i = 0; i < count && status == ST_OK; i++) {
		if (all[i].at >= e->now)
			e->erasures[e->erasure_count++] = all[i];
	}
	return status;
}

static enum status erase_in_file(struct erase *e, const char *path)
{
	struct sql_db *db = NULL;
	struct desk desk = {0};
	enum status status = sql_open(path, SQL_OPEN_WRITER, &db, e->problem);

	if (status == ST_OK)
		status = desk_open(&desk, db, &erase_ports, e->problem);
	for (size_t i = 0; i < e->erasure_count && status == ST_OK; i++)
		status = desk_erase_again(&desk, &e->erasures[i], e->problem);
	if (status == ST_OK)
		status = sql_checkpoint(db);
	desk_close(&desk);
	if (db)
		upkeep_explain(db, status, e->problem);
	sql_close(&db);
	return status;
}

static bool erase_is_former(struct str name)
{
	return str_starts(name, STR(WORKSPACE_FORMER)) &&
	       !str_ends(name, STR("-wal")) && !str_ends(name, STR("-shm"));
}

static enum status erase_in_former(struct erase *e)
{
	struct arena *arena = e->line->arena;
	struct str data = config_get(&e->line->config, CONFIG_DATA);
	DIR *folder = opendir(str_cstr(arena, data));
	const struct dirent *entry;
	enum status status = ST_OK;

	if (!folder)
		return problem_set(e->problem, ST_STORE, "data",
		                   "%.*s cannot be listed: %m.", STR_ARG(data));
	while (status == ST_OK && (entry = readdir(folder))) {
		if (!erase_is_former(str_of(entry->d_name)))
			continue;
		status = erase_in_file(
			e, str_cstr(arena,
		                    str_printf(arena, "%.*s/%s", STR_ARG(data),
		                               entry->d_name)));
	}
	closedir(folder);
	return status;
}

static enum status erase_run(struct sql_db *db, struct command_line *line,
                             struct problem *problem)
{
	struct erase e = {
		.line = line, .problem = problem, .now = node_system_now()};
	struct erased erased = {0};
	struct desk desk;
	int64_t contact;
	enum status status;

	if (line->rest_count != 1 ||
	    !str_to_i64(str_of(line->rest[0]), &contact))
		return problem_set(problem, ST_INVALID, "erase",
		                   "Name the contact by its number: holdfast "
		                   "erase CONTACT --data FOLDER.");
	status = desk_open(&desk, db, &erase_ports, problem);
	if (status != ST_OK)
		return status;
	status = desk_erase(&desk, e.now, contact, &erased, problem);
	desk_close(&desk);
	if (status == ST_OK)
		status = erase_read(&e, db);
	if (status == ST_OK)
		status = erase_in_former(&e);
	if (status == ST_OK)
		printf("Contact %lld is forgotten: the words of %lld events "
		       "and %lld files are gone. The log still verifies.\n",
		       (long long)contact, (long long)erased.contents,
		       (long long)erased.blobs);
	return status;
}

int app_erase(int argc, char **argv)
{
	return upkeep_with(argc, argv, SQL_OPEN_WRITER, true, erase_run);
}
