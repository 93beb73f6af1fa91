#include "app/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/explain_file.h"
#include "base/buf.h"

#define CONFIG_FILE_BYTES (64u << 10)

/* clang-format off */
static const struct {
	const char *name, *value, *meaning;
} config_keys[CONFIG_KEY_COUNT] = {
	[CONFIG_DATA]               = {"data", "holdfast-data", "folder that holds everything"},
	[CONFIG_HTTP]               = {"http", "127.0.0.1:8440", "address and port of the interface"},
	[CONFIG_URL]                = {"url", "", "how browsers reach it; default http://ADDRESS:PORT"},
	[CONFIG_LMTP]               = {"lmtp", "127.0.0.1:2424", "address and port, or path of a socket, for the mail server; off"},
	[CONFIG_HOST]               = {"host", "localhost", "our name towards mail servers"},
	[CONFIG_SMTP]               = {"smtp", "", "smtps://host:465 or smtp://host:587 (STARTTLS) to send through"},
	[CONFIG_SMTP_USER]          = {"smtp-user", "", "name to sign in with there"},
	[CONFIG_SMTP_PASSWORD_FILE] = {"smtp-password-file", "", "file whose first line is the password"},
	[CONFIG_SMTP_PLAIN]         = {"smtp-plain", "no", "yes: no TLS, for a server on this machine"},
	[CONFIG_SMTP_CA]            = {"smtp-ca", "", "file of certificate authorities to trust instead of the system's"},
	[CONFIG_MAILBOX_CA]         = {"mailbox-ca", "", "the same for mailboxes: IMAP, their SMTP and OAuth2"},
	[CONFIG_OAUTH]              = {"oauth", "", "https://HOST/PATH whose /authorize and /token give leave for mailboxes"},
	[CONFIG_SINK]               = {"sink", "", "folder that takes all outgoing mail, so that none leaves"},
	[CONFIG_SUB_ADDRESSES]      = {"sub-addresses", "yes", "no: the mail server takes no mail for desk+anything@; answers and bounces come to desk@ itself"},
	[CONFIG_AUTHSERV_ID]        = {"authserv-id", "", "name of the mail server whose Authentication-Results are believed"},
	[CONFIG_TLS_CERTIFICATE]    = {"tls-certificate", "", "PEM file, to serve https"},
	[CONFIG_TLS_KEY]            = {"tls-key", "", "PEM file of its key"},
	[CONFIG_WEBHOOK_NETWORKS]   = {"webhook-networks", "", "networks of your own that webhooks may go to, such as 10.1.0.0/16; by http too"},
};
/* clang-format on */

/* How alike two names are: letters in common at the same place. */
static size_t config_likeness(struct str a, struct str b)
{
	size_t same = 0;

	for (size_t i = 0; i < a.length && i < b.length; i++)
		same += a.text[i] == b.text[i];
	return same;
}

/* `origin` is empty for the command line. */
static enum status config_set(struct config *config, struct str name,
                              struct str value, struct str origin,
                              const char *where, struct problem *problem)
{
	size_t best = 0;
	const char *nearest = config_keys[0].name;

	for (int i = 0; i < CONFIG_KEY_COUNT; i++) {
		size_t likeness =
			config_likeness(name, str_of(config_keys[i].name));

		if (str_equal(name, str_of(config_keys[i].name))) {
			config->values[i] = value;
			config->origins[i] = origin;
			return ST_OK;
		}
		if (likeness > best) {
			best = likeness;
			nearest = config_keys[i].name;
		}
	}
	return problem_set(problem, ST_INVALID, where,
	                   "There is no setting \"%.*s\". Did you mean "
	                   "\"%s\"? `holdfast help` lists them.",
	                   STR_ARG(name), nearest);
}

static enum status config_line(struct arena *arena, struct config *config,
                               struct str line, const char *where,
                               struct problem *problem)
{
	struct str name, value;
	size_t equals;

	line = str_trim(line);
	if (line.length == 0 || line.text[0] == '#')
		return ST_OK;
	equals = str_find_char(line, '=', 0);
	if (equals == line.length)
		return problem_set(problem, ST_INVALID, where,
		                   "Write `name = value`, or begin the line "
		                   "with #.");
	name = str_trim(str_sub(line, 0, equals));
	value = str_trim(str_sub(line, equals + 1, line.length));
	return config_set(config, name, str_copy(arena, value),
	                  str_copy(arena, str_of(where)), where, problem);
}

static enum status config_file(struct arena *arena, struct config *config,
                               const char *path, struct problem *problem)
{
	enum status status = ST_OK;
	struct str rest, line;
	struct buf buf;
	char where[256];

	buf_init(&buf, CONFIG_FILE_BYTES);
	if (!explain_file_read(path, &buf)) {
		buf_release(&buf);
		return problem_set(problem, ST_INVALID, "--config",
		                   "%s cannot be read: %s.", path,
		                   strerror(errno));
	}
	rest = buf_view(&buf);
	for (int number = 1; status == ST_OK && str_line(&rest, &line);
	     number++) {
		snprintf(where, sizeof(where), "%.200s:%d", path, number);
		status = config_line(arena, config, line, where, problem);
		if (status != ST_OK && problem)
			problem->line = number;
	}
	buf_release(&buf);
	return status;
}

enum status config_read(struct arena *arena, int argc, char **argv,
                        struct config *config_out, char **rest_out,
                        int *rest_count_out, struct problem *problem)
{
	struct config config;
	enum status status = ST_OK;
	int rest = 0;

	for (int i = 0; i < CONFIG_KEY_COUNT; i++)
		config.values[i] = str_of(config_keys[i].value);
	/* The file first, wherever it is named: the command line wins. */
	for (int i = 1; i + 1 < argc && status == ST_OK; i++) {
		if (strcmp(argv[i], "--config") == 0)
			status = config_file(arena, &config, argv[i + 1],
			                     problem);
	}
	for (int i = 1; i < argc && status == ST_OK; i++) {
		if (strncmp(argv[i], "--", 2) != 0) {
			rest_out[rest++] = argv[i];
		} else if (i + 1 == argc) {
			status = problem_set(problem, ST_INVALID, argv[i],
			                     "It needs a value behind it.");
		} else if (strcmp(argv[i], "--config") == 0) {
			i++;
		} else {
			status = config_set(&config, str_of(argv[i] + 2),
			                    str_of(argv[i + 1]), STR(""),
			                    argv[i], problem);
			i++;
		}
	}
	if (status == ST_OK) {
		*config_out = config;
		*rest_count_out = rest;
	}
	return status;
}

void config_help(void)
{
	for (int i = 0; i < CONFIG_KEY_COUNT; i++)
		printf("  --%-19s %s%s%s%s\n", config_keys[i].name,
		       config_keys[i].meaning,
		       config_keys[i].value[0] ? " [" : "",
		       config_keys[i].value,
		       config_keys[i].value[0] ? "]" : "");
}

struct str config_origin(struct arena *arena, const struct config *config,
                         const char *name)
{
	for (int i = 0; i < CONFIG_KEY_COUNT; i++) {
		if (strcmp(config_keys[i].name, name) == 0 &&
		    config->origins[i].length > 0)
			return str_printf(
				arena, "%.*s: ", STR_ARG(config->origins[i]));
	}
	return STR("");
}

struct str config_get(const struct config *config, enum config_key key)
{
	return config->values[key];
}

enum status config_address(struct arena *arena, const struct config *config,
                           enum config_key key, char **host_out,
                           unsigned *port_out, struct problem *problem)
{
	struct str text = config->values[key];
	size_t colon = text.length;
	int64_t port = -1;
	struct str host;

	while (colon > 0 && text.text[colon - 1] != ':')
		colon--;
	if (colon > 1) {
		host = str_sub(text, 0, colon - 1);
		if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
			host = str_sub(host, 1, host.length - 1);
		if (str_to_i64(str_sub(text, colon, text.length), &port) &&
		    port >= 0 && port <= 65535) {
			*host_out = str_cstr(arena, host);
			*port_out = (unsigned)port;
			return ST_OK;
		}
	}
	return problem_set(problem, ST_INVALID, config_keys[key].name,
	                   "\"%.*s\" is no address and port. Write for "
	                   "example 127.0.0.1:8440.",
	                   STR_ARG(text));
}
