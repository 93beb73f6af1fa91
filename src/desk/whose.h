/*
 * Whose mail it is: which person and which company, as far as that can be told
 * without believing more than an address. From is a claim, not an identity.
 */
#ifndef DESK_WHOSE_H
#define DESK_WHOSE_H

#include "core/inbound.h"
#include "desk/desk.h"
#include "mail/message.h"

/*
 * Fills in sender, company and the other people of `in`, and loads the records
 * that they have. `in->ticket` is known, if there is one.
 */
CHECKED enum status whose_mail(struct desk *desk, struct decision *d,
                               const struct mail *mail, struct inbound *in);
/* Who a mail says it is from, in lower case; empty when that is nobody. */
struct str whose_from(const struct agency *agency, struct arena *arena,
                      const struct mail *mail);
/* The contact and client of an address, loaded; both 0 when unknown. */
CHECKED enum status whose_address(struct desk *desk, struct decision *d,
                                  struct str address, int64_t *contact_out,
                                  int64_t *client_out);

#endif
