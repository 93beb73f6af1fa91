/*
 * Refusals as RFC 9457 problem documents, and the one table from status to
 * HTTP.
 */
#ifndef WEB_PROBLEM_H
#define WEB_PROBLEM_H

#include "web/request.h"

/* 404 for ST_NOT_FOUND and so on; 200 for ST_OK. */
int http_of_status(enum status status);

/*
 * Replaces whatever `response` holds. `extra` names a member that is set to
 * true ("setup"), or is NULL.
 */
void problem_answer(struct response *response, int http,
                    const struct problem *problem, const char *extra);
/* The same from request->problem and request->refused. */
void problem_of_request(const struct request *request, enum status status,
                        struct response *response);

#endif
