/*
 * Drafts that members share: one a thread, one who writes it at a time. A
 * change names the version that it was made to, so that two windows do not
 * write over each other.
 */
#ifndef DESK_DRAFTS_H
#define DESK_DRAFTS_H

#include "desk/desk.h"
#include "store/draft.h"

#define DRAFTS_MAX           20000 /* of all threads */
#define DRAFT_DOCUMENT_BYTES (768u << 10)
#define DRAFT_FILES_MAX      50

struct draft_command {
	int64_t ticket;
	int64_t version; /* that it was made to; 0: there was none */
	bool take, ready;
	struct str document;
	const int64_t *files; /* uploads that it names */
	size_t file_count;
};

/*
 * ST_CONFLICT with the problem's type "held" (another member writes it, and
 * `take` is not set) or "moved_on" (it is not at that version any more).
 */
CHECKED enum status desk_draft_save(struct desk *desk, const struct turn *turn,
                                    const struct draft_command *asked,
                                    struct problem *problem_out);
/* Only by its writer; another takes it over first. ST_CONFLICT "held". */
CHECKED enum status desk_draft_drop(struct desk *desk, const struct turn *turn,
                                    int64_t ticket,
                                    struct problem *problem_out);
/* Whoever wrote it has answered. */
CHECKED enum status drafts_answered(struct desk *desk, int64_t ticket,
                                    int64_t member);

#endif
