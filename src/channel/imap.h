/*
 * A conversation with one IMAP server, for whoever fetches mail: led by a
 * worker process that has the connection and nothing else. No database, no
 * files, little memory; it may crash or be killed, and then the conversation
 * is over and the caller begins another one, later.
 *
 * A server is believed only behind TLS whose chain and host name are verified,
 * before anything secret is said. Nothing in a mailbox is changed: folders are
 * opened with EXAMINE, mail is read with BODY.PEEK[]; only imap_append() adds.
 * Structures of a mail (ENVELOPE, BODYSTRUCTURE) are never asked for.
 *
 * Calls block and belong to one thread at a time. After any answer but ST_OK
 * and ST_NOT_FOUND the conversation is over, and only imap_close() is left.
 */
#ifndef CHANNEL_IMAP_H
#define CHANNEL_IMAP_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

/* How workers are started: the same program, by another name. */
struct imap_program {
	const char *path; /* of a program that is `holdfast`; NULL: ourselves */
	struct str ca_file; /* authorities to trust; empty: the system's */
};

enum imap_tls {
	IMAP_TLS_IMPLICIT, /* port 993 */
	IMAP_TLS_STARTTLS, /* port 143; refused when it is not offered */
};

enum imap_auth { IMAP_AUTH_PASSWORD, IMAP_AUTH_XOAUTH2 };

/* What went wrong, for programs; `text` says it for a person. */
enum imap_fault {
	IMAP_FAULT_NONE,
	IMAP_FAULT_RESOLVE,     /* no such host */
	IMAP_FAULT_CONNECT,     /* nobody answers there */
	IMAP_FAULT_TLS,         /* no TLS to be had */
	IMAP_FAULT_CERTIFICATE, /* not by whom we expect */
	IMAP_FAULT_SIGN_IN,     /* name, password or token refused */
	IMAP_FAULT_FOLDER,      /* no such folder */
	IMAP_FAULT_REFUSED,     /* the server said no to something else */
	IMAP_FAULT_LOST,        /* connection or worker gone, or nonsense */
	IMAP_FAULT_COUNT
};

struct imap_said {
	enum imap_fault fault;
	char text[320];
};

struct imap_server {
	struct str host;
	unsigned port;
	enum imap_tls tls;
	span_ms patience; /* for one answer; 0: 60 s */
};

struct imap;

/* Starts the worker; it talks to nobody yet. ST_BUSY with `said`. */
CHECKED enum status imap_new(const struct imap_program *program,
                             struct imap **imap_out, struct imap_said *said);
/*
 * From any thread while it is open: what it waits for ends soon, and with it
 * the conversation.
 */
void imap_interrupt(struct imap *imap);
/* Connects and verifies. ST_OK, or ST_BUSY with `said`. */
CHECKED enum status imap_connect(struct imap *imap,
                                 const struct imap_server *server,
                                 struct imap_said *said);
/* ST_FORBIDDEN: refused by the server. `secret`: password or access token. */
CHECKED enum status imap_sign_in(struct imap *imap, enum imap_auth auth,
                                 struct str user, struct str secret,
                                 struct imap_said *said);
/* Ends the worker; sets *closed to NULL. NULL is fine. */
void imap_close(struct imap **closed);

struct imap_folder {
	struct str name;  /* UTF-8 as people see it; hand it back as it is */
	int64_t messages; /* -1: it cannot be opened */
	bool sent;        /* the server says that it is for sent mail */
};

/* At most 1000 of them. */
CHECKED enum status imap_folders(struct imap *imap, struct arena *arena,
                                 struct imap_folder **folders_out,
                                 size_t *count_out, struct imap_said *said);

struct imap_selected {
	uint32_t validity; /* UIDs mean something only together with this */
	uint32_t next;     /* UIDs from here on were not used yet */
	uint32_t messages;
	bool idle; /* the server can tell of new mail */
};

/* Opens a folder for reading only. ST_NOT_FOUND: there is none. */
CHECKED enum status imap_select(struct imap *imap, struct str folder,
                                struct imap_selected *selected_out,
                                struct imap_said *said);

struct imap_entry {
	uint32_t uid;
	int64_t size;     /* as the server says */
	instant_ms at;    /* INTERNALDATE; 0: not said */
	struct str flags; /* keywords and flags, apart by a space */
};

/*
 * What there is from UID `first` to `last` (UINT32_MAX: to the end), by UID,
 * each once; at most IMAP_ENTRIES_MAX: if so many come, ask on behind the last.
 */
#define IMAP_ENTRIES_MAX 5000u
CHECKED enum status imap_list(struct imap *imap, uint32_t first, uint32_t last,
                              struct arena *arena,
                              struct imap_entry **entries_out,
                              size_t *count_out, struct imap_said *said);
/*
 * One mail as it is. ST_NOT_FOUND: it is gone, or the server will not give it
 * (`said` tells); it may be skipped. Never ask for more than LIMIT_MAIL_BYTES.
 */
CHECKED enum status imap_fetch(struct imap *imap, uint32_t uid,
                               struct arena *arena, struct str *raw_out,
                               struct imap_said *said);
/* The header alone, up to 64 KB of it. */
CHECKED enum status imap_fetch_header(struct imap *imap, uint32_t uid,
                                      struct arena *arena,
                                      struct str *header_out,
                                      struct imap_said *said);

/*
 * Waits until the server tells of something in the folder, at most `most`, or
 * until `wake` (a descriptor; -1: none) can be read. Without IDLE it just
 * waits. ST_OK: go and look.
 */
CHECKED enum status imap_wait(struct imap *imap, span_ms most, int wake,
                              struct imap_said *said);

/* Whether the folder that is open holds a mail with that Message-ID. */
CHECKED enum status imap_has(struct imap *imap, struct str message_id,
                             bool *has_out, struct imap_said *said);
/* Adds a mail to a folder, seen. */
CHECKED enum status imap_append(struct imap *imap, struct str folder,
                                struct str raw, instant_ms at,
                                struct imap_said *said);

#endif
