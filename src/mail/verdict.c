#include "mail/verdict.h"

/* Comments in parentheses may hold anything; they say nothing to us. */
static struct str verdict_uncomment(struct arena *arena, struct str value)
{
	char *text = arena_alloc(arena, value.length + 1);
	size_t length = 0, depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.text[i];

		if (c == '\\' && i + 1 < value.length && (quoted || depth)) {
			i++;
			continue;
		}
		if (c == '"' && depth == 0) {
			quoted = !quoted;
			continue;
		}
		if (quoted)
			continue;
		if (c == '(')
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (depth == 0)
			text[length++] = c;
	}
	return (struct str){text, length};
}

/* "pass" of "dkim = pass header.d=..."; empty when it is of another method. */
static struct str verdict_of(struct str part, struct str method)
{
	size_t equals = str_find_char(part, '=', 0), end;
	struct str name = str_trim(str_sub(part, 0, equals)), result;
	size_t slash = str_find_char(name, '/', 0);

	if (equals == part.length ||
	    !str_equal_nocase(str_sub(name, 0, slash), method))
		return STR("");
	result = str_trim(str_sub(part, equals + 1, part.length));
	for (end = 0; end < result.length; end++) {
		char c = (char)(result.text[end] | 0x20);

		if (c < 'a' || c > 'z')
			break;
	}
	return str_sub(result, 0, end < 16 ? end : 16);
}

/* Several signatures: one that holds is enough. */
static void verdict_note(struct arena *arena, struct str *known,
                         struct str found)
{
	if (found.length == 0 || str_equal(*known, STR("pass")))
		return;
	if (known->length == 0 || str_equal_nocase(found, STR("pass")))
		*known = str_lower(arena, found);
}

static bool verdict_one(struct arena *arena, struct str value, struct str host,
                        struct verdict *out)
{
	struct str rest = verdict_uncomment(arena, value), part, id;
	size_t space;

	if (!str_split(&rest, ';', &part))
		return false;
	id = str_trim(part);
	space = str_find_char(id, ' ', 0);
	if (!str_equal_nocase(str_sub(id, 0, space), host))
		return false;
	while (str_split(&rest, ';', &part)) {
		verdict_note(arena, &out->spf, verdict_of(part, STR("spf")));
		verdict_note(arena, &out->dkim, verdict_of(part, STR("dkim")));
		verdict_note(arena, &out->dmarc,
		             verdict_of(part, STR("dmarc")));
	}
	return true;
}

bool verdict_read(struct arena *arena, struct str collected, struct str host,
                  struct verdict *out)
{
	struct str above, value, word;
	struct verdict found = {0};
	bool any = false;

	if (host.length == 0 || !str_split(&collected, '\x1f', &above))
		return false;
	/* Below the host's own Received it is what the sender wrote. */
	while (str_split(&above, ' ', &word)) {
		if (str_equal_nocase(word, host))
			return false;
	}
	while (str_split(&collected, '\x1f', &value))
		any = verdict_one(arena, value, host, &found) || any;
	if (any)
		*out = found;
	return any;
}
