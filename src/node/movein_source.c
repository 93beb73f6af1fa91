/* The bytes of an import, and whether they are what we can read. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/playbook/playbook.h"
#include "desk/imports.h"
#include "mail/mbox.h"
#include "node/movein_private.h"

#define SOURCE_LOOK_BYTES 4096u

char *movein_spool(const struct node *node, struct arena *arena, int64_t import)
{
	struct str file = str_of(node->config.file);
	size_t slash = file.length;

	while (slash > 0 && file.text[slash - 1] != '/')
		slash--;
	return str_cstr(arena, str_printf(arena, "%.*simport-%lld.mbox",
	                                  STR_ARG(str_sub(file, 0, slash)),
	                                  (long long)import));
}

static void rules_label(struct arena *arena, const json_t *item,
                        struct movein_rules *rules)
{
	const char *label = json_string_value(json_object_get(item, "label"));
	const char *type = json_string_value(json_object_get(item, "type"));
	const json_t *member = json_object_get(item, "member");
	enum request_type found;
	struct movein_rule rule = {.label = STR("")};

	if (!label || rules->count == IMPORT_LABELS_MAX)
		return;
	rule.label = str_copy(arena, str_of(label));
	if (type && request_type_find(str_of(type), &found))
		rule.type = found;
	else if (type && strcmp(type, "no_request") == 0)
		rule.type = REQUEST_NEWSLETTER;
	rule.owner = json_integer_value(member);
	rules->list[rules->count++] = rule;
}

void movein_rules_read(struct arena *arena, const struct import *import,
                       struct movein_rules *rules_out)
{
	struct movein_rules *rules = rules_out;
	struct str rest = import->mine, line;
	json_t *tree =
		json_loadb(import->labels.text, import->labels.length, 0, NULL);

	*rules = (struct movein_rules){0};
	rules->list =
		arena_array(arena, IMPORT_LABELS_MAX, sizeof(*rules->list));
	rules->mine = arena_array(arena, IMPORT_MINE_MAX, sizeof(*rules->mine));
	for (size_t i = 0; i < json_array_size(tree); i++)
		rules_label(arena, json_array_get(tree, i), rules);
	json_decref(tree);
	while (rules->mine_count < IMPORT_MINE_MAX && str_line(&rest, &line)) {
		line = str_trim(line);
		if (line.length > 0)
			rules->mine[rules->mine_count++] = line;
	}
}

enum status movein_source_read(const struct movein_source *source, size_t file,
                               int64_t at, char *bytes, size_t length,
                               size_t *length_out)
{
	size_t have = 0;

	while (have < length) {
		ssize_t got = pread(source->fds[file], bytes + have,
		                    length - have, at + (int64_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ST_BUSY;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	*length_out = have;
	return ST_OK;
}

void movein_source_close(struct movein_source *source)
{
	for (size_t i = 0; i < source->count; i++) {
		if (source->fds[i] >= 0)
			close(source->fds[i]);
	}
	source->count = 0;
}

/* What people take for an mbox, by its first bytes. */
static const struct {
	struct str magic;
	const char *words;
} source_others[] = {
	/* clang-format off */
	{STR("PK\x03\x04"),   "This is a ZIP archive. Unpack it and give the .mbox file that is in it."},
	{STR("\x1f\x8b"),     "This is packed with gzip. Unpack it and give the .mbox file that is in it."},
	{STR("!BDN"),         "This is an Outlook data file. Have Outlook or Thunderbird export the folder as mbox."},
	{STR("BZh"),          "This is packed with bzip2. Unpack it first."},
	{STR("\xd0\xcf\x11"), "This is an Outlook file. Have Outlook or Thunderbird export the folder as mbox."},
	{STR("<"),            "This is a web page or XML, not an mbox."},
	{STR("{"),            "This is JSON, not an mbox."},
	/* clang-format on */
};

/* "Name: value": a single mail does as well. */
static bool source_is_mail(struct str head)
{
	struct str line = str_sub(head, 0, str_find_char(head, '\n', 0));
	size_t colon = str_find_char(line, ':', 0);

	for (size_t i = 0; i < colon; i++) {
		if (line.text[i] <= ' ' || line.text[i] > '~')
			return false;
	}
	return colon > 0 && colon < line.length;
}

static enum status source_check_one(const struct movein_source *source,
                                    size_t file, struct problem *problem_out)
{
	char bytes[SOURCE_LOOK_BYTES];
	size_t length = 0, blank = 0;
	struct str head;
	enum status status = movein_source_read(source, file, 0, bytes,
	                                        sizeof(bytes), &length);

	if (status != ST_OK)
		return problem_set(problem_out, status, "file",
		                   "The file cannot be read: %s.",
		                   strerror(errno));
	if (length == 0)
		return problem_set(problem_out, ST_INVALID, "file",
		                   "The file is empty: there is nothing in it "
		                   "to move in.");
	while (blank < length && (bytes[blank] == '\n' || bytes[blank] == '\r'))
		blank++;
	head = (struct str){bytes + blank, length - blank};
	for (size_t i = 0; i < sizeof(source_others) / sizeof(source_others[0]);
	     i++) {
		if (str_starts(head, source_others[i].magic))
			return problem_set(problem_out, ST_INVALID, "file",
			                   "%s", source_others[i].words);
	}
	if (mbox_find(head, 0) == 0 || source_is_mail(head))
		return ST_OK;
	return problem_set(problem_out, ST_INVALID, "file",
	                   "This is not an mbox: it does not begin with a "
	                   "\"From \" line. Export the mailbox as mbox and "
	                   "give that file.");
}

enum status movein_source_check(const struct movein_source *source,
                                struct problem *problem_out)
{
	enum status status = ST_OK;

	for (size_t i = 0; i < source->count && status == ST_OK; i++)
		status = source_check_one(source, i, problem_out);
	return status;
}
