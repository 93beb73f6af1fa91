/*
 * The books: every mail that was accepted is somewhere, once; every blob is
 * what was written; nothing refers to what is not there.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "store/sql.h"

struct audit {
	/* accepted = the sum of the others, a mail for each recipient. */
	int64_t accepted;
	int64_t waiting, opened, appended, quarantined, duplicate, loop;
	int64_t answered; /* members' answers to notices */
	int64_t blobs, blobs_erased;
};

/* ST_INVALID with a problem that names what does not balance. */
CHECKED enum status audit_run(struct sql_db *db, struct audit *audit_out,
                              struct problem *problem_out);

#endif
