#include "mail/reply.h"

#include <string.h>

#include "mail/reply_words.h"

/*
 * Two passes: each line gets a kind, looking ahead a few lines at most; then
 * the kinds decide which lines are kept.
 */
enum line_kind {
	LINE_BLANK,
	LINE_TEXT,
	LINE_QUOTE,
	LINE_INTRO,     /* "On ... X wrote:", perhaps over several lines */
	LINE_HISTORY,   /* everything from here on is older */
	LINE_SIGNATURE, /* "-- " */
	LINE_DROPPED    /* a header block at the top of a pure forward */
};

struct reply_lines {
	struct arena *arena;
	struct str *text;
	enum line_kind *kind;
	enum reply_label *label; /* of a header block */
	size_t *filled;          /* filled lines from here to the next quote */
	size_t count;
};

#define INTRO_LINES_MAX     7
#define INTRO_BYTES_MAX     600u
#define BLOCK_LINES_MAX     12
#define SIGNATURE_LINES_MAX 15u

static bool reply_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool reply_is_quote(struct str line)
{
	size_t at = 0;

	while (at < line.length && at < 3 && line.text[at] == ' ')
		at++;
	if (at < line.length && line.text[at] == '>')
		return true;
	/* Initials before the mark: "JD> text". */
	at = 0;
	while (at < line.length && at < 4 && (line.text[at] | 0x20) >= 'a' &&
	       (line.text[at] | 0x20) <= 'z')
		at++;
	return at > 0 && at < line.length && line.text[at] == '>' &&
	       (at + 1 == line.length || line.text[at + 1] == ' ' ||
	        line.text[at + 1] == '>');
}

/* A date with a year or a time of day somewhere in the text. */
static bool reply_has_date(struct str text)
{
	unsigned run = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (!reply_digit(text.text[i])) {
			if (run == 4)
				return true;
			if ((text.text[i] == ':' || text.text[i] == '.') &&
			    run > 0 && run <= 2 && i + 2 < text.length &&
			    reply_digit(text.text[i + 1]) &&
			    reply_digit(text.text[i + 2]))
				return true;
			run = 0;
			continue;
		}
		run++;
	}
	return run == 4;
}

/* "2016-03-03 17:21 GMT+01:00 Jane Doe <jane@example.com>:" has no verb. */
static bool reply_is_stamp(struct str text)
{
	struct str tail = str_trim(text);

	if (tail.length < 10 || !reply_digit(tail.text[0]) ||
	    !reply_digit(tail.text[3]) ||
	    (tail.text[4] != '-' && tail.text[4] != '/'))
		return false;
	return str_find(tail, STR(" GMT"), 0) < tail.length ||
	       (str_find_char(tail, '@', 0) < tail.length &&
	        (str_ends(tail, STR(">")) || str_ends(tail, STR(">:"))));
}

/* "jane@example.com" somewhere, and not only "@jane". */
static bool reply_has_address(struct str text)
{
	size_t at = 0;

	for (; (at = str_find_char(text, '@', at)) < text.length; at++) {
		if (at > 0 && at + 1 < text.length &&
		    (unsigned char)text.text[at - 1] > ' ' &&
		    (unsigned char)text.text[at + 1] > ' ')
			return true;
	}
	return false;
}

static bool reply_ends_intro(struct str line)
{
	return str_ends(line, STR(":")) || str_ends(line, STR("：")) ||
	       str_ends(line, STR("wrote ----")) || str_ends(line, STR(":*"));
}

/*
 * Lines that introduce history, from `at`: how many, 0 for none. Joined they
 * must end like one, say "wrote", and hold a date or an address.
 */
static size_t reply_intro(const struct reply_lines *lines, size_t at)
{
	char joined[INTRO_BYTES_MAX];
	size_t length = 0;
	struct str first = str_trim(lines->text[at]);
	bool opens;

	while (first.length > 0 &&
	       (first.text[0] == '-' || first.text[0] == '*' ||
	        first.text[0] == ' '))
		first = str_sub(first, 1, first.length);
	opens = reply_opens(first);
	if (!opens && !reply_has_address(first) &&
	    str_find_char(first, '<', 0) == first.length)
		return 0;
	for (size_t n = 0; n < INTRO_LINES_MAX && at + n < lines->count; n++) {
		struct str line = str_trim(lines->text[at + n]);
		struct str text;

		if (length + line.length + 1 > sizeof(joined))
			return 0;
		if (line.length == 0) {
			/* Only before an address of its own. */
			struct str next =
				at + n + 1 < lines->count
					? str_trim(lines->text[at + n + 1])
					: STR("");

			if (!str_starts(next, STR("<")))
				return 0;
			continue;
		}
		if (n > 0 && line.text[0] == '>' &&
		    !str_starts(line, STR("> wrote")) &&
		    !str_equal(line, STR(">:")))
			return 0;
		memcpy(joined + length, line.text, line.length);
		length += line.length;
		joined[length++] = ' ';
		text = str_trim((struct str){joined, length});
		if (reply_is_stamp(text))
			return n + 1;
		/* A year, a time or an address must come early. */
		if (n == 1 && !reply_has_date(text) && !reply_has_address(text))
			return 0;
		if (reply_ends_intro(line) && reply_says_wrote(text) &&
		    (reply_has_date(text) || reply_has_address(text)))
			return n + 1;
		/* Without a verb: a date, and an address at the end. */
		if (opens && n < 3 && reply_has_date(text) &&
		    (str_ends(line, STR(">:")) ||
		     str_ends(line, STR("> wrote"))))
			return n + 1;
	}
	return 0;
}

/* How many lines a quoted header block at `at` has, 0 for none. */
static size_t reply_block(const struct reply_lines *lines, size_t at)
{
	bool seen[REPLY_LABEL_COUNT] = {false};
	size_t labels = 0, last = at;

	if (lines->label[at] == REPLY_LABEL_NONE)
		return 0;
	for (size_t n = at; n < lines->count && n < at + BLOCK_LINES_MAX; n++) {
		enum reply_label label = lines->label[n];

		/* A blank line ends it once it is one. */
		if (str_trim(lines->text[n]).length == 0 && labels >= 2)
			break;
		if (label == REPLY_LABEL_NONE)
			continue;
		labels += !seen[label];
		seen[label] = true;
		last = n;
	}
	if (!seen[REPLY_LABEL_FROM] || labels < 3)
		return seen[REPLY_LABEL_FROM] && labels == 2 &&
		                       (seen[REPLY_LABEL_DATE] ||
		                        seen[REPLY_LABEL_SUBJECT]) &&
		                       str_find_char(lines->text[at], '@', 0) <
		                               lines->text[at].length
		               ? last - at + 1
		               : 0;
	/* Folded subjects: up to the empty line after the block. */
	while (last + 1 < lines->count && last < at + BLOCK_LINES_MAX &&
	       str_trim(lines->text[last + 1]).length > 0)
		last++;
	return last - at + 1;
}

/* A signature is short; a long rest after "--" is a text with a rule in it. */
static bool reply_is_signature(const struct reply_lines *lines, size_t at)
{
	struct str line = lines->text[at];
	size_t marks = 0;

	if (str_equal(line, STR("-- ")))
		return true;
	/* Below a device's line stands history without a mark. */
	if (reply_is_mobile(line))
		return at > 0 && str_trim(lines->text[at - 1]).length == 0;
	line = str_trim(line);
	while (marks < line.length && line.text[marks] == '_')
		marks++;
	if (!str_equal(line, STR("--")) && (marks < 2 || marks != line.length))
		return false;
	return lines->filled[at + 1] <= SIGNATURE_LINES_MAX;
}

static void reply_mark(struct reply_lines *lines, size_t at, size_t count,
                       enum line_kind kind)
{
	for (size_t n = 0; n < count; n++)
		lines->kind[at + n] = kind;
}

/* Gives the lines from `at` their kind; returns how many it looked at. */
static size_t reply_classify(struct reply_lines *lines, size_t at,
                             bool has_text)
{
	struct str line = lines->text[at];
	enum line_kind older = has_text ? LINE_HISTORY : LINE_DROPPED;
	size_t count;

	if (str_trim(line).length == 0) {
		reply_mark(lines, at, 1, LINE_BLANK);
		return 1;
	}
	if (reply_is_quote(line)) {
		reply_mark(lines, at, 1, LINE_QUOTE);
		return 1;
	}
	if (reply_is_original(line) || reply_is_forward(line)) {
		reply_mark(lines, at, 1, older);
		return 1;
	}
	count = reply_block(lines, at);
	if (count > 0) {
		reply_mark(lines, at, count, older);
		return count;
	}
	count = reply_intro(lines, at);
	if (count > 0) {
		reply_mark(lines, at, count, LINE_INTRO);
		return count;
	}
	reply_mark(lines, at, 1,
	           has_text && reply_is_signature(lines, at) ? LINE_SIGNATURE
	                                                     : LINE_TEXT);
	return 1;
}

/* Whether the next filled line after `at` is quoted, by ">" or by "|". */
static bool reply_quote_follows(struct reply_lines *lines, size_t at)
{
	while (at < lines->count && str_trim(lines->text[at]).length == 0)
		at++;
	if (at == lines->count)
		return false;
	if (str_starts(lines->text[at], STR("|"))) {
		for (;
		     at < lines->count && str_starts(lines->text[at], STR("|"));
		     at++)
			lines->text[at] = str_printf(
				lines->arena, ">%.*s",
				STR_ARG(str_sub(lines->text[at], 1,
			                        lines->text[at].length)));
		return true;
	}
	return reply_is_quote(lines->text[at]);
}

/* Kinds of all lines; returns where the reply ends at the latest. */
static size_t reply_kinds(struct reply_lines *lines)
{
	bool has_text = false;
	size_t at = 0;

	while (at < lines->count) {
		size_t count = reply_classify(lines, at, has_text);
		enum line_kind kind = lines->kind[at];

		if (kind == LINE_HISTORY || kind == LINE_SIGNATURE)
			return at;
		/* Unquoted history after an introduction goes to the end. */
		if (kind == LINE_INTRO && has_text &&
		    !reply_quote_follows(lines, at + count))
			return at;
		if (kind == LINE_INTRO && !has_text)
			reply_quote_follows(lines, at + count);
		has_text |= kind == LINE_TEXT &&
		            !reply_is_rule(lines->text[at]) &&
		            !reply_is_mobile(lines->text[at]);
		at += count;
	}
	return lines->count;
}

/* Trailing rules and device lines are no words. */
static size_t reply_last_text(const struct reply_lines *lines, size_t end)
{
	while (end > 0) {
		struct str line = lines->text[end - 1];

		if (lines->kind[end - 1] == LINE_TEXT && !reply_is_rule(line) &&
		    !reply_is_mobile(line) &&
		    !str_equal(str_trim(line), STR("\xe1\x90\xa7")))
			break;
		end--;
	}
	return end;
}

/*
 * Where the reply begins: after a quote that an introduction opens, when only
 * text follows it. With several quotes the answers need them to be understood.
 */
static size_t reply_first(const struct reply_lines *lines, size_t end)
{
	size_t at = 0, start = 0;
	bool intro = false, quoted = false;

	for (; at < end; at++) {
		switch (lines->kind[at]) {
		case LINE_INTRO:
			intro = true;
			break;
		case LINE_QUOTE:
			if (start > 0 || !intro)
				return 0;
			quoted = true;
			break;
		case LINE_TEXT:
			if (!quoted)
				return 0;
			if (start == 0)
				start = at;
			break;
		case LINE_BLANK:
		case LINE_HISTORY:
		case LINE_SIGNATURE:
		case LINE_DROPPED:
			break;
		}
	}
	return start;
}

static struct str reply_join(struct reply_lines *lines, size_t start,
                             size_t end)
{
	struct str result = {"", 0};
	size_t total = 1;
	char *text;

	for (size_t i = start; i < end; i++)
		total += lines->text[i].length + 1;
	text = arena_alloc(lines->arena, total);
	for (size_t i = start; i < end; i++) {
		struct str line = lines->text[i];

		if (lines->kind[i] == LINE_INTRO ||
		    lines->kind[i] == LINE_DROPPED)
			continue;
		memcpy(text + result.length, line.text, line.length);
		result.length += line.length;
		text[result.length++] = '\n';
	}
	result.text = text;
	/* Empty lines at the start go, an indentation stays. */
	while (result.length > 0 && result.text[0] == '\n')
		result = str_sub(result, 1, result.length);
	while (result.length > 0 && (result.text[result.length - 1] == '\n' ||
	                             result.text[result.length - 1] == ' '))
		result.length--;
	return result;
}

static void reply_split(struct reply_lines *lines, struct str text)
{
	struct str rest = text, line;
	size_t count = 0;

	while (str_line(&rest, &line))
		count++;
	lines->text =
		arena_array(lines->arena, count + 1, sizeof(*lines->text));
	lines->kind =
		arena_array(lines->arena, count + 1, sizeof(*lines->kind));
	lines->label =
		arena_array(lines->arena, count + 1, sizeof(*lines->label));
	lines->filled =
		arena_array(lines->arena, count + 2, sizeof(*lines->filled));
	while (str_line(&text, &line)) {
		lines->label[lines->count] = reply_label(line, &rest);
		lines->text[lines->count++] = line;
	}
	for (size_t i = lines->count; i > 0; i--) {
		struct str at = lines->text[i - 1];

		if (!reply_is_quote(at))
			lines->filled[i - 1] =
				lines->filled[i] + (str_trim(at).length > 0);
	}
}

struct str mail_reply_text(struct arena *arena, struct str text)
{
	struct reply_lines lines = {.arena = arena};
	size_t end, last;
	bool intro = false;

	reply_split(&lines, text);
	end = reply_kinds(&lines);
	last = reply_last_text(&lines, end);
	if (last > 0)
		return reply_join(&lines, reply_first(&lines, last), last);
	/* Nothing but quotes: shown as they are, if nothing opens them. */
	for (size_t i = 0; i < end; i++) {
		struct str inner = str_trim(lines.text[i]);

		while (str_starts(inner, STR(">")))
			inner = str_trim(str_sub(inner, 1, inner.length));
		intro |= lines.kind[i] == LINE_INTRO ||
		         (reply_opens(inner) && reply_says_wrote(inner) &&
		          reply_ends_intro(inner));
	}
	return intro ? STR("") : reply_join(&lines, 0, end);
}
