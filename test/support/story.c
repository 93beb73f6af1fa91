#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

void story_fail(struct story *s, const char *what)
{
	fail_msg("%s:%d: %s (%s)", s->file, s->line, what, s->w.problem.text);
}

struct str story_word(struct str *rest)
{
	struct str word;
	size_t end;

	*rest = str_trim(*rest);
	if (rest->length > 0 && rest->text[0] == '"') {
		end = str_find_char(*rest, '"', 1);
		word = str_sub(*rest, 1, end);
		*rest = str_sub(*rest, end < rest->length ? end + 1 : end,
		                rest->length);
		return word;
	}
	end = str_find_char(*rest, ' ', 0);
	word = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end, rest->length);
	return word;
}

instant_ms story_instant(struct story *s, struct str *rest)
{
	struct str day = story_word(rest), time = story_word(rest);
	char text[64];
	instant_ms at;

	snprintf(text, sizeof(text), "%.*sT%.*s%sZ", STR_ARG(day),
	         STR_ARG(time), time.length == 5 ? ":00" : "");
	if (!instant_parse(str_of(text), &at))
		story_fail(s, "no instant");
	return at;
}

int64_t story_label(struct story *s, struct str name)
{
	for (size_t i = 0; i < s->label_count; i++) {
		if (str_equal(s->labels[i].name, name))
			return s->labels[i].message;
	}
	story_fail(s, "no such label");
	return 0;
}

int64_t story_ticket(struct story *s, struct str *rest)
{
	return world_message(&s->w, story_label(s, story_word(rest))).ticket;
}

void story_name(struct story *s, struct str name, int64_t message,
                struct str id)
{
	assert_true(s->label_count < STORY_LABELS);
	s->labels[s->label_count].name = name;
	s->labels[s->label_count].message = message;
	snprintf(s->labels[s->label_count].id, sizeof(s->labels[0].id), "%.*s",
	         STR_ARG(id));
	s->label_count++;
}

struct str story_text(struct str *rest)
{
	struct str text = STR("");
	bool quoted = false;

	for (size_t i = 0; i < rest->length; i++) {
		quoted ^= rest->text[i] == '"';
		if (quoted || rest->text[i] != ':' ||
		    (i + 1 < rest->length && rest->text[i + 1] != ' '))
			continue;
		text = str_trim(str_sub(*rest, i + 1, rest->length));
		*rest = str_sub(*rest, 0, i);
		break;
	}
	return text;
}

const char *story_id(struct story *s, struct str name)
{
	for (size_t i = 0; i < s->label_count; i++) {
		if (str_equal(s->labels[i].name, name))
			return s->labels[i].id;
	}
	story_fail(s, "no such label");
	return "";
}
