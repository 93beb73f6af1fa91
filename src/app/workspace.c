#include "app/workspace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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
