/*
 * Reading the agency: what agency.c and agency_brand.c share. Nobody else
 * includes this.
 */
#ifndef DESK_AGENCY_PRIVATE_H
#define DESK_AGENCY_PRIVATE_H

#include "desk/agency.h"
#include "store/content.h"

struct agency_reader {
	struct sql_db *db;
	const struct agency *former;
	struct agency *agency;
	agency_zone load_zone;
	struct problem *problem;
};

static inline enum status agency_word(struct agency_reader *r, int64_t event,
                                      enum slot slot, struct str *text_out)
{
	return content_read(r->db, r->agency->arena, event, slot, text_out);
}

CHECKED enum status agency_build_calendar(struct agency_reader *r,
                                          struct str text,
                                          const struct calendar **zoned_out,
                                          const struct zone **zone_out);
CHECKED enum status agency_read_brands(struct agency_reader *r);
/* The hours of each address; brands and calendars are read already. */
CHECKED enum status agency_read_hours(struct agency_reader *r);

#endif
