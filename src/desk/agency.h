/*
 * The agency as the desk needs it at hand: members, addresses, calendar and
 * playbook versions, its name. Read once from the store and again whenever a
 * command changed it; never changed in place, so that other threads may read
 * one while the next is made.
 */
#ifndef DESK_AGENCY_H
#define DESK_AGENCY_H

#include "base/zone.h"
#include "core/decision.h"
#include "core/record.h"
#include "store/sql.h"

#define AGENCY_MEMBERS_MAX   500
#define AGENCY_ADDRESSES_MAX 100
#define AGENCY_VERSIONS_MAX  500
#define AGENCY_BRANDS_MAX    200
#define AGENCY_UNDO_MS       (10 * SPAN_SECOND)

struct agency_member {
	struct member record;
	struct str name, address;
};

struct agency_address {
	struct address record;
	struct str name, address, signature;
};

/* A face of the agency: what mail to and from its addresses wears. */
struct agency_brand {
	struct item record;
	bool active; /* else its addresses speak for the agency itself */
	struct str name, from_name, signature, footer, colour;
};

/* A parsed playbook; agencies read one after another share it. */
struct agency_playbook;

struct agency {
	struct arena *arena;
	bool exists; /* false: nobody has set it up yet */
	struct str name, zone_name;
	const struct zone *zone;
	span_ms undo_ms;
	struct agency_member *members;
	size_t member_count;
	struct agency_address *addresses;
	size_t address_count;
	struct agency_brand *brands; /* also those that were removed */
	size_t brand_count;
	struct str calendar_text; /* JSON of the newest */
	int64_t calendar_version;
	struct str playbook_text;           /* YAML of the newest */
	struct agency_playbook **playbooks; /* one a version, shared */
	struct rules rules;
};

typedef enum status (*agency_zone)(struct arena *arena, struct str name,
                                   const struct zone **zone_out,
                                   struct problem *problem_out);

/* `former` (may be NULL) lends the playbooks that it has parsed already. */
CHECKED enum status agency_load(struct sql_db *db, agency_zone load_zone,
                                const struct agency *former,
                                struct agency **agency_out,
                                struct problem *problem_out);
/* Loads anew and puts it in place of the old one, which is released. */
CHECKED enum status agency_reload(struct sql_db *db, agency_zone load_zone,
                                  struct agency **agency);
void agency_release(struct agency **agency);

/* NULL when there is none. Addresses compare without case and sub-address. */
const struct agency_member *agency_member(const struct agency *agency,
                                          int64_t id);
const struct agency_member *
agency_member_by_address(const struct agency *agency, struct str address);
const struct agency_address *agency_address(const struct agency *agency,
                                            int64_t id);
const struct agency_address *agency_address_by_text(const struct agency *agency,
                                                    struct str address);

/* NULL when there is none, or it was removed. */
const struct agency_brand *agency_brand(const struct agency *agency,
                                        int64_t id);
/* The brand of one of our addresses; NULL: the agency itself. */
const struct agency_brand *agency_brand_of(const struct agency *agency,
                                           int64_t address);
/*
 * What mail from one of our addresses says of who it is from, and what stands
 * below its words: the brand's, else the address's own, else the agency's.
 */
struct str agency_from_name(const struct agency *agency,
                            const struct agency_address *address);
struct str agency_signature(const struct agency *agency,
                            const struct agency_address *address);

#endif
