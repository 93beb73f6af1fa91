/*
 * Mail addresses: reading header lists, one documented normal form, and what
 * can be told from an address alone. The normal form is the only one in which
 * addresses are compared: outer white space and one trailing dot of the domain
 * are gone, ASCII letters of the domain are lower case, and nothing else
 * changes. Sub-addresses, quoted local parts and xn-- labels stay as they are.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "mail/message.h"

/*
 * Reads a header value, encoded as it came. Groups are opened, comments and
 * routes dropped. false: something in it was not an address list; what could
 * be read is there all the same, at most LIMIT_ADDRESSES entries.
 */
bool address_list_parse(struct arena *arena, struct str value,
                        struct mail_addresses *addresses_out);

struct str address_normalise(struct arena *arena, struct str address);

/* An addr-spec that can be sent to: one @, no space, control or bracket. */
bool address_valid(struct str address);
struct str address_local(struct str address);  /* before the last @ */
struct str address_domain(struct str address); /* after it, "" if none */

/*
 * The domain that names a company: "shop.example.co.uk" is "example.co.uk" by
 * the public suffix list. "" for public mail providers, public suffixes, IP
 * literals and what is no domain. Borrowed from the argument.
 */
struct str address_company(struct str domain);
struct str address_registrable(struct str domain); /* providers included */
bool address_is_public_mail(struct str domain);    /* gmail.com and such */

/* A machine's mailbox: mailer-daemon, no-reply, bounces and such. */
bool address_is_machine(struct str address);

/*
 * `Name <local@domain>` for a header: the name quoted or encoded as needed and
 * never able to add a recipient or a line. Nothing when the address is not
 * valid. A long name is followed by a fold.
 */
void address_print(struct buf *out, const struct mail_address *address);

#endif
