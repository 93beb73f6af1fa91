/* Where a workspace lies, and how commands open it. */
#ifndef APP_WORKSPACE_H
#define APP_WORKSPACE_H

#include "app/config.h"
#include "store/sql.h"

/* What every command begins with: settings, and memory. */
struct command_line {
	struct arena *arena;
	struct config config;
	char **rest;
	int rest_count;
};

/* False after it has said what is wrong; the exit code is EX_USAGE. */
bool command_line_read(int argc, char **argv, struct command_line *line_out);

/* What a restore keeps of the one before it: DATA/workspace.db.before-TIME */
#define WORKSPACE_FORMER "workspace.db.before-"

/* DATA/workspace.db */
char *workspace_file(struct arena *arena, const struct config *config);
/* Makes the folder, for us alone. False after saying why it cannot be. */
bool workspace_folder(const struct config *config);
/*
 * Keeps the folder for this process until it ends: a desk that runs in it, or
 * a command that may not run beside one. ST_BUSY when somebody else has it.
 */
CHECKED enum status workspace_lock(const struct config *config,
                                   struct problem *problem);
/* "holdfast: FIELD: TEXT" on standard error. */
void workspace_complain(const struct problem *problem);

#endif
