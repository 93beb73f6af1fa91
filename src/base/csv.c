#include "base/csv.h"

/* The full-width forms are turned into the plain ones by some programs. */
static const char *const csv_starts[] = {
	"=",
	"+",
	"-",
	"@",
	"\t",
	"\r",
	"\n",
	"\xef\xbc\x9d",
	"\xef\xbc\x8b",
	"\xef\xbc\x8d",
	"\xef\xbc\xa0",
};

bool csv_is_formula(struct str text)
{
	/* What is not seen does not make a formula harmless. */
	while (text.length > 0 && (text.text[0] == ' ' || text.text[0] == '"' ||
	                           text.text[0] == '\''))
		text = str_sub(text, 1, text.length);
	for (size_t i = 0; i < sizeof(csv_starts) / sizeof(csv_starts[0]); i++)
		if (str_starts(text, str_of(csv_starts[i])))
			return true;
	return false;
}

static void csv_comma(struct buf *buf, bool first)
{
	if (!first)
		buf_char(buf, ',');
}

void csv_text(struct buf *buf, struct str text, bool first)
{
	csv_comma(buf, first);
	buf_char(buf, '"');
	if (csv_is_formula(text))
		buf_char(buf, '\'');
	for (size_t i = 0; i < text.length; i++) {
		if (text.text[i] == '"')
			buf_char(buf, '"');
		buf_char(buf, text.text[i]);
	}
	buf_char(buf, '"');
}

void csv_number(struct buf *buf, int64_t value, bool first)
{
	csv_comma(buf, first);
	buf_printf(buf, "%lld", (long long)value);
}

void csv_nothing(struct buf *buf, bool first)
{
	csv_comma(buf, first);
}

void csv_end(struct buf *buf)
{
	buf_text(buf, "\r\n");
}
