#include "app/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORKSPACE_ARENA_BYTES ((size_t)64 << 20)

void workspace_complain(const struct problem *problem)
{
	fprintf(stderr, "holdfast: %s: %s\n", problem->field, problem->text);
}

bool command_line_read(int argc, char **argv, struct command_line *line_out)
{
	struct problem problem = {0};

	*line_out = (struct command_line){0};
	line_out->arena = arena_new(WORKSPACE_ARENA_BYTES);
	line_out->rest =
		arena_array(line_out->arena, (size_t)argc + 1, sizeof(char *));
	if (config_read(line_out->arena, argc, argv, &line_out->config,
	                line_out->rest, &line_out->rest_count,
	                &problem) == ST_OK)
		return true;
	workspace_complain(&problem);
	arena_free(&line_out->arena);
	return false;
}

char *workspace_file(struct arena *arena, const struct config *config)
{
	struct str path = str_printf(arena, "%.*s/workspace.db",
	                             STR_ARG(config_get(config, CONFIG_DATA)));

	return str_cstr(arena, path);
}

bool workspace_folder(const struct config *config)
{
	struct arena *arena = arena_new(4096);
	char *path = str_cstr(arena, config_get(config, CONFIG_DATA));
	bool made = mkdir(path, 0700) == 0 || errno == EEXIST;

	if (!made)
		fprintf(stderr, "holdfast: data: %s cannot be made: %s\n", path,
		        strerror(errno));
	arena_free(&arena);
	return made;
}

enum status workspace_lock(const struct config *config, struct problem *problem)
{
	struct arena *arena = arena_new(4096);
	char *path = str_cstr(arena, config_get(config, CONFIG_DATA));
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status status = ST_OK;

	/* The system closes it, and so unlocks it, however the process ends. */
	if (folder < 0)
		status = problem_set(problem, ST_STORE, "data",
		                     "%s cannot be opened: %s.", path,
		                     strerror(errno));
	else if (flock(folder, LOCK_EX | LOCK_NB) != 0)
		status = problem_set(problem, ST_BUSY, "data",
		                     "A desk runs on %s. Stop it first.", path);
	if (status != ST_OK && folder >= 0)
		close(folder);
	arena_free(&arena);
	return status;
}
