/*
 * The words of events. Each row is bound to its event by a commitment:
 * BLAKE2b over the salt, the slot and the text. Erasing empties salt and text;
 * without the salt the commitment tells nothing.
 */
#ifndef STORE_CONTENT_H
#define STORE_CONTENT_H

#include "core/content.h"
#include "store/sql.h"

void content_commit(enum slot slot, struct str text, const unsigned char *salt,
                    unsigned char *hash_out);
CHECKED enum status content_write(struct sql_db *db,
                                  const struct content *content,
                                  const unsigned char *salt);
/* Empty text, and ST_OK, when there are no such words or they were erased. */
CHECKED enum status content_read(struct sql_db *db, struct arena *arena,
                                 int64_t event, enum slot slot,
                                 struct str *text_out);

struct content_stored {
	enum slot slot;
	bool erased;
	struct str text;
	unsigned char salt[16];
};
/* All words of an event in slot order; `out` has room for SLOT_COUNT. */
CHECKED enum status content_read_all(struct sql_db *db, struct arena *arena,
                                     int64_t event, struct content_stored *out,
                                     size_t *count_out);
/* Empties one row, or with SLOT_NONE all rows of the event. */
CHECKED enum status content_erase(struct sql_db *db, int64_t event,
                                  enum slot slot);
/*
 * Events with words that contain `needle`, ignoring ASCII case, after
 * `after`, in order; at most `room`.
 */
CHECKED enum status content_search(struct sql_db *db, struct str needle,
                                   int64_t after, int64_t *events_out,
                                   enum slot *slots_out, size_t room,
                                   size_t *count_out);

#endif
