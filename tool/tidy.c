/*
 * tidy layers|all FILE...
 *
 * The rules of STYLE.md that are about text: what may include what, functions
 * that are not used here, how long things may get, where SQL may stand. All of
 * them are rows of the tables below. Prints one line a finding and answers 1 if
 * there was any. `layers` is the part that must hold at each landing.
 *
 * A file is looked at in three views of equal length: as it is, without
 * comments, and without comments and the insides of strings; so a rule on code
 * does not trip over prose.
 */
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum view { VIEW_RAW, VIEW_STRINGS, VIEW_CODE, VIEW_COUNT };

struct file {
	const char *path;  /* as given, for the messages */
	const char *place; /* from the last "src/", "test/" or "tool/" on */
	char *view[VIEW_COUNT];
	size_t length;
};

/* clang-format off */
/* A folder may include itself and what its row names. */
static const struct layer {
	const char *folder;
	const char *below;
} layers[] = {
	{"app",     " app portal web channel node desk store core mail base "},
	{"portal",  " portal node desk store core mail base "},
	{"web",     " web node desk store core mail base "},
	{"channel", " channel node desk store core mail base "},
	{"node",    " node desk store core mail base "},
	{"desk",    " desk store core mail base "},
	{"store",   " store core mail base "},
	{"core",    " core mail base "},
	{"mail",    " mail base "},
	{"base",    " base "},
};

/*
 * A rule fires where `pattern` (POSIX extended) matches a line of the view in
 * a file whose place matches `where` and not `except` (NULL: no exception),
 * but for lines that match `unless`.
 */
static const struct rule {
	bool layering; /* belongs to `layers` too */
	enum view view;
	const char *where;
	const char *except;
	const char *pattern;
	const char *unless; /* NULL, or what makes a line right again */
	const char *advice;
} rules[] = {
	{true, VIEW_CODE, "^src/(base|core|mail)/", NULL,
	 "^#include <(time|sys/time|unistd|fcntl|dirent|netdb|poll|pthread|signal|threads|sys/(socket|stat|mman|random|wait)|"
	 "netinet/.*|arpa/.*|sqlite3|microhttpd|libpq-fe|curl/.*|sodium)(\\.h)?>",
	 NULL,
	 "base, core and mail are pure: no clock, file, socket, thread or randomness"},
	{true, VIEW_CODE, "^src/(base|core|mail)/", NULL,
	 "\\b(fopen|fdopen|freopen|tmpfile|remove|rename|fread|fwrite|puts|printf|perror|getenv|setenv|socket|"
	 "clock_gettime|gettimeofday|clock|getrandom|random|drand48|randombytes_[a-z]+)[ ]*\\(",
	 NULL,
	 "base, core and mail are pure: pass in what is needed, hand back what was made"},
	{true, VIEW_CODE, "^src/", NULL,
	 "\\b(strcpy|stpcpy|strcat|sprintf|vsprintf|strncpy|strncat|strtok|strtok_r|atoi|atol|atoll|atof|scanf|sscanf|fscanf|"
	 "gmtime|localtime|ctime|asctime|mktime|time|rand|srand|gets|alloca|system|popen|tmpnam|mktemp|tempnam)[ ]*\\(",
	 NULL,
	 "banned: str, buf, instant and the seeded random do this better"},
	{true, VIEW_CODE, "^src/", "^src/(node|app)/",
	 "\\b(clock_gettime|gettimeofday)[ ]*\\(",
	 NULL,
	 "only node reads the clock; a turn gets its instant as an argument"},
	{false, VIEW_CODE, "^src/(core|desk|web|portal)/", NULL,
	 "\\b(malloc|calloc|realloc|strdup|strndup|asprintf)[ ]*\\(",
	 NULL,
	 "memory comes from the turn's arena"},
	{false, VIEW_CODE, "^(src|test|tool)/", NULL,
	 "^typedef (struct|enum|union)",
	 "\\(", /* a callback's type may have a name */
	 "structs and enums keep their tags"},
	{false, VIEW_RAW, "^(src|test|tool)/", "^tool/tidy\\.c$",
	 "\\b(TODO|FIXME|XXX|HACK)\\b",
	 NULL,
	 "finish it, or say in doc/decisions.md why not"},
	{false, VIEW_RAW, "^(src|test|tool)/", NULL,
	 "[ \t]$",
	 NULL,
	 "white space at the end of the line"},
	{false, VIEW_CODE, "^src/(web|portal|channel|desk|core|store|mail|base)/", NULL,
	 "^static ([a-z_]+ )+\\*?[a-z_]+(\\[[A-Za-z0-9_]*\\])?( = [^;(]*)?;$",
	 "^static const [^*]*$|\\*const ",
	 "a mutable global; state belongs to node or app"},
};
/* clang-format on */

#define COUNT(table)       (sizeof(table) / sizeof((table)[0]))
#define FUNCTION_LINES_MAX 70
#define FILE_LINES_MAX     800
#define HEADER_LINES_MAX   250

static int findings;

static void report(const struct file *file, size_t line, const char *advice)
{
	printf("%s:%zu: %s\n", file->path, line, advice);
	findings++;
}

static bool matches(const char *pattern, const char *text)
{
	regex_t regex;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		fprintf(stderr, "tidy: bad pattern %s\n", pattern);
		exit(2);
	}

	bool match = regexec(&regex, text, 0, NULL, 0) == 0;

	regfree(&regex);
	return match;
}

/* Blanks a character of a view, but keeps the lines where they are. */
static void blank(char *text, size_t at)
{
	if (text[at] != '\n' && text[at] != '\0')
		text[at] = ' ';
}

/* The end of the comment that starts at `at`. */
static size_t comment_end(const char *text, size_t at)
{
	bool line = text[at + 1] == '/';
	const char *end = strstr(text + at + 2, line ? "\n" : "*/");

	if (end == NULL)
		return strlen(text);
	return (size_t)(end - text) + (line ? 0 : 2);
}

/* The closing quote of the literal that opens at `at`. */
static size_t literal_end(const char *text, size_t at)
{
	char quote = text[at++];

	while (text[at] != '\0' && text[at] != quote && text[at] != '\n') {
		if (text[at] == '\\' && text[at + 1] != '\0')
			at++;
		at++;
	}
	return at;
}

static void views_fill(struct file *file)
{
	const char *raw = file->view[VIEW_RAW];
	char *strings = file->view[VIEW_STRINGS];
	char *code = file->view[VIEW_CODE];
	size_t at = 0;

	while (raw[at] != '\0') {
		if (raw[at] == '/' &&
		    (raw[at + 1] == '*' || raw[at + 1] == '/')) {
			size_t end = comment_end(raw, at);

			for (; at < end; at++) {
				blank(strings, at);
				blank(code, at);
			}
		} else if (raw[at] == '"' || raw[at] == '\'') {
			size_t end = literal_end(raw, at);

			for (at++; at < end; at++)
				blank(code, at);
			at += raw[end] == '\0' ? 0 : 1;
		} else {
			at++;
		}
	}
}

static const char *place_of(const char *path)
{
	static const char *const roots[] = {"src/", "test/", "tool/"};

	for (size_t i = 0; i < COUNT(roots); i++) {
		const char *place = NULL;
		const char *next = path;

		while ((next = strstr(next, roots[i])) != NULL)
			place = next++;
		if (place != NULL)
			return place;
	}
	return path;
}

static bool file_open(struct file *file, const char *path)
{
	FILE *in = fopen(path, "rb");
	char *text = NULL;
	size_t room = 0;

	if (in == NULL || getdelim(&text, &room, '\0', in) < 0) {
		/* An empty file has nothing to find. */
		if (in != NULL)
			fclose(in);
		free(text);
		return in != NULL;
	}
	fclose(in);
	*file = (struct file){.path = path, .place = place_of(path)};
	file->length = strlen(text);
	file->view[VIEW_RAW] = text;
	file->view[VIEW_STRINGS] = strdup(text);
	file->view[VIEW_CODE] = strdup(text);
	if (file->view[VIEW_STRINGS] == NULL || file->view[VIEW_CODE] == NULL)
		abort();
	views_fill(file);
	return true;
}

static void file_close(struct file *file)
{
	for (size_t i = 0; i < VIEW_COUNT; i++)
		free(file->view[i]);
}

/*
 * Takes the next line off the front of a view; false at its end. The line is
 * cut in place, so that a regular expression can end it with $.
 */
static bool line_next(char **rest, char **line_out)
{
	char *end = NULL;

	if (**rest == '\0')
		return false;
	*line_out = *rest;
	end = strchr(*rest, '\n');
	if (end == NULL) {
		*rest += strlen(*rest);
	} else {
		*end = '\0';
		*rest = end + 1;
	}
	return true;
}

static void line_restore(char *line, const char *rest)
{
	if (line + strlen(line) < rest)
		line[strlen(line)] = '\n';
}

static void rule_check(struct file *file, const struct rule *rule)
{
	regex_t regex;
	char *rest = file->view[rule->view];
	char *line = NULL;

	if (!matches(rule->where, file->place) ||
	    (rule->except != NULL && matches(rule->except, file->place)))
		return;
	if (regcomp(&regex, rule->pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		fprintf(stderr, "tidy: bad pattern %s\n", rule->pattern);
		exit(2);
	}
	for (size_t number = 1; line_next(&rest, &line); number++) {
		if (regexec(&regex, line, 0, NULL, 0) == 0 &&
		    (rule->unless == NULL || !matches(rule->unless, line)))
			report(file, number, rule->advice);
		line_restore(line, rest);
	}
	regfree(&regex);
}

static const struct layer *layer_find(const char *folder, size_t length)
{
	for (size_t i = 0; i < COUNT(layers); i++) {
		if (strlen(layers[i].folder) == length &&
		    strncmp(layers[i].folder, folder, length) == 0)
			return &layers[i];
	}
	return NULL;
}

/* One `#include "folder/name.h"` line against the layer of its file. */
static void include_check(struct file *file, const struct layer *layer,
                          const char *name, size_t number)
{
	char advice[160];
	char wanted[32];
	size_t length = strcspn(name, "/\"");

	if (name[length] != '/') {
		report(file, number, "include with its folder: \"base/str.h\"");
		return;
	}
	if (layer_find(name, length) == NULL)
		return;
	snprintf(wanted, sizeof(wanted), " %.*s ", (int)length, name);
	if (strstr(layer->below, wanted) != NULL)
		return;
	snprintf(advice, sizeof(advice),
	         "%s must not include %.*s: dependencies point down only",
	         layer->folder, (int)length, name);
	report(file, number, advice);
}

static void layers_check(struct file *file)
{
	const struct layer *layer = NULL;
	char *rest = file->view[VIEW_STRINGS];
	char *line = NULL;

	if (strncmp(file->place, "src/", 4) != 0)
		return;
	layer = layer_find(file->place + 4, strcspn(file->place + 4, "/"));
	if (layer == NULL) {
		report(file, 1, "not a folder of the tree; see tool/tidy.c");
		return;
	}
	for (size_t number = 1; line_next(&rest, &line); number++) {
		static const char include[] = "#include \"";

		if (strncmp(line, include, sizeof(include) - 1) == 0)
			include_check(file, layer, line + sizeof(include) - 1,
			              number);
		line_restore(line, rest);
	}
}

/* A function is what stands between a brace and a brace in column one. */
static void lengths_check(struct file *file)
{
	bool header = matches("\\.h$", file->place);
	size_t most = header ? HEADER_LINES_MAX : FILE_LINES_MAX;
	char *rest = file->view[VIEW_CODE];
	char *line = NULL;
	size_t number = 0;
	size_t start = 0;

	while (line_next(&rest, &line)) {
		number++;
		if (line[0] == '{')
			start = number;
		if (line[0] == '}' && start > 0) {
			if (number - start + 1 > FUNCTION_LINES_MAX)
				report(file, start,
				       "a function of more than 70 lines");
			start = 0;
		}
		line_restore(line, rest);
	}
	if (number > most)
		report(file, number,
		       header ? "a header of more than 250 lines"
		              : "a file of more than 800 lines");
}

/* Whether the code before a literal, back to its statement, says SQL...(. */
static bool sql_registered(const char *code, size_t at)
{
	char before[2048];
	size_t start = at;

	while (start > 0 && at - start < sizeof(before) - 1 &&
	       strchr(";{}", code[start - 1]) == NULL)
		start--;
	memcpy(before, code + start, at - start);
	before[at - start] = '\0';
	/* A list of columns that several share may stand in a macro. */
	return matches("\\bSQL[A-Z0-9_]*\\(|#define [A-Z_]+_COLUMNS", before);
}

/* Statements are registered (store/sql.h), so that a test prepares them all. */
static void sql_check(struct file *file)
{
	static const char *const verbs[] = {"SELECT ", "INSERT ", "UPDATE ",
	                                    "DELETE ", "WITH "};
	const char *code = file->view[VIEW_CODE];
	const char *text = file->view[VIEW_STRINGS];
	size_t number = 1;

	if (strncmp(file->place, "src/", 4) != 0)
		return;
	for (size_t at = 0; at < file->length; at++) {
		if (code[at] == '\n')
			number++;
		if (code[at] != '"')
			continue;
		for (size_t i = 0; i < COUNT(verbs); i++) {
			size_t length = strlen(verbs[i]);

			if (strncmp(text + at + 1, verbs[i], length) == 0 &&
			    !sql_registered(code, at))
				report(file, number,
				       "a statement outside SQL(...)");
		}
		/* Past the closing quote; the insides are blanked. */
		while (at + 1 < file->length && code[at + 1] != '"' &&
		       code[at + 1] != '\n')
			at++;
		at++;
		if (at < file->length && code[at] == '\n')
			number++;
	}
}

static void file_check(struct file *file, bool all)
{
	layers_check(file);
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (all || rules[i].layering)
			rule_check(file, &rules[i]);
	}
	if (all) {
		lengths_check(file);
		sql_check(file);
	}
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;

	if (argc < 2 || (!all && strcmp(argv[1], "layers") != 0)) {
		fprintf(stderr, "usage: tidy layers|all FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		struct file file = {.path = argv[i]};

		if (!file_open(&file, argv[i])) {
			fprintf(stderr, "tidy: cannot read %s\n", argv[i]);
			return 2;
		}
		if (file.length > 0)
			file_check(&file, all);
		file_close(&file);
	}
	return findings > 0 ? 1 : 0;
}
