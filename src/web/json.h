/*
 * Writing JSON straight into a buffer: commas, escapes and numbers are taken
 * care of, order is the order of the calls. What is not valid UTF-8 is written
 * as U+FFFD, so an answer always parses. The buffer latches its own maximum;
 * the writer never fails by itself.
 */
#ifndef WEB_JSON_H
#define WEB_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/str.h"

struct json_out {
	struct buf *buf; /* borrowed */
	bool comma;      /* the next value needs one before it */
};

void out_init(struct json_out *out, struct buf *buf);

/* `bracket` is '{' or '['; each is closed with its counterpart. */
void out_open(struct json_out *out, char bracket);
void out_close(struct json_out *out, char bracket);
void out_key(struct json_out *out, const char *key);

void out_str(struct json_out *out, struct str value);
void out_i64(struct json_out *out, int64_t value);
void out_bool(struct json_out *out, bool value);
void out_null(struct json_out *out);
/* JSON text that is known to be whole. */
void out_json(struct json_out *out, struct str text);

/* Key and value in one call. */
void out_key_open(struct json_out *out, const char *key, char bracket);
void out_key_str(struct json_out *out, const char *key, struct str value);
void out_key_text(struct json_out *out, const char *key, const char *value);
void out_key_i64(struct json_out *out, const char *key, int64_t value);
void out_key_bool(struct json_out *out, const char *key, bool value);
void out_key_null(struct json_out *out, const char *key);
/* Records keep 0 for "never" and "nobody"; answers say null. */
void out_key_at(struct json_out *out, const char *key, instant_ms at);
void out_key_id(struct json_out *out, const char *key, int64_t id);
/* An empty text is null. */
void out_key_str_or_null(struct json_out *out, const char *key,
                         struct str value);

#endif
