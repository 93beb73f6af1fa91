#include "mail/authres.h"

#include "mail/address.h"

/* Comments in brackets are for people. */
static struct str authres_plain(struct arena *arena, struct str value)
{
	char *text = str_cstr(arena, value);
	unsigned depth = 0;

	for (size_t i = 0; i < value.length; i++) {
		char c = text[i];

		if (c == '(')
			depth++;
		if (depth > 0 || c == '\t')
			text[i] = ' ';
		if (c == ')' && depth > 0)
			depth--;
	}
	return (struct str){text, value.length};
}

/* The next word, up to white space. */
static bool authres_word(struct str *rest, struct str *word_out)
{
	size_t end;

	*rest = str_trim(*rest);
	if (rest->length == 0)
		return false;
	end = str_find_char(*rest, ' ', 0);
	*word_out = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end, rest->length);
	return true;
}

static bool authres_aligned(struct str value, struct str domain)
{
	size_t at = str_find_char(value, '@', 0);
	struct str other = at < value.length
	                           ? str_sub(value, at + 1, value.length)
	                           : value;
	struct str company = address_registrable(domain);

	return company.length > 0 &&
	       str_equal_nocase(address_registrable(other), company);
}

/* One method: "dkim=pass header.d=example.com". */
static enum authres authres_method(struct str item, struct str domain)
{
	/* clang-format off */
	static const struct {
		struct str method, first, second;
	} methods[] = {
		{STR("dmarc"), STR("header.from"),   STR("")},
		{STR("dkim"),  STR("header.d"),      STR("header.i")},
		{STR("spf"),   STR("smtp.mailfrom"), STR("")},
	};
	/* clang-format on */
	struct str word, rest = item;
	size_t equals, known = 0;

	if (!authres_word(&rest, &word))
		return AUTHRES_NONE;
	equals = str_find_char(word, '=', 0);
	while (known < 3 && !str_equal_nocase(str_sub(word, 0, equals),
	                                      methods[known].method))
		known++;
	if (known == 3)
		return AUTHRES_NONE;
	word = str_sub(word, equals + (equals < word.length), word.length);
	if (str_equal_nocase(word, STR("fail")) ||
	    str_equal_nocase(word, STR("softfail")) ||
	    str_equal_nocase(word, STR("permerror")))
		return AUTHRES_FAIL;
	if (!str_equal_nocase(word, STR("pass")))
		return AUTHRES_NONE;
	while (authres_word(&rest, &word)) {
		struct str name;

		equals = str_find_char(word, '=', 0);
		name = str_sub(word, 0, equals);
		if (equals < word.length &&
		    (str_equal_nocase(name, methods[known].first) ||
		     str_equal_nocase(name, methods[known].second)) &&
		    authres_aligned(str_sub(word, equals + 1, word.length),
		                    domain))
			return AUTHRES_PASS;
	}
	return AUTHRES_NONE;
}

enum authres authres_read(struct arena *arena, struct str value,
                          struct str server, struct str domain)
{
	struct str rest = authres_plain(arena, value), item = STR("");
	struct str name = STR("");
	enum authres result = AUTHRES_NONE;

	if (!str_split(&rest, ';', &item) || !authres_word(&item, &name))
		return AUTHRES_NONE;
	if (server.length > 0 && !str_equal_nocase(name, server))
		return AUTHRES_NONE;
	while (str_split(&rest, ';', &item)) {
		enum authres found = authres_method(item, domain);

		if (found == AUTHRES_PASS)
			return AUTHRES_PASS;
		if (found == AUTHRES_FAIL)
			result = AUTHRES_FAIL;
	}
	return result;
}
