/*
 * `holdfast explain text [--playbook F]`: what the phrase rules make of each
 * message, one JSON object a line in, one out. A line that is no message gets
 * {"error": ...} and the next is read.
 *
 * In: text, optional subject, from, and now (RFC 3339; without it a deadline is
 * found but not resolved). What else is there is ignored. Offsets count
 * Unicode code points of `text`, as JSON readers do; a quoted trail and a
 * signature are part of `text` but nobody's new words, so nothing in them is
 * heard.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "app/explain.h"
#include "base/arena.h"
#include "base/asset.h"
#include "base/limits.h"
#include "core/playbook/playbook.h"
#include "core/text/triage.h"
#include "mail/reply.h"

#define LINE_BYTES_MAX (8u << 20)

/* The new words of a text, and where each of their lines stood in it. */
struct own_words {
	struct str whole;
	struct str reply;
	size_t *line_starts; /* in `reply`, ascending */
	size_t *line_places; /* in `whole` */
	size_t lines;
};

static struct own_words own_words_of(struct arena *arena, struct str whole)
{
	struct own_words own = {.whole = whole,
	                        .reply = mail_reply_text(arena, whole)};
	if (own.reply.length == 0)
		own.reply = whole;
	size_t lines = 1;
	for (size_t i = 0; i < own.reply.length; i++)
		lines += own.reply.text[i] == '\n';
	own.line_starts = arena_array(arena, lines, sizeof(size_t));
	own.line_places = arena_array(arena, lines, sizeof(size_t));
	struct str rest = own.reply, line;
	size_t from = 0;
	while (str_line(&rest, &line)) {
		size_t at = str_find(whole, line, from);
		own.line_starts[own.lines] =
			(size_t)(line.text - own.reply.text);
		own.line_places[own.lines++] = at < whole.length ? at : from;
		if (at < whole.length)
			from = at + line.length;
	}
	return own;
}

/* A byte of the reply as a byte of the whole text. */
static size_t own_words_place(const struct own_words *own, size_t at)
{
	size_t low = 0, high = own->lines;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (own->line_starts[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	if (own->lines == 0)
		return at;
	size_t place = own->line_places[low] + (at - own->line_starts[low]);
	return place < own->whole.length ? place : own->whole.length;
}

static json_int_t code_points(struct str text, size_t bytes)
{
	json_int_t count = 0;
	for (size_t i = 0; i < bytes && i < text.length; i++)
		count += ((unsigned char)text.text[i] & 0xC0) != 0x80;
	return count;
}

static json_t *json_text(struct str s)
{
	json_t *text = json_stringn(s.text ? s.text : "", s.length);
	return text ? text : json_string("");
}

static double units(int32_t milli)
{
	return (double)milli / 1000.0;
}

/* The span's quote and its place in the text as given. */
static void add_quote(json_t *object, const struct own_words *own, size_t start,
                      size_t end)
{
	size_t from = own_words_place(own, start);
	size_t to = end > start ? own_words_place(own, end - 1) + 1 : from;
	json_object_set_new(object, "quote",
	                    json_text(str_sub(own->whole, from, to)));
	json_object_set_new(object, "start",
	                    json_integer(code_points(own->whole, from)));
	json_object_set_new(object, "end",
	                    json_integer(code_points(own->whole, to)));
}

static json_t *signals_json(const struct triage *triage,
                            const struct own_words *own)
{
	json_t *list = json_array();
	for (size_t i = 0; i < triage->signals_count; i++) {
		const struct triage_signal *signal = &triage->signals[i];
		json_t *row = json_object();
		json_object_set_new(
			row, "kind",
			json_string(signal_kind_name(signal->kind)));
		json_object_set_new(row, "strength",
		                    json_real(units(signal->strength_milli)));
		add_quote(row, own, signal->start, signal->end);
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *reasons_json(const struct triage *triage,
                            const struct own_words *own, struct str subject)
{
	json_t *list = json_array();
	for (size_t i = 0; i < triage->reasons_count; i++) {
		const struct triage_reason *reason = &triage->reasons[i];
		json_t *row = json_object();
		json_object_set_new(row, "rule", json_text(reason->list->id));
		json_object_set_new(
			row, "for",
			json_string(list_target_name(reason->list->target)));
		json_object_set_new(row, "weight",
		                    json_real(units(reason->milli)));
		json_object_set_new(
			row, "in",
			json_string(reason->in_subject ? "subject" : "text"));
		if (reason->in_subject)
			json_object_set_new(
				row, "quote",
				json_text(str_sub(subject, reason->start,
			                          reason->end)));
		else
			add_quote(row, own, reason->start, reason->end);
		json_array_append_new(list, row);
	}
	return list;
}

static void add_deadline(json_t *object, const struct triage *triage,
                         const struct own_words *own)
{
	const struct deadline *deadline = &triage->deadline;
	char at[INSTANT_TEXT_SIZE];
	json_t *phrase = json_null(), *due = json_null();
	if (deadline->found) {
		size_t from = own_words_place(own, deadline->start);
		size_t to = own_words_place(own, deadline->end - 1) + 1;
		phrase = json_text(str_sub(own->whole, from, to));
	}
	if (deadline->resolved) {
		instant_print(deadline->at, at);
		due = json_string(at);
	}
	json_object_set_new(object, "deadline", phrase);
	json_object_set_new(object, "deadline_at", due);
}

static json_t *triage_json(const struct triage *triage,
                           const struct own_words *own, struct str subject)
{
	json_t *object = json_object();
	json_t *scores = json_object();
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++)
		if (request_type_is_request((enum request_type)i))
			json_object_set_new(
				scores, request_type_name((enum request_type)i),
				json_real(units(triage->scores_milli[i])));
	json_object_set_new(object, "type",
	                    json_string(request_type_name(triage->type)));
	json_object_set_new(object, "scores", scores);
	json_object_set_new(object, "sentiment",
	                    json_real(units(triage->sentiment_milli)));
	json_object_set_new(object, "urgency", json_integer(triage->urgency));
	json_object_set_new(object, "signals", signals_json(triage, own));
	add_deadline(object, triage, own);
	json_object_set_new(object, "no_answer_needed",
	                    json_boolean(triage->no_answer_needed));
	json_object_set_new(
		object, "no_request",
		triage->no_request == REQUEST_TYPE_NONE
			? json_null()
			: json_string(request_type_name(triage->no_request)));
	json_object_set_new(object, "reasons",
	                    reasons_json(triage, own, subject));
	return object;
}

static json_t *error_json(const char *text)
{
	json_t *object = json_object();
	json_object_set_new(object, "error", json_string(text));
	return object;
}

/* A string member; empty when absent. False: present but no string. */
static bool member(const json_t *object, const char *key, struct str *text_out)
{
	const json_t *value = json_object_get(object, key);
	*text_out = (struct str){"", 0};
	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value))
		return false;
	*text_out = (struct str){json_string_value(value),
	                         json_string_length(value)};
	return true;
}

static json_t *explain_object(const struct playbook *playbook,
                              struct arena *arena, const json_t *object)
{
	struct triage_input input = {0};
	struct str text, now;
	struct triage triage;
	if (!json_is_object(object) || !json_object_get(object, "text"))
		return error_json("must be an object with \"text\"");
	if (!member(object, "text", &text) ||
	    !member(object, "subject", &input.subject) ||
	    !member(object, "from", &input.from) ||
	    !member(object, "now", &now))
		return error_json("text, subject, from and now must be text");
	if (now.length && !instant_parse(now, &input.now))
		return error_json("\"now\" must be such as "
		                  "2026-11-10T09:00:00Z");
	if (text.length > LIMIT_TEXT_BYTES ||
	    input.subject.length > LIMIT_TEXT_BYTES)
		return error_json("the text is too long");
	struct own_words own = own_words_of(arena, text);
	input.text = own.reply;
	triage_message(playbook, arena, &input, &triage);
	return triage_json(&triage, &own, input.subject);
}

static json_t *explain_line(const struct playbook *playbook,
                            struct arena *arena, struct str line)
{
	json_error_t error;
	if (line.length > LINE_BYTES_MAX)
		return error_json("the line is too long");
	json_t *object = json_loadb(line.text, line.length, 0, &error);
	if (!object)
		return error_json(error.text);
	json_t *answer = explain_object(playbook, arena, object);
	json_decref(object);
	return answer;
}

static struct str default_playbook(void)
{
	for (size_t i = 0; i < assets_playbook_count; i++)
		if (!strcmp(assets_playbook[i].path, "default.yaml"))
			return (struct str){
				(const char *)assets_playbook[i].bytes,
				assets_playbook[i].length};
	return (struct str){0};
}

/* At most one byte over the limit is read, so that too long is seen. */
static bool read_file(struct arena *arena, const char *path,
                      struct str *text_out)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	char *bytes = arena_alloc(arena, LIMIT_PLAYBOOK_BYTES + 1);
	size_t length = fread(bytes, 1, LIMIT_PLAYBOOK_BYTES + 1, file);
	bool failed = ferror(file);
	fclose(file);
	if (!failed)
		*text_out = (struct str){bytes, length};
	return !failed;
}

static int load_playbook(struct arena *arena, const char *path,
                         struct playbook **playbook_out)
{
	struct str yaml = default_playbook();
	struct problem problem = {0};
	if (path && !read_file(arena, path, &yaml)) {
		fprintf(stderr, "holdfast: %s: %s\n", path, strerror(errno));
		return EX_NOINPUT;
	}
	if (playbook_parse(arena, yaml, playbook_out, &problem) != ST_OK) {
		fprintf(stderr, "holdfast: %s:%d:%d: %s: %s\n",
		        path ? path : "default.yaml", problem.line,
		        problem.column, problem.field, problem.text);
		return EX_CONFIG;
	}
	return EX_OK;
}

static int explain_lines(const struct playbook *playbook)
{
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	char *bytes = NULL;
	size_t capacity = 0;
	ssize_t length;
	while ((length = getline(&bytes, &capacity, stdin)) > 0) {
		struct str line = str_trim((struct str){bytes, (size_t)length});
		if (line.length == 0)
			continue;
		json_t *answer = explain_line(playbook, arena, line);
		json_dumpf(answer, stdout,
		           JSON_COMPACT | JSON_REAL_PRECISION(6));
		putchar('\n');
		json_decref(answer);
		arena_clear(arena);
	}
	free(bytes);
	arena_free(&arena);
	return ferror(stdin) || fflush(stdout) ? EX_IOERR : EX_OK;
}

int explain_text(int argc, char **argv)
{
	const char *path = NULL;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--playbook") && i + 1 < argc) {
			path = argv[++i];
			continue;
		}
		fprintf(stderr, "usage: holdfast explain text "
		                "[--playbook FILE] <messages.jsonl\n");
		return EX_USAGE;
	}
	struct arena *arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	struct playbook *playbook;
	int code = load_playbook(arena, path, &playbook);
	if (code == EX_OK)
		code = explain_lines(playbook);
	arena_free(&arena);
	return code;
}
