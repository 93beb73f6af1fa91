/*
 * Our message ids: random, with a signature that only we can make, so that an
 * answer to one proves that its sender has seen our mail. Nothing about ticket
 * or client can be read from them.
 */
#ifndef DESK_TOKEN_H
#define DESK_TOKEN_H

#include "desk/desk.h"

/* "hf.RANDOM.SIGNATURE@domain", of the domain of `address`. */
CHECKED enum status token_message_id(struct desk *desk, struct arena *arena,
                                     struct str address,
                                     struct str *message_id_out);
/* Whether we made it. */
CHECKED enum status token_is_ours(struct desk *desk, struct arena *arena,
                                  struct str message_id, bool *ours_out);
/* The value of our loop header for a message id. */
CHECKED enum status token_loop(struct desk *desk, struct arena *arena,
                               struct str message_id, struct str *value_out);

/* The same for letters to members: "hn.RANDOM.SIGNATURE@domain". */
CHECKED enum status token_letter_id(struct desk *desk, struct arena *arena,
                                    struct str address,
                                    struct str *message_id_out);
CHECKED enum status token_is_letter(struct desk *desk, struct arena *arena,
                                    struct str message_id, bool *ours_out);

/*
 * The address to which a member answers a notice: the desk's own with a token
 * bound to notice, member, ticket and time. Empty when it would be too long
 * for a mail address.
 */
CHECKED enum status token_answer_address(struct desk *desk, struct arena *arena,
                                         struct str address,
                                         const struct notice *notice,
                                         struct str *answer_out);
/* The notice that an address claims to answer; 0: it is no such address. */
int64_t token_answer_claims(struct str address);
/* Whether we made that address for that notice. */
CHECKED enum status token_answer_is_ours(struct desk *desk, struct arena *arena,
                                         struct str address,
                                         const struct notice *notice,
                                         bool *ours_out);

/*
 * Our addresses with a token for one message of ours: what comes to them is
 * about it, whatever was done to the headers. "desk+r-..." is the Reply-To,
 * "desk+b-..." the envelope sender. Empty when the local part would be too
 * long, or when tokens in addresses are switched off.
 */
CHECKED enum status token_address(struct desk *desk, struct arena *arena,
                                  struct str address, char sort,
                                  int64_t message, struct str message_id,
                                  struct str *address_out);
/* The message that it names; 0: it holds no token, or not one of ours. */
CHECKED enum status token_address_read(struct desk *desk, struct arena *arena,
                                       struct str address,
                                       int64_t *message_out);

#endif
