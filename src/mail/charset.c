#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/buf.h"
#include "mail/message.h"

/* clang-format off */
const char *const mail_charsets[] = {
	"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-7",
	"ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8",
	"ISO-8859-9", "ISO-8859-10", "ISO-8859-11", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16",
	"CP1250", "CP1251", "CP1253", "CP1254", "CP1255", "CP1256", "CP1257", "CP1258", "CP874",
	"CP437", "CP850", "CP852", "CP866", "KOI8-R", "KOI8-U", "MACINTOSH",
	"ISO-2022-JP", "ISO-2022-JP-2", "EUC-JP", "CP932", "SJIS",
	"GB18030", "GBK", "BIG5-HKSCS", "EUC-TW",
	"EUC-KR", "UHC", "ISO-2022-KR", "JOHAB", "TIS-620", "VISCII",
	NULL
};
/* clang-format on */

#define CHARSET_COUNT (sizeof(mail_charsets) / sizeof(mail_charsets[0]) - 1)

/*
 * The one piece of process-wide state below node: open converters are the
 * point of warming up, and a jail worker has a single thread.
 */
static struct {
	bool warm;
	bool is_open[CHARSET_COUNT];
	iconv_t converter[CHARSET_COUNT];
} charset_cache;

/* What needs no converter. */
#define CHARSET_UTF8  "UTF-8"
#define CHARSET_LATIN "CP1252"
#define CHARSET_UTF16 "UTF-16"
#define CHARSET_UTF32 "UTF-32"
#define CHARSET_NONE  ""

/*
 * Labels as mail programs write them, squeezed: lower case, letters and digits
 * only. Superset charsets are taken where browsers take them, because mail
 * that says latin-1 holds windows quotes.
 */
/* clang-format off */
static const struct {
	const char *label, *name;
} charset_labels[] = {
	{"utf8", CHARSET_UTF8}, {"unicode11utf8", CHARSET_UTF8}, {"utf8mb4", CHARSET_UTF8}, {"cp65001", CHARSET_UTF8},
	{"usascii", CHARSET_NONE}, {"ascii", CHARSET_NONE}, {"ansix341968", CHARSET_NONE}, {"646", CHARSET_NONE},
	{"iso88591", CHARSET_LATIN}, {"latin1", CHARSET_LATIN}, {"88591", CHARSET_LATIN}, {"iso885911987", CHARSET_LATIN},
	{"windows1252", CHARSET_LATIN}, {"cp1252", CHARSET_LATIN}, {"win1252", CHARSET_LATIN}, {"ansi", CHARSET_LATIN},
	{"utf16", CHARSET_UTF16}, {"unicode", CHARSET_UTF16}, {"ucs2", CHARSET_UTF16}, {"iso10646ucs2", CHARSET_UTF16},
	{"utf16le", "UTF-16LE"}, {"utf16be", "UTF-16BE"},
	{"utf32", CHARSET_UTF32}, {"ucs4", CHARSET_UTF32}, {"utf32le", "UTF-32LE"}, {"utf32be", "UTF-32BE"},
	{"utf7", "UTF-7"}, {"unicode11utf7", "UTF-7"}, {"unicode20utf7", "UTF-7"},
	{"latin2", "ISO-8859-2"}, {"latin5", "ISO-8859-9"}, {"latin9", "ISO-8859-15"}, {"latin0", "ISO-8859-15"},
	{"iso88599", "CP1254"}, {"iso885911", "CP874"}, {"iso88598i", "ISO-8859-8"}, {"iso88596e", "ISO-8859-6"},
	{"windows874", "CP874"}, {"tis620", "CP874"}, {"ibm437", "CP437"}, {"ibm850", "CP850"}, {"ibm852", "CP852"}, {"ibm866", "CP866"},
	{"macintosh", "MACINTOSH"}, {"macroman", "MACINTOSH"}, {"xmacroman", "MACINTOSH"}, {"mac", "MACINTOSH"},
	{"koi8", "KOI8-R"}, {"koi8ru", "KOI8-U"},
	{"iso2022jp1", "ISO-2022-JP-2"}, {"iso2022jp3", "ISO-2022-JP-2"}, {"csiso2022jp", "ISO-2022-JP"}, {"cp50220", "ISO-2022-JP"}, {"cp50221", "ISO-2022-JP"},
	{"shiftjis", "CP932"}, {"sjis", "CP932"}, {"xsjis", "CP932"}, {"windows31j", "CP932"}, {"mskanji", "CP932"}, {"csshiftjis", "CP932"},
	{"xeucjp", "EUC-JP"}, {"ujis", "EUC-JP"}, {"cseucpkdfmtjapanese", "EUC-JP"},
	{"gb2312", "GB18030"}, {"gbk", "GB18030"}, {"gb231280", "GB18030"}, {"euccn", "GB18030"}, {"cp936", "GB18030"}, {"xgbk", "GB18030"}, {"csgb2312", "GB18030"}, {"hzgb2312", "GB18030"},
	{"big5", "BIG5-HKSCS"}, {"cnbig5", "BIG5-HKSCS"}, {"csbig5", "BIG5-HKSCS"}, {"cp950", "BIG5-HKSCS"}, {"xxbig5", "BIG5-HKSCS"},
	{"ksc56011987", "UHC"}, {"ksc5601", "UHC"}, {"euckr", "UHC"}, {"cp949", "UHC"}, {"windows949", "UHC"}, {"korean", "UHC"}, {"ksc560119871", "UHC"},
};
/* clang-format on */

#define LABEL_SIZE 32u

unsigned charset_warm(void)
{
	unsigned count = 0;

	for (size_t i = 0; i < CHARSET_COUNT; i++) {
		if (!charset_cache.warm) {
			iconv_t converter =
				iconv_open("UTF-8", mail_charsets[i]);

			charset_cache.converter[i] = converter;
			charset_cache.is_open[i] = converter != (iconv_t)-1;
		}
		count += charset_cache.is_open[i];
	}
	charset_cache.warm = true;
	return count;
}

/* Lower case, letters and digits only; "" when it does not fit. */
static void charset_squeeze(struct str label, char out[LABEL_SIZE])
{
	size_t length = 0;

	for (size_t i = 0; i < label.length; i++) {
		char c = label.text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			continue;
		if (length == LABEL_SIZE - 1) {
			length = 0;
			break;
		}
		out[length++] = c;
	}
	out[length] = '\0';
}

/* Our name of a charset, NULL when it is not one of ours. */
static const char *charset_name(struct str label)
{
	char squeezed[LABEL_SIZE], own[LABEL_SIZE], windows[LABEL_SIZE];

	charset_squeeze(label, squeezed);
	for (size_t i = 0;
	     i < sizeof(charset_labels) / sizeof(charset_labels[0]); i++) {
		if (strcmp(squeezed, charset_labels[i].label) == 0)
			return charset_labels[i].name;
	}
	/* windows-1250, x-cp1250 and win1250 are all CP1250. */
	memcpy(windows, squeezed, sizeof(windows));
	for (size_t i = 0; squeezed[i]; i++) {
		if (squeezed[i] >= '0' && squeezed[i] <= '9') {
			struct str digits = str_of(squeezed + i);

			if (digits.length < LABEL_SIZE - 2) {
				memcpy(windows, "cp", 2);
				memcpy(windows + 2, digits.text,
				       digits.length + 1);
			}
			break;
		}
	}
	for (size_t i = 0; i < CHARSET_COUNT; i++) {
		charset_squeeze(str_of(mail_charsets[i]), own);
		if (strcmp(squeezed, own) == 0)
			return mail_charsets[i];
	}
	for (size_t i = 0; i < CHARSET_COUNT; i++) {
		charset_squeeze(str_of(mail_charsets[i]), own);
		if (strcmp(windows, own) == 0)
			return mail_charsets[i];
	}
	return NULL;
}

/* The upper half of windows-1252 below 0xa0; 0 where it has no character. */
static const uint16_t charset_latin_high[32] = {
	0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
	0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

static struct str charset_from_latin(struct arena *arena, struct str bytes)
{
	char *text = arena_array(arena, bytes.length + 1, 3);
	size_t length = 0;

	for (size_t i = 0; i < bytes.length; i++) {
		unsigned c = (unsigned char)bytes.text[i];

		if (c >= 0x80 && c < 0xa0)
			c = charset_latin_high[c - 0x80];
		if (c == 0)
			c = bytes.text[i] ? 0xfffd : ' ';
		if (c < 0x80) {
			text[length++] = (char)c;
		} else if (c < 0x800) {
			text[length++] = (char)(0xc0 | (c >> 6));
			text[length++] = (char)(0x80 | (c & 0x3f));
		} else {
			text[length++] = (char)(0xe0 | (c >> 12));
			text[length++] = (char)(0x80 | ((c >> 6) & 0x3f));
			text[length++] = (char)(0x80 | (c & 0x3f));
		}
	}
	return (struct str){text, length};
}

/* Runs an open converter; bytes it refuses become U+FFFD, one each. */
static bool charset_run(struct arena *arena, iconv_t converter,
                        struct str bytes, struct str *text_out)
{
	size_t size = bytes.length * 4 + 16;
	char *text = arena_alloc(arena, size), *to = text;
	char *from = (char *)bytes.text; /* iconv does not write through it */
	size_t from_left = bytes.length, to_left = size;
	bool clean = true;

	iconv(converter, NULL, NULL, NULL, NULL);
	while (from_left > 0 && to_left > 8) {
		if (iconv(converter, &from, &from_left, &to, &to_left) !=
		    (size_t)-1)
			break;
		if (errno == E2BIG)
			break;
		clean = false;
		memcpy(to, "\xef\xbf\xbd", 3);
		to += 3;
		to_left -= 3;
		if (errno == EINVAL)
			break; /* cut inside a character */
		from++;
		from_left--;
	}
	if (to_left > 8)
		iconv(converter, NULL, NULL, &to, &to_left);
	*text_out = (struct str){text, size - to_left};
	return clean;
}

static bool charset_convert(struct arena *arena, const char *name,
                            struct str bytes, struct str *text_out)
{
	for (size_t i = 0; i < CHARSET_COUNT; i++) {
		if (strcmp(mail_charsets[i], name) != 0)
			continue;
		if (!charset_cache.warm || !charset_cache.is_open[i])
			break;
		return charset_run(arena, charset_cache.converter[i], bytes,
		                   text_out);
	}
	*text_out = charset_from_latin(arena, bytes);
	return false;
}

/* UTF-16 and UTF-32 say their byte order by a mark, or by where zeroes are. */
static const char *charset_wide(struct str bytes, bool is_32)
{
	size_t even = 0, odd = 0;

	if (str_starts(bytes, (struct str){"\xff\xfe", 2}))
		return is_32 ? "UTF-32LE" : "UTF-16LE";
	for (size_t i = 0; i < bytes.length && i < 1024; i++) {
		if (bytes.text[i] == '\0')
			*(i % 2 ? &odd : &even) += 1;
	}
	if (is_32)
		return bytes.length >= 4 && bytes.text[0] ? "UTF-32LE"
		                                          : "UTF-32BE";
	return odd > even ? "UTF-16LE" : "UTF-16BE";
}

static bool charset_has_multibyte(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] >= 0xc2)
			return true;
	}
	return false;
}

/* Text without a usable label, or that claims to be UTF-8. */
static bool charset_guess(struct arena *arena, struct str bytes, bool says_utf8,
                          struct str *text_out)
{
	if (str_find(bytes, STR("\x1b$B"), 0) < bytes.length)
		return charset_convert(arena, "ISO-2022-JP", bytes, text_out);
	if (str_utf8_valid(bytes)) {
		*text_out = bytes;
		return says_utf8 || !charset_has_multibyte(bytes);
	}
	/* Mostly UTF-8 with a fault in it stays UTF-8. */
	struct str cleaned = str_utf8_clean(arena, bytes);
	size_t high = 0, replaced = 0, at = 0;

	for (size_t i = 0; i < bytes.length; i++)
		high += (unsigned char)bytes.text[i] >= 0x80;
	while ((at = str_find(cleaned, STR("\xef\xbf\xbd"), at)) <
	       cleaned.length) {
		replaced++;
		at += 3;
	}
	if (says_utf8 ? replaced < high : replaced * 4 < high)
		*text_out = cleaned;
	else
		*text_out = charset_from_latin(arena, bytes);
	return false;
}

static bool charset_is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\n' && c != '\t' &&
	        c != '\r') ||
	       c == 0x7f;
}

/* Controls become spaces, but for line ends and tabs; the mark goes. */
static struct str charset_finish(struct arena *arena, struct str text)
{
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_sub(text, 3, text.length);
	text = str_utf8_clean(arena, text);
	for (size_t i = 0; i < text.length; i++) {
		if (charset_is_control(text.text[i])) {
			char *copy = str_cstr(arena, text);

			for (; i < text.length; i++) {
				if (charset_is_control(copy[i]))
					copy[i] = ' ';
			}
			text.text = copy;
		}
	}
	return text;
}

bool charset_decode(struct arena *arena, struct str label, struct str bytes,
                    struct str *text_out)
{
	const char *name = charset_name(label);
	struct str text;
	bool clean;

	if (!name || strcmp(name, CHARSET_NONE) == 0) {
		clean = charset_guess(arena, bytes, false, &text);
	} else if (strcmp(name, CHARSET_UTF8) == 0) {
		clean = charset_guess(arena, bytes, true, &text);
	} else if (strcmp(name, CHARSET_LATIN) == 0) {
		/* Valid UTF-8 is never latin-1 by accident. */
		clean = !str_utf8_valid(bytes) || !charset_has_multibyte(bytes);
		text = clean ? charset_from_latin(arena, bytes) : bytes;
	} else if (strcmp(name, CHARSET_UTF16) == 0) {
		clean = charset_convert(arena, charset_wide(bytes, false),
		                        bytes, &text);
	} else if (strcmp(name, CHARSET_UTF32) == 0) {
		clean = charset_convert(arena, charset_wide(bytes, true), bytes,
		                        &text);
	} else {
		clean = charset_convert(arena, name, bytes, &text);
	}
	*text_out = charset_finish(arena, text);
	return clean;
}
