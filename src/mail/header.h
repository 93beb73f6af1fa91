/*
 * The header block of a message or part: fields as written, and what is inside
 * their values: encoded words (RFC 2047), parameters (RFC 2231), ids. Takes
 * every known way of getting these wrong; linear in the input.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "mail/message.h"

#define HEADER_FIELDS_MAX 2000u
#define HEADER_PARAMS_MAX 128u

struct header_field {
	struct str name;  /* as written, no colon */
	struct str value; /* as written, with its folds */
};

struct header {
	struct header_field *fields;
	size_t count;
	size_t length; /* bytes of the block with its empty line */
	bool has_junk; /* lines that are no field were skipped */
	bool is_cut;   /* more bytes or fields than the limits allow */
};

/* Never fails; no header at all gives count 0 and length 0. */
void header_parse(struct arena *arena, struct str bytes,
                  struct header *header_out);

/* First field of that name (ASCII case ignored); false when absent. */
bool header_find(const struct header *header, struct str name,
                 struct str *value_out);
unsigned header_count(const struct header *header, struct str name);

/* One line, folds undone, control characters gone, still encoded. */
struct str header_unfold(struct arena *arena, struct str value);
/* The same as text for people: encoded words decoded, trimmed, UTF-8. */
struct str header_text(struct arena *arena, struct str value);
/* header_text() of the first field of that name, "" when absent. */
struct str header_get(struct arena *arena, const struct header *header,
                      struct str name);

/* "text/plain; charset=x": the token, lower case, and the parameters. */
struct header_param {
	struct str name;  /* lower case, without RFC 2231 marks */
	struct str value; /* decoded */
};

struct header_params {
	struct str token;
	struct header_param *items;
	size_t count;
};

void header_params_parse(struct arena *arena, struct str value,
                         struct header_params *params_out);
/* "" when absent. */
struct str header_param(const struct header_params *params, struct str name);

/* Message ids of a value, without <>, the first `max` and never over it. */
void header_ids(struct arena *arena, struct str value, size_t max,
                struct mail_ids *ids_out);

/* Decodes encoded words in text that is already unfolded. */
struct str header_decode_words(struct arena *arena, struct str text);

#endif
