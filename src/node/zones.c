#include "node/zones.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

#define ZONES_FOLDER "/usr/share/zoneinfo"
/* Far above the few hundred there are. */
#define ZONES_LIST_MAX   2000u
#define ZONES_LIST_BYTES (512u << 10)

static struct str zones_folder(void)
{
	const char *folder = secure_getenv("TZDIR");

	return folder && folder[0] == '/' ? str_of(folder) : STR(ZONES_FOLDER);
}

/* "Europe/Berlin": pieces of letters, never "..", never from the root. */
static bool zones_name_allowed(struct str name)
{
	struct str rest = name, piece;

	if (name.length == 0 || name.length > LIMIT_NAME_BYTES ||
	    str_ends(name, STR("/")))
		return false;
	while (str_split(&rest, '/', &piece)) {
		if (piece.length == 0)
			return false;
		for (size_t i = 0; i < piece.length; i++) {
			char c = piece.text[i];
			bool letter = (c >= 'A' && c <= 'Z') ||
			              (c >= 'a' && c <= 'z');
			bool digit = c >= '0' && c <= '9';

			if (!letter && !digit && c != '_' && c != '-' &&
			    c != '+')
				return false;
		}
	}
	return true;
}

/* A whole regular file of at most `bytes_max`. */
static enum status zones_read(struct arena *arena, struct str name,
                              size_t bytes_max, struct str *bytes_out)
{
	struct str path = str_printf(arena, "%.*s/%.*s",
	                             STR_ARG(zones_folder()), STR_ARG(name));
	int fd = open(path.text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum status result = ST_INVALID;
	struct stat about;
	size_t length = 0;
	char *bytes;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ST_NOT_FOUND
		                                           : ST_STORE;
	if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) ||
	    about.st_size < 0 || (uint64_t)about.st_size > bytes_max)
		goto out;
	bytes = arena_alloc(arena, (size_t)about.st_size + 1);
	while (length < (size_t)about.st_size) {
		ssize_t got = read(fd, bytes + length,
		                   (size_t)about.st_size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			result = ST_STORE;
			goto out;
		}
		length += (size_t)got;
	}
	*bytes_out = (struct str){bytes, length};
	result = ST_OK;
out:
	close(fd);
	return result;
}

enum status zones_load(struct arena *arena, struct str name,
                       const struct zone **zone_out,
                       struct problem *problem_out)
{
	struct str bytes;
	enum status status;

	if (str_equal(name, STR("UTC"))) {
		*zone_out = zone_utc();
		return ST_OK;
	}
	if (!zones_name_allowed(name))
		return problem_set(problem_out, ST_INVALID, "zone",
		                   "Name a time zone, as in "
		                   "\"Europe/Berlin\".");
	status = zones_read(arena, name, LIMIT_ZONE_BYTES, &bytes);
	if (status == ST_NOT_FOUND)
		return problem_set(problem_out, status, "zone",
		                   "There is no time zone \"%.*s\" on this "
		                   "machine. Names are like "
		                   "\"Europe/Berlin\"; the package tzdata "
		                   "has them.",
		                   (int)(name.length < 64 ? name.length : 64),
		                   name.text);
	if (status != ST_OK)
		return problem_set(problem_out, status, "zone",
		                   "The time zone's file cannot be read.");
	return zone_parse(arena, name, bytes, zone_out, problem_out);
}

const struct zone *zones_load_or_utc(struct arena *arena, struct str name,
                                     struct problem *problem_out)
{
	const struct zone *zone = zone_utc();
	struct problem problem = {0};

	if (zones_load(arena, name, &zone, &problem) != ST_OK)
		zone = zone_utc();
	else
		problem = (struct problem){0};
	*problem_out = problem;
	return zone;
}

static int zones_compare(const void *left, const void *right)
{
	const struct str *a = left, *b = right;

	return str_compare(*a, *b);
}

/* The third column of a tab-separated list; comments begin with "#". */
static struct zones_names zones_columns(struct arena *arena, struct str text)
{
	struct str *list =
		arena_array(arena, ZONES_LIST_MAX + 1, sizeof(*list));
	size_t count = 0;
	struct str line, column;

	while (count < ZONES_LIST_MAX && str_line(&text, &line)) {
		bool found = !str_starts(line, STR("#"));

		for (int i = 0; i < 3 && found; i++)
			found = str_split(&line, '\t', &column);
		if (found && zones_name_allowed(column))
			list[count++] = column;
	}
	list[count++] = STR("UTC");
	qsort(list, count, sizeof(*list), zones_compare);
	return (struct zones_names){list, count};
}

/*
 * zone.tab has a name for each country, where zone1970.tab leaves out those
 * that agree since 1970 (Oslo with Berlin), which people would look for.
 */
struct zones_names zones_list(struct arena *arena)
{
	static const char *const files[] = {"zone.tab", "zone1970.tab"};
	struct str text;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		if (zones_read(arena, str_of(files[i]), ZONES_LIST_BYTES,
		               &text) == ST_OK)
			return zones_columns(arena, text);
	}
	return (struct zones_names){0};
}
