#include "app/demo_fill.h"

#include "base/buf.h"

#define FILL_BYTES ((size_t)64 << 10)
/* A number that says no range. */
#define FILL_NUMBER_FROM 12
#define FILL_NUMBER_TO   90

/* clang-format off */
static const struct {
	const char *lang;
	const char *days[7];
	const char *months[12];
	const char *date; /* between day and month */
} fill_langs[] = {
	{"en", {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
	 {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}, " "},
	{"de", {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
	 {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}, ". "},
	{"fr", {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
	 {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}, " "},
	{"es", {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
	 {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}, " de "},
	{"pt", {"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"},
	 {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"}, " de "},
};
/* What shops prepare for in each month. */
static const char *const fill_seasons[12] = {
	"spring launch", "spring launch", "Easter campaign", "summer launch", "summer sale", "summer sale",
	"autumn launch", "autumn launch", "holiday season", "holiday season", "Christmas sale", "winter sale",
};
/* clang-format on */

static size_t fill_lang(const struct demo_fill *fill)
{
	for (size_t i = 0; i < sizeof(fill_langs) / sizeof(fill_langs[0]);
	     i++) {
		if (fill->person &&
		    str_equal(fill->person->lang, str_of(fill_langs[i].lang)))
			return i;
	}
	return 0;
}

/* The day number `days` after the message, moved off the weekend. */
static int64_t fill_day(const struct demo_fill *fill, int64_t days)
{
	struct civil civil = zone_civil(fill->zone, fill->at);
	int64_t day = civil_days(civil.year, civil.month, civil.day) + days;

	while (civil_weekday(day) > 4)
		day += days < 0 ? -1 : 1;
	return day;
}

/* "+3" or "-2"; false: no such thing. */
static bool fill_days(struct str word, int64_t *days_out)
{
	if (str_starts(word, STR("+")))
		word = str_sub(word, 1, word.length);
	return str_to_i64(word, days_out);
}

static struct str fill_date(const struct demo_fill *fill, int64_t days)
{
	size_t lang = fill_lang(fill);
	int year, month, day;

	civil_from_days(fill_day(fill, days), &year, &month, &day);
	return str_printf(fill->arena, "%d%s%s", day, fill_langs[lang].date,
	                  fill_langs[lang].months[month - 1]);
}

/* "4 40 400": drawn the first time, and the same number from then on. */
static bool fill_number(const struct demo_fill *fill, struct str words,
                        struct str *out)
{
	struct str rest = words, piece;
	int64_t parts[3] = {0, FILL_NUMBER_FROM, FILL_NUMBER_TO};
	struct str *number;
	size_t count = 0;

	while (count < 3 && str_split(&rest, ' ', &piece)) {
		if (!str_to_i64(piece, &parts[count++]))
			return false;
	}
	if (rest.length > 0 || (count != 1 && count != 3) || parts[0] < 0 ||
	    parts[0] >= DEMO_NUMBERS_MAX || parts[1] > parts[2])
		return false;
	number = &fill->numbers[parts[0]];
	if (number->length == 0)
		*number = str_printf(fill->arena, "%lld",
		                     (long long)random_between(
					     fill->random, parts[1], parts[2]));
	*out = *number;
	return true;
}

static struct str fill_choice(const struct demo_fill *fill, struct str words)
{
	uint64_t count = 1, pick;

	for (size_t i = 0; i < words.length; i++)
		count += words.text[i] == '|';
	pick = random_below(fill->random, count);
	for (uint64_t i = 0; i < pick; i++) {
		size_t bar = str_find_char(words, '|', 0);

		words = str_sub(words, bar + 1, words.length);
	}
	return str_sub(words, 0, str_find_char(words, '|', 0));
}

static bool fill_name(const struct demo_fill *fill, struct str words,
                      struct str *out)
{
	const struct demo_person *person = fill->person;
	struct civil now = zone_civil(fill->zone, fill->at);

	if (str_equal(words, STR("season")))
		*out = str_of(fill_seasons[now.month - 1]);
	else if (str_equal(words, STR("product")) && person)
		*out = person->client ? person->client->product
		                      : person->product;
	else if (str_equal(words, STR("first")) && person)
		*out = demo_first_name(person->name);
	else if (str_equal(words, STR("client")) && person && person->client)
		*out = person->client->name;
	else if (str_equal(words, STR("member")) && fill->member)
		*out = demo_first_name(fill->member->name);
	else
		return false;
	return true;
}

static bool fill_one(const struct demo_fill *fill, struct str words,
                     struct str *out)
{
	size_t space = str_find_char(words, ' ', 0);
	struct str word = str_sub(words, 0, space);
	struct str rest = str_trim(str_sub(words, space, words.length));
	int64_t days;

	if (str_find_char(words, '|', 0) < words.length) {
		*out = fill_choice(fill, words);
		return true;
	}
	if (str_equal(word, STR("workday")) && fill_days(rest, &days)) {
		*out = str_of(
			fill_langs[fill_lang(fill)]
				.days[civil_weekday(fill_day(fill, days))]);
		return true;
	}
	if (str_equal(word, STR("date")) && fill_days(rest, &days)) {
		*out = fill_date(fill, days);
		return true;
	}
	return fill_number(fill, words, out) || fill_name(fill, words, out);
}

bool demo_fill(const struct demo_fill *fill, struct str words,
               struct str *words_out, struct str *wrong_out)
{
	struct buf buf;
	bool right = true;

	buf_init(&buf, FILL_BYTES);
	while (words.length > 0 && right) {
		size_t open = str_find_char(words, '{', 0);
		size_t close = str_find_char(words, '}', open);
		struct str piece;

		buf_str(&buf, str_sub(words, 0, open));
		if (open == words.length)
			break;
		*wrong_out = str_sub(words, open, close);
		right = close < words.length &&
		        fill_one(fill, str_sub(words, open + 1, close), &piece);
		if (!right)
			break;
		buf_str(&buf, piece);
		words = str_sub(words, close + 1, words.length);
	}
	if (right)
		*words_out = str_copy(fill->arena, buf_view(&buf));
	buf_release(&buf);
	return right;
}
