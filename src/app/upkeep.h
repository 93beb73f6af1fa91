/*
 * Commands of the operator on a workspace. `rebuild`, `restore` and `erase`
 * want the desk stopped, and say so; the others may run beside it.
 */
#ifndef APP_UPKEEP_H
#define APP_UPKEEP_H

#include "store/sql.h"

/* The exit code of sysexits.h for a status, after saying what is wrong. */
int upkeep_exit(enum status status, const struct problem *problem);
struct command_line;
typedef enum status (*upkeep_run)(struct sql_db *db, struct command_line *line,
                                  struct problem *problem);
/*
 * Opens the workspace of the command line for `run`, and closes it; `alone`
 * refuses to do so beside a desk that runs. Gives the exit code.
 */
int upkeep_with(int argc, char **argv, enum sql_open how, bool alone,
                upkeep_run run);
/* What the store said, when nothing better is known. */
void upkeep_explain(struct sql_db *db, enum status status,
                    struct problem *problem);
/*
 * Makes a one-time link for a member and prints "Open .../sign-in#TOKEN". `db`
 * is a writer's, inside a transaction or not.
 */
CHECKED enum status upkeep_make_link(struct sql_db *db,
                                     struct command_line *line, int64_t member);
/* Everything that `check` proves, with its report. */
CHECKED enum status upkeep_prove(struct sql_db *db, struct problem *problem);

int app_link(int argc, char **argv);
int app_check(int argc, char **argv);
int app_rebuild(int argc, char **argv);
int app_backup(int argc, char **argv);
int app_restore(int argc, char **argv);
int app_erase(int argc, char **argv);
/* Wants the desk stopped, too. */
int app_import(int argc, char **argv);

#endif
