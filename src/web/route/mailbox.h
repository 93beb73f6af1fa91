/* How mailboxes fare, for the stream and for the page of health. */
#ifndef WEB_MAILBOX_H
#define WEB_MAILBOX_H

#include "web/render/render.h"
#include "web/web.h"

/* One of them fares differently: from any thread. */
void mailbox_publish(const struct web *web, int64_t mailbox);
/* "mailboxes":[{id, name, state, since_at, said}] into an open object. */
CHECKED enum status mailbox_write_states(const struct web *web,
                                         const struct reading *reading,
                                         struct json_out *out);

#endif
