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

#endif
