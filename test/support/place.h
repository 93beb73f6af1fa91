/*
 * A folder of its own for a test, in memory where that is possible, since a
 * sync costs nothing there; and workspaces opened in it. To be used as set-up
 * and tear-down of cmocka.
 */
#ifndef SUPPORT_PLACE_H
#define SUPPORT_PLACE_H

#include "store/sql.h"

struct place {
	char folder[64];
	char path[128]; /* of a workspace in it, which is not there yet */
};

int place_make(void **state);
int place_remove(void **state);
/* Removes the workspace, its log and its copies. */
void place_clear(const struct place *place);

/* These fail the test with the reason. */
struct sql_db *writer_open(const char *path);
struct sql_db *reader_open(const char *path);

#endif
