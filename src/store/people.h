/*
 * Companies and people for reading. Readers only.
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "base/arena.h"
#include "core/record.h"
#include "store/sql.h"

struct client_row {
	struct client client;
	struct str name, domain;
	int64_t contacts;
};

/* Most recently heard of first; after that place. Zero: at the top. */
struct client_place {
	int64_t last_in_at, id;
};

/*
 * A page of companies whose name or domain contains `like`, ignoring the case
 * of ASCII letters; empty: all.
 */
CHECKED enum status people_clients(struct sql_db *db, struct arena *arena,
                                   struct str like, struct client_place after,
                                   size_t room, struct client_row *rows_out,
                                   size_t *count_out);
/* ST_NOT_FOUND. */
CHECKED enum status people_client(struct sql_db *db, struct arena *arena,
                                  int64_t id, struct client_row *row_out);

struct contact_row {
	struct contact contact;
	struct str name, address;
};

/* Those of a company that were not merged away; at most 1000. */
CHECKED enum status people_contacts(struct sql_db *db, struct arena *arena,
                                    int64_t client,
                                    struct contact_row **rows_out,
                                    size_t *count_out);
/* ST_NOT_FOUND. */
CHECKED enum status people_contact(struct sql_db *db, struct arena *arena,
                                   int64_t id, struct contact_row *row_out);

#endif
