/* Shared by the files that move mail in; nobody else includes this. */
#ifndef NODE_MOVEIN_PRIVATE_H
#define NODE_MOVEIN_PRIVATE_H

#include "mail/scan.h"
#include "node/movein.h"
#include "node/node_private.h"
#include "store/import.h"

/* The files of one import, one after the other. */
struct movein_source {
	int fds[MOVEIN_FILES_MAX];
	int64_t sizes[MOVEIN_FILES_MAX];
	struct str names[MOVEIN_FILES_MAX]; /* as labels */
	size_t count;
};

/* One mail of the source. */
struct movein_entry {
	int64_t offset, length; /* with its "From " line */
	instant_ms at;
	int64_t thread; /* where the thread's first mail stands */
	int64_t owner;
	uint32_t n; /* its place in the source, from 1 */
	uint16_t file;
	uint8_t type;
	bool cut; /* the file ends in the middle of it */
};

struct movein_index {
	struct movein_entry *entries; /* in the order of time; malloc'd */
	size_t count;
};

/* What an import's labels mean. */
struct movein_rule {
	struct str label;
	int64_t type, owner;
};
struct movein_rules {
	struct movein_rule *list;
	size_t count;
	struct str *mine;
	size_t mine_count;
};

/* The first line of a mail that was fetched: flags and keywords. */
#define MOVEIN_FLAGS SCAN_FLAGS ": "

/* Fetches the folder of an import into its spool, from where it was. */
CHECKED enum status movein_fetch(struct node *node, const struct import *import,
                                 struct arena *arena,
                                 struct problem *problem_out);
/* Where the bytes of an import lie that came in pieces. */
char *movein_spool(const struct node *node, struct arena *arena,
                   int64_t import);
/* Reads labels and addresses of ours as they were asked for. */
void movein_rules_read(struct arena *arena, const struct import *import,
                       struct movein_rules *rules_out);
/* The words when the file is none that can be read; ST_INVALID. */
CHECKED enum status movein_source_check(const struct movein_source *source,
                                        struct problem *problem_out);
/* Bytes [at, at + length) of a file, fewer at its end. ST_BUSY. */
CHECKED enum status movein_source_read(const struct movein_source *source,
                                       size_t file, int64_t at, char *bytes,
                                       size_t length, size_t *length_out);
void movein_source_close(struct movein_source *source);

/* Called for each mail in the order of the source, by one thread. */
typedef void (*movein_each)(void *context, const struct movein_entry *entry,
                            const struct mail_scan *scan);
/*
 * Looks at the head of every mail. `going` may be NULL; a false from it ends
 * the look with ST_CONFLICT.
 */
CHECKED enum status movein_scan(struct node *node,
                                const struct movein_source *source,
                                movein_each each, void *context,
                                bool (*going)(void *context));
/* The order in which they are filed, with threads, types and owners. */
CHECKED enum status movein_index_make(struct node *node,
                                      const struct movein_source *source,
                                      const struct movein_rules *rules,
                                      struct movein_index *index_out);
void movein_index_release(struct movein_index *index);

/*
 * Files what has not been, from `import->read` on. ST_CONFLICT: somebody
 * stopped it; ST_BUSY and ST_STORE: it can go on later from where it is.
 */
CHECKED enum status movein_file(struct node *node, const struct import *import,
                                const struct movein_source *source,
                                const struct movein_rules *rules,
                                const struct movein_index *index);

#endif
