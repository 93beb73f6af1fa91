/*
 * Who reads an answer: shown before it is written, and named when it is
 * refused.
 */
#ifndef WEB_AUDIENCE_H
#define WEB_AUDIENCE_H

#include "desk/reply.h"
#include "web/render/render.h"
#include "web/request.h"

/* Members "answer_to" and "audience" of an open object. */
CHECKED enum status render_audience(const struct reading *reading,
                                    struct json_out *out,
                                    const struct ticket *ticket);
/*
 * A reply that was refused with ST_CONFLICT: a problem with its own type and
 * what is needed to decide. Answers ST_CONFLICT when it is of no such type.
 */
CHECKED enum status audience_refusal(struct request *request,
                                     struct response *response,
                                     const struct reply *reply);

#endif
