/*
 * A checked body back to text, for documents that are kept as they were sent.
 */
#ifndef WEB_JSON_TEXT_H
#define WEB_JSON_TEXT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/str.h"

struct str json_text(struct arena *arena, const json_t *tree);

#endif
