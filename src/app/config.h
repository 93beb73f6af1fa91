/*
 * Settings of the program: from a file of `name = value` lines and from
 * `--name value` on the command line, which wins. One table declares them.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

enum config_key {
	CONFIG_DATA, /* folder of the workspace */
	CONFIG_HTTP, /* address:port of the interface */
	CONFIG_URL,  /* how browsers reach it */
	CONFIG_LMTP, /* address:port or socket path; "off" */
	CONFIG_HOST, /* our name towards mail servers */
	CONFIG_SMTP, /* smtps://host[:port], smtp://host[:port] */
	CONFIG_SMTP_USER,
	CONFIG_SMTP_PASSWORD_FILE,
	CONFIG_SMTP_PLAIN,      /* "yes": without TLS, to a host that is safe */
	CONFIG_SMTP_CA,         /* file with authorities of its own */
	CONFIG_SINK,            /* folder that takes all mail instead */
	CONFIG_SUB_ADDRESSES,   /* "no": tokens in no address of ours */
	CONFIG_AUTHSERV_ID,     /* whose Authentication-Results count */
	CONFIG_TLS_CERTIFICATE, /* PEM file */
	CONFIG_TLS_KEY,
	CONFIG_WEBHOOK_NETWORKS, /* that are not public, and allowed */
	CONFIG_MAILBOX_CA,       /* file with authorities, for mailboxes */
	CONFIG_OAUTH,            /* in place of the providers' own addresses */
	CONFIG_KEY_COUNT
};

struct config {
	struct str values[CONFIG_KEY_COUNT];
	/* "FILE:LINE" of a value that a file gave; empty for the others. */
	struct str origins[CONFIG_KEY_COUNT];
};

/*
 * Reads `--config FILE` and all other `--name value` of the arguments; what
 * is no option is left, in order, in `rest`. ST_INVALID with a problem whose
 * field is "FILE:LINE" or the option, and whose text says what to write.
 */
CHECKED enum status config_read(struct arena *arena, int argc, char **argv,
                                struct config *config_out, char **rest_out,
                                int *rest_count_out, struct problem *problem);
/* Names, defaults and meanings, for `holdfast help`. */
void config_help(void);

/*
 * Where the setting of that name was made, to begin a complaint about it with:
 * "FILE:LINE: ", or nothing.
 */
struct str config_origin(struct arena *arena, const struct config *config,
                         const char *name);

struct str config_get(const struct config *config, enum config_key key);
/* "127.0.0.1:8440" in two parts. */
CHECKED enum status config_address(struct arena *arena,
                                   const struct config *config,
                                   enum config_key key, char **host_out,
                                   unsigned *port_out, struct problem *problem);

#endif
