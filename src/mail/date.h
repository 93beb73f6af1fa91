/*
 * Dates of mail headers (RFC 5322), as written by programs that have not read
 * it: months in a few languages, ISO dates, missing zones (taken as UTC).
 */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stdbool.h>

#include "base/instant.h"
#include "base/str.h"

/* false leaves the out parameter alone. `text` is unfolded. */
bool mail_date_parse(struct str text, instant_ms *at_out);

/*
 * The month (1 to 12) that a word begins with, in English, German, French,
 * Spanish, Portuguese, Italian, Dutch, Swedish, Danish, Norwegian or Polish;
 * 0 if none.
 */
int mail_date_month(struct str word);

#define MAIL_DATE_SIZE 40
/* "Tue, 10 Nov 2026 09:00:00 +0100"; the zone is minutes east of UTC. */
void mail_date_print(instant_ms at, int zone_minutes,
                     char text_out[MAIL_DATE_SIZE]);

#endif
