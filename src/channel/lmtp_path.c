/*
 * Reading paths strictly. What is let through here is kept for ever in the
 * log and may be written into a header one day, so control characters never
 * pass, and 8-bit text only as valid UTF-8.
 */
#include "channel/lmtp_path.h"

#include "base/limits.h"

/* Why a path or parameter is refused; the texts are the contract. */
#define BAD_SYNTAX    "501 5.5.2 Put the address in angle brackets"
#define BAD_ADDRESS   "501 5.1.3 Malformed address"
#define LONG_ADDRESS  "501 5.1.3 Address too long"
#define BAD_PARAMETER "501 5.5.4 Malformed parameter"
#define UNKNOWN_PARAM "555 5.5.4 Parameter not supported"
#define TOO_BIG       "552 5.3.4 Message is larger than we take"
#define NEEDS_UTF8    "553 5.6.7 Ask for SMTPUTF8 to use this address"

static bool path_text_char(char c)
{
	unsigned char u = (unsigned char)c;

	return u > ' ' && u != 0x7f && c != '<' && c != '>' && c != '"' &&
	       c != '\\' && c != '@' && c != '(' && c != ')' && c != ',' &&
	       c != ';';
}

/* Length of the local part: a quoted string or plain text; 0 if malformed. */
static size_t path_local_part(struct str s)
{
	size_t i = 0;

	if (s.length == 0 || s.text[0] != '"') {
		while (i < s.length &&
		       (path_text_char(s.text[i]) || s.text[i] == ','))
			i++;
		return i;
	}
	for (i = 1; i < s.length && s.text[i] != '"'; i++) {
		if ((unsigned char)s.text[i] < ' ' || s.text[i] == 0x7f)
			return 0;
		if (s.text[i] == '\\')
			i++;
		if (i < s.length && (unsigned char)s.text[i] < ' ')
			return 0;
	}
	return i < s.length ? i + 1 : 0;
}

static bool path_domain_valid(struct str domain)
{
	if (domain.length == 0 || domain.length > 255)
		return false;
	for (size_t i = 0; i < domain.length; i++) {
		if (!path_text_char(domain.text[i]))
			return false;
	}
	return true;
}

/* "@one,@two:" before the address is obsolete, to be accepted and ignored. */
static bool path_skip_route(struct str *s)
{
	size_t colon;

	if (s->length == 0 || s->text[0] != '@')
		return true;
	colon = str_find_char(*s, ':', 0);
	if (colon == s->length)
		return false;
	for (size_t i = 0; i < colon; i++) {
		char c = s->text[i];

		if (!path_text_char(c) && c != '@' && c != ',')
			return false;
	}
	*s = str_sub(*s, colon + 1, s->length);
	return true;
}

/*
 * The address at the start of `s`, which follows "<"; its length up to the
 * closing bracket. A bare local part is let through: "postmaster" is one, and
 * local programs send as "root".
 */
static const char *path_address(struct str s, struct str *address_out,
                                struct str *rest_out)
{
	struct str start;
	size_t local, end;

	if (!path_skip_route(&s))
		return BAD_ADDRESS;
	start = s;
	local = path_local_part(s);
	end = local;
	if (local == 0)
		return BAD_ADDRESS;
	if (local < s.length && s.text[local] == '@') {
		end = str_find_char(s, '>', local);
		if (!path_domain_valid(str_sub(s, local + 1, end)))
			return BAD_ADDRESS;
	}
	if (end >= s.length || s.text[end] != '>')
		return BAD_ADDRESS;
	if (end > LIMIT_ADDRESS_BYTES)
		return LONG_ADDRESS;
	*address_out = str_sub(start, 0, end);
	*rest_out = str_sub(s, end + 1, s.length);
	return NULL;
}

static const char *path_size(struct str value, struct lmtp_path *path)
{
	if (path->size != 0 || value.length == 0 || value.length > 20)
		return BAD_PARAMETER;
	for (size_t i = 0; i < value.length; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return BAD_PARAMETER;
	}
	/* Twenty digits may pass what fits in an integer: also too big. */
	if (!str_to_i64(value, &path->size) || path->size > LIMIT_MAIL_BYTES)
		return TOO_BIG;
	return NULL;
}

static const char *path_parameter(struct str word, struct lmtp_path *path,
                                  bool *body_seen)
{
	size_t equals = str_find_char(word, '=', 0);
	struct str name = str_sub(word, 0, equals);
	bool valued = equals < word.length;
	struct str value =
		str_sub(word, valued ? equals + 1 : equals, word.length);

	if (str_equal_nocase(name, STR("SIZE")) && valued)
		return path_size(value, path);
	if (str_equal_nocase(name, STR("SMTPUTF8")) && !valued) {
		if (path->utf8)
			return BAD_PARAMETER;
		path->utf8 = true;
		return NULL;
	}
	if (str_equal_nocase(name, STR("BODY")) && valued) {
		if (*body_seen)
			return BAD_PARAMETER;
		*body_seen = true;
		path->eight_bit = str_equal_nocase(value, STR("8BITMIME"));
		if (path->eight_bit || str_equal_nocase(value, STR("7BIT")))
			return NULL;
		return BAD_PARAMETER;
	}
	return UNKNOWN_PARAM;
}

static bool path_ascii(struct str s)
{
	for (size_t i = 0; i < s.length; i++) {
		if ((unsigned char)s.text[i] >= 0x80)
			return false;
	}
	return true;
}

static const char *path_parameters(struct str rest, bool sender,
                                   struct lmtp_path *path)
{
	bool body_seen = false;
	struct str word;

	if (rest.length > 0 && rest.text[0] != ' ')
		return BAD_SYNTAX;
	while (str_split(&rest, ' ', &word)) {
		const char *refusal;

		if (word.length == 0)
			continue;
		if (!sender)
			return UNKNOWN_PARAM;
		refusal = path_parameter(word, path, &body_seen);
		if (refusal)
			return refusal;
	}
	return NULL;
}

const char *lmtp_path_read(struct str text, bool sender,
                           struct lmtp_path *path_out)
{
	struct lmtp_path path = {0};
	struct str rest;
	const char *refusal;

	/* Blanks after the colon are not in the grammar, but common. */
	text = str_trim(text);
	if (text.length < 2 || text.text[0] != '<')
		return BAD_SYNTAX;
	text = str_sub(text, 1, text.length);
	if (sender && text.text[0] == '>') {
		path.address = STR("");
		rest = str_sub(text, 1, text.length);
	} else {
		refusal = path_address(text, &path.address, &rest);
		if (refusal)
			return refusal;
	}
	refusal = path_parameters(rest, sender, &path);
	if (refusal)
		return refusal;
	if (!str_utf8_valid(path.address))
		return BAD_ADDRESS;
	if (sender && !path.utf8 && !path_ascii(path.address))
		return NEEDS_UTF8;
	*path_out = path;
	return NULL;
}
