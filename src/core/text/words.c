/*
 * Splitting and folding. The tables say what each accented Latin letter folds
 * to; Greek and Cyrillic fold by arithmetic on their blocks; every other
 * letter stands for itself. What is neither letter, digit nor emoji divides.
 */
#include "core/text/words.h"

#include <assert.h>
#include <string.h>

/* U+00C0 to U+017F, two columns a letter; '.' is nothing. */
static const char fold_latin[] =
	"a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o...o.u.u.u.u.y.thss"
	"a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o...o.u.u.u.u.y.thy."
	"a.a.a.a.a.a.c.c.c.c.c.c.c.c.d.d.d.d.e.e.e.e.e.e.e.e.e.e.g.g.g.g."
	"g.g.g.g.h.h.h.h.i.i.i.i.i.i.i.i.i.i.ijijj.j.k.k.k.l.l.l.l.l.l.l."
	"l.l.l.n.n.n.n.n.n.n.n.n.o.o.o.o.o.o.oeoer.r.r.r.r.r.s.s.s.s.s.s."
	"s.s.t.t.t.t.t.t.u.u.u.u.u.u.u.u.u.u.u.u.w.w.y.y.y.z.z.z.z.z.z.s.";
/* U+1E00 to U+1EFF, one column a letter. */
static const char fold_latin_more[] =
	"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
	"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
	"wwwwwwwwwwxxxxyyzzzzzzhtwylssssdaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
	"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyllvvyy";

static_assert(sizeof(fold_latin) == 2 * (0x180 - 0xC0) + 1, "one pair each");
static_assert(sizeof(fold_latin_more) == 256 + 1, "one each");

/*
 * What an apostrophe after these divides: French and Italian elision. In all
 * other words it vanishes.
 */
/* clang-format off */
static const char *const elisions[] = {
	"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "aujourd",
	"un", "dell", "all", "nell", "sull", "dall", "quest", "quell",
};
/* clang-format on */

enum rune_class {
	RUNE_DIVIDE,
	RUNE_LETTER,
	RUNE_DIGIT,
	RUNE_EMOJI,
	RUNE_APOSTROPHE,
	RUNE_CURRENCY,
	RUNE_NOTHING, /* joins, as if it were not there */
};

/* Reads one code point; a broken byte is U+FFFD of length one. */
static uint32_t rune_read(struct str s, size_t at, size_t *length_out)
{
	const unsigned char *p = (const unsigned char *)s.text + at;
	size_t left = s.length - at;
	size_t need = p[0] < 0x80             ? 1
	              : (p[0] & 0xE0) == 0xC0 ? 2
	              : (p[0] & 0xF0) == 0xE0 ? 3
	              : (p[0] & 0xF8) == 0xF0 ? 4
	                                      : 0;
	*length_out = 1;
	if (need == 1)
		return p[0];
	if (need == 0 || need > left)
		return 0xFFFD;
	uint32_t rune = p[0] & (0xFFu >> (need + 1));
	for (size_t i = 1; i < need; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0xFFFD;
		rune = rune << 6 | (p[i] & 0x3F);
	}
	*length_out = need;
	return rune;
}

static enum rune_class rune_class_ascii(uint32_t rune)
{
	if ((rune | 32) >= 'a' && (rune | 32) <= 'z')
		return RUNE_LETTER;
	if (rune >= '0' && rune <= '9')
		return RUNE_DIGIT;
	if (rune == '\'' || rune == '`')
		return RUNE_APOSTROPHE;
	return rune == '$' ? RUNE_CURRENCY : RUNE_DIVIDE;
}

static enum rune_class rune_class(uint32_t rune)
{
	/* clang-format off */
	static const struct {
		uint32_t first, last;
		enum rune_class class;
	} ranges[] = { /* sorted; what is in none is a letter */
		{0x0080, 0x00A1, RUNE_DIVIDE},   {0x00A2, 0x00A5, RUNE_CURRENCY},   {0x00A6, 0x00A9, RUNE_DIVIDE},
		{0x00AB, 0x00AC, RUNE_DIVIDE},   {0x00AD, 0x00AD, RUNE_NOTHING},    {0x00AE, 0x00B3, RUNE_DIVIDE},
		{0x00B4, 0x00B4, RUNE_APOSTROPHE}, {0x00B6, 0x00B9, RUNE_DIVIDE},   {0x00BB, 0x00BF, RUNE_DIVIDE},
		{0x00D7, 0x00D7, RUNE_DIVIDE},   {0x00F7, 0x00F7, RUNE_DIVIDE},     {0x02BC, 0x02BC, RUNE_APOSTROPHE},
		{0x0300, 0x036F, RUNE_NOTHING},  {0x037E, 0x037E, RUNE_DIVIDE},     {0x2000, 0x200A, RUNE_DIVIDE},
		{0x200B, 0x200F, RUNE_NOTHING},  {0x2010, 0x2017, RUNE_DIVIDE},     {0x2018, 0x2019, RUNE_APOSTROPHE},
		{0x201A, 0x205F, RUNE_DIVIDE},   {0x2060, 0x206F, RUNE_NOTHING},    {0x2070, 0x209F, RUNE_DIVIDE},
		{0x20A0, 0x20CF, RUNE_CURRENCY}, {0x20D0, 0x20FF, RUNE_NOTHING},    {0x2100, 0x25FF, RUNE_DIVIDE},
		{0x2600, 0x27BF, RUNE_EMOJI},    {0x27C0, 0x2BFF, RUNE_DIVIDE},     {0x3000, 0x3003, RUNE_DIVIDE},
		{0x3008, 0x3020, RUNE_DIVIDE},   {0xE000, 0xF8FF, RUNE_DIVIDE},     {0xFE00, 0xFE0F, RUNE_NOTHING},
		{0xFEFF, 0xFEFF, RUNE_NOTHING},  {0xFF01, 0xFF0F, RUNE_DIVIDE},     {0xFFF0, 0xFFFF, RUNE_DIVIDE},
		{0x1F000, 0x1F3FA, RUNE_EMOJI},  {0x1F3FB, 0x1F3FF, RUNE_NOTHING},  {0x1F400, 0x1FAFF, RUNE_EMOJI},
	};
	/* clang-format on */
	if (rune < 0x80)
		return rune_class_ascii(rune);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (rune < ranges[i].first)
			return RUNE_LETTER;
		if (rune <= ranges[i].last)
			return ranges[i].class;
	}
	return RUNE_LETTER;
}

/* Greek and Cyrillic to lower case without tonos; others as they are. */
static uint32_t rune_fold_block(uint32_t rune)
{
	/* clang-format off */
	static const uint16_t greek[][2] = {
		{0x386, 0x3B1}, {0x388, 0x3B5}, {0x389, 0x3B7}, {0x38A, 0x3B9}, {0x38C, 0x3BF}, {0x38E, 0x3C5},
		{0x38F, 0x3C9}, {0x390, 0x3B9}, {0x3AA, 0x3B9}, {0x3AB, 0x3C5}, {0x3AC, 0x3B1}, {0x3AD, 0x3B5},
		{0x3AE, 0x3B7}, {0x3AF, 0x3B9}, {0x3B0, 0x3C5}, {0x3C2, 0x3C3}, {0x3CA, 0x3B9}, {0x3CB, 0x3C5},
		{0x3CC, 0x3BF}, {0x3CD, 0x3C5}, {0x3CE, 0x3C9},
	};
	/* clang-format on */
	if (rune >= 0x370 && rune <= 0x3FF) {
		for (size_t i = 0; i < sizeof(greek) / sizeof(greek[0]); i++)
			if (greek[i][0] == rune)
				return greek[i][1];
		return rune >= 0x391 && rune <= 0x3A9 ? rune + 0x20 : rune;
	}
	if (rune >= 0x410 && rune <= 0x42F)
		rune += 0x20;
	else if (rune >= 0x400 && rune <= 0x40F)
		rune += 0x50;
	else if (rune >= 0x460 && rune <= 0x4FF && !(rune & 1) &&
	         (rune < 0x482 || rune > 0x489))
		rune += 1;
	return rune == 0x451 ? 0x435 : rune;
}

static size_t rune_write(uint32_t rune, char *out)
{
	if (rune < 0x800) {
		out[0] = (char)(0xC0 | rune >> 6);
		out[1] = (char)(0x80 | (rune & 0x3F));
		return 2;
	}
	if (rune < 0x10000) {
		out[0] = (char)(0xE0 | rune >> 12);
		out[1] = (char)(0x80 | (rune >> 6 & 0x3F));
		out[2] = (char)(0x80 | (rune & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | rune >> 18);
	out[1] = (char)(0x80 | (rune >> 12 & 0x3F));
	out[2] = (char)(0x80 | (rune >> 6 & 0x3F));
	out[3] = (char)(0x80 | (rune & 0x3F));
	return 4;
}

/* Up to four bytes into `out`; returns how many. */
static size_t rune_fold(uint32_t rune, char *out)
{
	if (rune < 0x80) {
		bool upper = rune >= 'A' && rune <= 'Z';
		out[0] = (char)(upper ? rune | 32 : rune);
		return 1;
	}
	if (rune == 0xAA || rune == 0xBA) { /* ordinals: 1ª, 1º */
		out[0] = rune == 0xAA ? 'a' : 'o';
		return 1;
	}
	if (rune >= 0xC0 && rune < 0x180) {
		const char *pair = fold_latin + 2 * (rune - 0xC0);
		out[0] = pair[0];
		out[1] = pair[1];
		return pair[0] == '.' ? 0 : pair[1] == '.' ? 1 : 2;
	}
	if (rune >= 0x218 && rune <= 0x21B) { /* Romanian */
		out[0] = rune < 0x21A ? 's' : 't';
		return 1;
	}
	if (rune >= 0x1E00 && rune <= 0x1EFF) {
		out[0] = fold_latin_more[rune - 0x1E00];
		return 1;
	}
	return rune_write(rune_fold_block(rune), out);
}

static bool rune_is_upper(uint32_t rune)
{
	return (rune >= 'A' && rune <= 'Z') ||
	       (rune >= 0xC0 && rune <= 0xDE && rune != 0xD7) ||
	       (rune >= 0x391 && rune <= 0x3A9) ||
	       (rune >= 0x400 && rune <= 0x42F);
}

/* The splitter's state: where it is, and what it knows of the next word. */
struct splitter {
	struct str text;
	size_t at;
	char *folds; /* room for the folded bytes of all words */
	size_t folds_used;
	struct word *list;
	size_t count, capacity;
	size_t first; /* the sentence's first word */
	uint32_t sentence;
	uint32_t next_flags;
	size_t line_start;
	bool divided; /* the sentence ended before the next word */
};

static bool elision(struct str fold)
{
	for (size_t i = 0; i < sizeof(elisions) / sizeof(elisions[0]); i++)
		if (str_equal(fold, str_of(elisions[i])))
			return true;
	return false;
}

static void splitter_end_sentence(struct splitter *s, uint32_t flag)
{
	for (size_t i = s->first; flag && i < s->count; i++)
		s->list[i].flags |= flag;
	if (s->count > s->first)
		s->divided = true;
}

static void splitter_push(struct splitter *s, struct word word)
{
	if (s->divided) {
		s->sentence++;
		s->first = s->count;
		s->divided = false;
	}
	word.flags |= s->next_flags;
	if (s->count == s->first)
		word.flags |= WORD_SENTENCE;
	word.sentence = s->sentence;
	s->next_flags = 0;
	s->list[s->count++] = word;
}

static bool one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* True if a digit follows a '.', ',', ':', '/' or '-' inside a number. */
static bool joins_number(struct str text, size_t at)
{
	return one_of(text.text[at], ".,:/-") && at + 1 < text.length &&
	       text.text[at + 1] >= '0' && text.text[at + 1] <= '9';
}

static bool letter_at(struct str text, size_t at)
{
	size_t length;
	return at < text.length &&
	       rune_class(rune_read(text, at, &length)) == RUNE_LETTER;
}

/* Reads the word that begins at s->at, which is a letter or digit. */
static void splitter_word(struct splitter *s)
{
	struct word word = {.start = (uint32_t)s->at};
	char *fold = s->folds + s->folds_used;
	size_t used = 0, letters = 0, uppers = 0, at = s->at;
	char last = 0;

	if (s->text.text[at] >= '0' && s->text.text[at] <= '9')
		word.flags |= WORD_NUMBER;
	while (at < s->text.length) {
		size_t length;
		uint32_t rune = rune_read(s->text, at, &length);
		enum rune_class class = rune_class(rune);
		char piece[4];
		size_t n = 0;

		if (class == RUNE_LETTER || class == RUNE_DIGIT) {
			n = rune_fold(rune, piece);
			letters += class == RUNE_LETTER;
			uppers += rune_is_upper(rune);
		} else if (class == RUNE_APOSTROPHE) {
			if (!letter_at(s->text, at + length) ||
			    elision((struct str){fold, used}))
				break;
		} else if (class == RUNE_DIVIDE && last >= '0' && last <= '9' &&
		           length == 1 && joins_number(s->text, at)) {
			piece[n++] = s->text.text[at];
		} else if (class != RUNE_NOTHING) {
			break;
		}
		if (n && used + n <= WORD_BYTES_MAX) {
			memcpy(fold + used, piece, n);
			used += n;
		}
		last = n ? piece[n - 1] : last;
		at += length;
	}
	if (letters >= 2 && uppers == letters)
		word.flags |= WORD_SHOUT;
	word.fold = (struct str){fold, used};
	word.end = (uint32_t)at;
	s->folds_used += used;
	s->at = at;
	if (used)
		splitter_push(s, word);
}

static void splitter_emoji(struct splitter *s, uint32_t rune, size_t length)
{
	char *fold = s->folds + s->folds_used;
	size_t used = rune_write(rune, fold);
	struct word word = {.fold = {fold, used},
	                    .start = (uint32_t)s->at,
	                    .end = (uint32_t)(s->at + length)};
	s->folds_used += used;
	s->at += length;
	splitter_push(s, word);
}

/*
 * A full stop ends a sentence when space follows, unless it looks like an
 * abbreviation or an ordinal: a short word before it, a small letter after.
 */
static bool stop_ends(const struct splitter *s)
{
	size_t at = s->at + 1;
	if (at >= s->text.length)
		return true;
	if (!one_of(s->text.text[at], " \t\r\n\"')]"))
		return false;
	while (at < s->text.length && one_of(s->text.text[at], " \t\"')]"))
		at++;
	bool small = at < s->text.length && s->text.text[at] >= 'a' &&
	             s->text.text[at] <= 'z';
	const struct word *last = s->count ? &s->list[s->count - 1] : NULL;
	return !(small && last && last->end == s->at &&
	         (last->fold.length <= 4 || (last->flags & WORD_NUMBER)));
}

/*
 * A line break ends a sentence at an empty line, before a list mark, and after
 * a line too short to have been wrapped.
 */
static bool line_ends_sentence(const struct splitter *s)
{
	struct str text = s->text;
	size_t at = s->at + 1;
	while (at < text.length && one_of(text.text[at], " \t\r"))
		at++;
	if (at >= text.length || one_of(text.text[at], "\n-*>"))
		return true;
	if (at + 2 < text.length &&
	    memcmp(text.text + at, "\xE2\x80\xA2", 3) == 0)
		return true; /* a bullet */
	return s->at - s->line_start < 50;
}

static void splitter_newline(struct splitter *s)
{
	if (line_ends_sentence(s))
		splitter_end_sentence(s, 0);
	s->next_flags |= WORD_LINE;
	s->at++;
	s->line_start = s->at;
}

/* What divides words; sentence ends and commas leave their mark. */
static void splitter_divide(struct splitter *s, uint32_t rune, size_t length)
{
	switch (rune) {
	case '\n':
		splitter_newline(s);
		return;
	case '.':
		if (stop_ends(s))
			splitter_end_sentence(s, 0);
		break;
	case '?':
	case 0x37E:  /* Greek question mark */
	case 0xFF1F: /* full-width */
		splitter_end_sentence(s, WORD_QUESTION);
		break;
	case '!':
		splitter_end_sentence(s, WORD_EXCLAIM);
		break;
	case 0x2026: /* an ellipsis */
		splitter_end_sentence(s, 0);
		break;
	case ',':
	case ';':
	case ':':
	case '(':
	case ')':
	case '"':
	case 0x2013:
	case 0x2014:
		s->next_flags |= WORD_COMMA;
		break;
	}
	s->at += length;
}

static void splitter_currency(struct splitter *s, size_t length)
{
	struct word *last = s->count ? &s->list[s->count - 1] : NULL;
	if (last && (last->flags & WORD_NUMBER) && s->at - last->end <= 1)
		last->flags |= WORD_MONEY;
	else
		s->next_flags |= WORD_MONEY;
	s->at += length;
}

struct words words_split(struct arena *arena, struct str text)
{
	if (text.length > UINT32_MAX)
		text.length = UINT32_MAX;
	/* Each word takes two bytes of text at least, but for a lone emoji. */
	size_t capacity = text.length / 2 + 2;
	if (capacity > WORDS_MAX)
		capacity = WORDS_MAX;
	struct splitter s = {
		.text = text,
		.capacity = capacity,
		.next_flags = WORD_LINE,
		.list = arena_array(arena, capacity, sizeof(struct word)),
		/* Folding never gives more than two bytes for one. */
		.folds = arena_alloc(arena, 2 * text.length + 8),
	};
	while (s.at < text.length && s.count < s.capacity) {
		size_t length;
		uint32_t rune = rune_read(text, s.at, &length);
		switch (rune_class(rune)) {
		case RUNE_LETTER:
		case RUNE_DIGIT:
			splitter_word(&s);
			break;
		case RUNE_EMOJI:
			splitter_emoji(&s, rune, length);
			break;
		case RUNE_CURRENCY:
			splitter_currency(&s, length);
			break;
		case RUNE_DIVIDE:
			splitter_divide(&s, rune, length);
			break;
		case RUNE_APOSTROPHE:
		case RUNE_NOTHING:
			s.at += length;
			break;
		}
	}
	assert(s.folds_used <= 2 * text.length + 8);
	return (struct words){text, s.list, s.count,
	                      s.count ? s.sentence + 1 : 0};
}
