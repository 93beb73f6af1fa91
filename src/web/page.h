/*
 * The interface's files, embedded in the program: compressed once at build
 * time, answered with a validator, and for ever cacheable where the name holds
 * a hash. A path that is no file but a place in the interface gets its first
 * page.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/asset.h"
#include "web/request.h"

CHECKED enum status page_answer(const struct asset *assets, size_t count,
                                struct request *request,
                                struct response *response);

#endif
