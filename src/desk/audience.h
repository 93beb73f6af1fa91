/*
 * Whom an answer on a thread reaches. It is derived from the message that is
 * answered and from what everybody is on the thread: the client's people stay
 * with the client, a vendor's with the vendor, other clients' people with
 * nobody, and our own addresses are never among them. doc/recipients.md.
 */
#ifndef DESK_AUDIENCE_H
#define DESK_AUDIENCE_H

#include "desk/agency.h"
#include "store/view.h"

#define AUDIENCE_MAX 50

struct audience_person {
	int64_t contact; /* 0: an address that we know nobody by */
	enum participant_role role;
	/* Who may read with whom: the same number, the same side. 0: anybody.
	 */
	int64_t side;
	struct str name, address;
	bool suppressed;
};

enum audience_what {
	AUDIENCE_ADDED,
	AUDIENCE_REMOVED,
	AUDIENCE_VENDOR,       /* left out: on the vendor's side */
	AUDIENCE_OTHER_CLIENT, /* left out: another client's, or unknown */
	AUDIENCE_SUPPRESSED,   /* their address failed or complained */
	AUDIENCE_WHAT_COUNT
};
/* "added", "removed", "vendor", "other_client", "suppressed" */
extern const char *const audience_what_names[AUDIENCE_WHAT_COUNT];

struct audience_change {
	struct str name, address;
	enum audience_what what;
};

struct audience {
	struct audience_person to[AUDIENCE_MAX], cc[AUDIENCE_MAX];
	size_t to_count, cc_count;
	/* What differs from the last message of ours, else from theirs. */
	struct audience_change changes[AUDIENCE_MAX];
	size_t change_count;
	int64_t answers; /* the message that is answered; 0: none */
	int64_t newest;  /* in or out, on the thread; 0: none */
};

/* An audience is large: have it in an arena. */
CHECKED enum status audience_of(struct sql_db *db, const struct agency *agency,
                                struct arena *arena,
                                const struct ticket *ticket,
                                struct audience *audience_out);
/*
 * One address on a thread: who that is there, and on which side. ST_NOT_FOUND
 * when it is one of ours, which is no recipient.
 */
CHECKED enum status
audience_address(struct sql_db *db, const struct agency *agency,
                 struct arena *arena, const struct ticket *ticket,
                 struct str address, struct audience_person *person_out);
/* The newest message on the thread that is not of `actor`; 0: none. */
CHECKED enum status audience_newest(struct sql_db *db, int64_t ticket,
                                    int64_t actor, int64_t *newest_out);
/* The client that is left of it after merges. */
CHECKED enum status audience_client(struct sql_db *db, int64_t *client);
/* "Name <address>" or an address, as words of a message hold them. */
struct audience_person audience_line(struct str line);

#endif
