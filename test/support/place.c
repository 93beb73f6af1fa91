#include "support/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

int place_make(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	/* In memory, where a sync costs nothing: thousands are made here. */
	snprintf(place->folder, sizeof(place->folder), "/dev/shm/sql-XXXXXX");
	if (mkdtemp(place->folder) == NULL) {
		snprintf(place->folder, sizeof(place->folder),
		         "/tmp/sql-XXXXXX");
		if (mkdtemp(place->folder) == NULL)
			return -1;
	}
	snprintf(place->path, sizeof(place->path), "%s/desk.db", place->folder);
	*state = place;
	return 0;
}

void place_clear(const struct place *place)
{
	static const char *const names[] = {"desk.db", "desk.db-wal",
	                                    "desk.db-shm", "copy.db"};
	char path[192];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->folder, names[i]);
		unlink(path);
	}
}

int place_remove(void **state)
{
	struct place *place = *state;

	place_clear(place);
	rmdir(place->folder);
	free(place);
	return 0;
}

struct sql_db *writer_open(const char *path)
{
	struct sql_db *db = NULL;
	struct problem problem = {0};

	if (sql_open(path, SQL_OPEN_WRITER, &db, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	return db;
}

struct sql_db *reader_open(const char *path)
{
	struct sql_db *db = NULL;
	struct problem problem = {0};

	if (sql_open(path, SQL_OPEN_READER, &db, &problem) != ST_OK)
		fail_msg("%s", problem.text);
	return db;
}
