#include "mail/scan.h"

#include <inttypes.h>

#include "base/limits.h"
#include "mail/date.h"
#include "mail/header.h"

/* No mail is older than mail. */
#define SCAN_OLDEST ((instant_ms)0)

static void scan_ids(struct arena *arena, const struct header *header,
                     struct str name, struct mail_scan *scan)
{
	struct mail_ids ids;
	struct str value;

	if (!header_find(header, name, &value))
		return;
	header_ids(arena, value, LIMIT_REFERENCES, &ids);
	/* Of a long chain the last are the nearest. */
	for (size_t i = ids.count; i > 0 && scan->id_count < SCAN_IDS_MAX; i--)
		scan->ids[scan->id_count++] = ids.items[i - 1];
}

static void scan_label(struct mail_scan *scan, struct str label)
{
	label = str_trim(label);
	if (label.length >= 2 && label.text[0] == '"' &&
	    label.text[label.length - 1] == '"')
		label = str_sub(label, 1, label.length - 1);
	label = str_utf8_prefix(label, SCAN_LABEL_BYTES);
	/* "\\Seen" and such are no labels of people. */
	if (label.length == 0 || label.text[0] == '\\' ||
	    scan->label_count == SCAN_LABELS_MAX)
		return;
	for (size_t i = 0; i < scan->label_count; i++) {
		if (str_equal(scan->labels[i], label))
			return;
	}
	scan->labels[scan->label_count++] = label;
}

static void scan_labels(struct arena *arena, const struct header *header,
                        struct str name, struct mail_scan *scan)
{
	struct str rest = header_get(arena, header, name), piece;
	/* Some part them by commas, some by spaces. */
	char mark = str_find_char(rest, ',', 0) < rest.length ? ',' : ' ';

	/* A label of several words stands alone only where commas part. */
	if (str_equal(name, STR("X-Gmail-Labels")))
		mark = ',';
	while (str_split(&rest, mark, &piece))
		scan_label(scan, piece);
}

static bool scan_date(struct arena *arena, struct str value, instant_ms *at)
{
	instant_ms found;

	if (!mail_date_parse(str_trim(header_unfold(arena, value)), &found) ||
	    found <= SCAN_OLDEST)
		return false;
	*at = found;
	return true;
}

/* "from a by b with c; Tue, 10 Nov 2026 09:00:00 +0100" */
static bool scan_received(struct arena *arena, struct str value, instant_ms *at)
{
	size_t semicolon = value.length;

	while (semicolon > 0 && value.text[semicolon - 1] != ';')
		semicolon--;
	return semicolon > 0 &&
	       scan_date(arena, str_sub(value, semicolon, value.length), at);
}

/* "From jane@example.com Tue Nov 10 09:00:00 +0100 2026" */
static bool scan_separator(struct arena *arena, struct str line, instant_ms *at)
{
	struct str words[8], rest = line, word;
	struct str zone = STR("+0000"), date;
	size_t count = 0;

	while (count < 8 && str_split(&rest, ' ', &word)) {
		word = str_trim(word);
		if (word.length > 0)
			words[count++] = word;
	}
	if (count < 7)
		return false;
	if (count == 8)
		zone = words[6];
	date = str_printf(arena, "%.*s %.*s %.*s %.*s %.*s", STR_ARG(words[4]),
	                  STR_ARG(words[3]), STR_ARG(words[count - 1]),
	                  STR_ARG(words[5]), STR_ARG(zone));
	return scan_date(arena, date, at);
}

void mail_scan(struct arena *arena, struct str bytes,
               struct mail_scan *scan_out)
{
	struct mail_scan *scan = scan_out;
	struct str separator = STR(""), value;
	struct header header;

	*scan = (struct mail_scan){0};
	if (str_starts(bytes, STR("From ")))
		(void)str_line(&bytes, &separator);
	header_parse(arena, bytes, &header);
	scan_ids(arena, &header, STR("Message-ID"), scan);
	scan_ids(arena, &header, STR("In-Reply-To"), scan);
	scan_ids(arena, &header, STR("References"), scan);
	scan_labels(arena, &header, STR("X-Gmail-Labels"), scan);
	scan_labels(arena, &header, STR("X-Keywords"), scan);
	scan_labels(arena, &header, STR("Keywords"), scan);
	scan_labels(arena, &header, STR(SCAN_FLAGS), scan);
	/* It was fetched: the server's time stands in the "From " line. */
	if (str_starts(bytes, STR(SCAN_FLAGS ":")) &&
	    scan_separator(arena, separator, &scan->at))
		return;
	if (header_find(&header, STR("Received"), &value) &&
	    scan_received(arena, value, &scan->at))
		return;
	if (header_find(&header, STR("Date"), &value) &&
	    scan_date(arena, value, &scan->at))
		return;
	(void)scan_separator(arena, separator, &scan->at);
}

static void scan_print(struct buf *out, char mark, struct str text)
{
	if (text.length == 0)
		return;
	buf_char(out, mark);
	buf_str(out, text);
	buf_char(out, '\n');
}

void mail_scan_pack(const struct mail_scan *scan, struct buf *out)
{
	buf_printf(out, "@%" PRId64 "\n", scan->at);
	for (size_t i = 0; i < scan->id_count; i++)
		scan_print(out, 'i', scan->ids[i]);
	for (size_t i = 0; i < scan->label_count; i++)
		scan_print(out, 'l', scan->labels[i]);
	buf_char(out, '\n');
}

enum status mail_scan_unpack(struct str *rest, struct mail_scan *scan_out)
{
	struct mail_scan scan = {0};
	struct str line;

	if (!str_line(rest, &line) || line.length < 2 || line.text[0] != '@' ||
	    !str_to_i64(str_sub(line, 1, line.length), &scan.at))
		return ST_INVALID;
	while (str_line(rest, &line) && line.length > 0) {
		struct str text = str_sub(line, 1, line.length);

		if (!str_utf8_valid(text))
			return ST_INVALID;
		if (line.text[0] == 'i' && scan.id_count < SCAN_IDS_MAX)
			scan.ids[scan.id_count++] = text;
		else if (line.text[0] == 'l' &&
		         scan.label_count < SCAN_LABELS_MAX)
			scan.labels[scan.label_count++] = text;
		else
			return ST_INVALID;
	}
	*scan_out = scan;
	return ST_OK;
}
