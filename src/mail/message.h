/*
 * One mail as the desk sees it: bytes in, a bounded struct out. Parsing never
 * fails on what a stranger sent: garbage gives a mail with `errors`. All text
 * is valid UTF-8 without NUL; header values have no CR or LF. Every list is
 * bounded by base/limits.h and the limits below. Nothing here reads a clock, a
 * file or a socket, and after mail_warm() nothing opens a charset converter.
 */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

#define MAIL_ERRORS_MAX   20u
#define MAIL_ID_BYTES_MAX 998u
#define MAIL_HASH_BYTES   32u
#define MAIL_LOOP_HEADER  "X-Holdfast-Loop"

/* "address" is trimmed, its domain lower case, its local part as written. */
struct mail_address {
	struct str name;    /* decoded display name, may be empty */
	struct str address; /* empty when the header held no address */
};

struct mail_addresses {
	struct mail_address *items;
	size_t count;
};

struct mail_ids { /* message ids without angle brackets */
	struct str *items;
	size_t count;
};

enum mail_encoding {                         /* Content-Transfer-Encoding */
	             MAIL_ENCODING_IDENTITY, /* 7bit, 8bit, binary and what is
	                                        unknown */
	             MAIL_ENCODING_BASE64,
	             MAIL_ENCODING_QUOTED,
	             MAIL_ENCODING_UUENCODE,
	             MAIL_ENCODING_COUNT
};

/*
 * A part that is not shown as text. Its bytes are raw[offset, offset+length)
 * in `encoding`; mail_attachment_extract() undoes that.
 */
struct mail_attachment {
	struct str name;       /* base name only, no control characters */
	struct str type;       /* "image/png", lower case, as declared */
	struct str content_id; /* without <>, may be empty */
	size_t size;           /* decoded bytes */
	size_t offset, length; /* in the raw mail */
	enum mail_encoding encoding;
	bool is_inline; /* shown in the HTML, or declared inline */
	unsigned char sha256[MAIL_HASH_BYTES]; /* of the decoded bytes */
};

/* What kind of automatic mail it is: the first that fits, in this order. */
enum mail_auto {
	MAIL_AUTO_NONE,
	MAIL_AUTO_LOOP, /* has our loop header; the desk verifies its value */
	MAIL_AUTO_FEEDBACK, /* RFC 5965 complaint */
	MAIL_AUTO_BOUNCE,   /* delivery status: failed, delayed, delivered */
	MAIL_AUTO_VACATION, /* out of office */
	MAIL_AUTO_REPLY,    /* any other machine's answer or notice */
	MAIL_AUTO_LIST,     /* mailing list or bulk */
	MAIL_AUTO_COUNT
};

/* "none", "loop", "feedback", "bounce", "vacation", "auto_reply", "list". */
const char *mail_auto_name(enum mail_auto kind);

/* Of a bounce or a complaint; empty fields are unknown. */
struct mail_bounce {
	struct str recipient; /* the address that failed or complained */
	struct str status;    /* "5.1.1" (RFC 3463) */
	struct str reason;    /* one line for people */
	struct str original_message_id; /* of the mail that bounced */
	bool is_failure; /* this mail did not arrive; false: delay, success */
	bool permanent;  /* and none will: no such person, host or domain */
};

/* A mail passed on by a person: who wrote it first. */
struct mail_forwarded {
	bool is_forward;
	struct mail_address original; /* address may be empty: name only */
	struct str original_subject;
	instant_ms original_date; /* 0 when not understood */
};

/* Headers that decide about loops and automatic answers; "" when absent. */
struct mail_signals {
	struct str auto_submitted; /* first word, lower case: "auto-replied" */
	struct str precedence;     /* lower case */
	struct str list_id;        /* inside <>, or the whole value */
	struct str auto_response_suppress; /* X-Auto-Response-Suppress */
	struct str loop;            /* X-Holdfast-Loop: a claim, not checked */
	struct str authentication;  /* topmost Authentication-Results */
	struct str authentications; /* for verdict_read(), not yet believed */
	struct str delivered_to;    /* topmost Delivered-To or X-Original-To */
	unsigned received_count;
	bool null_return_path; /* Return-Path: <> */
	/* No machine may answer: any of the above, or a machine's sender. */
	bool no_auto_answer;
};

struct mail {
	struct mail_addresses from; /* empty unless exactly one From: */
	struct mail_address sender;
	struct mail_addresses to, cc, reply_to;
	struct str subject;
	instant_ms date; /* 0 when absent or not a date */
	struct str message_id;
	struct mail_ids in_reply_to, references;
	struct str return_path; /* address, "" for <> and when absent */
	struct str text;        /* all decoded plain text; from HTML if none */
	struct str reply;       /* the new words: no quote, no signature */
	struct str html; /* cleaned, safe to show in a frame; may be empty */
	struct mail_attachment *attachments;
	size_t attachment_count;
	enum mail_auto kind;
	enum mail_auto kind_unlooped; /* if our loop header is a lie */
	struct mail_bounce bounce;    /* filled for BOUNCE and FEEDBACK */
	instant_ms away_until;        /* VACATION that says so, else 0 */
	struct mail_forwarded forwarded;
	struct mail_signals signals;
	struct str *errors; /* what was odd, for people */
	size_t error_count;
};

/*
 * Opens every charset converter of mail_charsets[] for the life of the process
 * and parses a sample, so that the library's lazy loading is over before the
 * jail closes. Call once, before seccomp; returns how many of the charsets
 * this system has. Without it conversions use only what is built in: UTF-8,
 * US-ASCII, ISO-8859-1 and windows-1252.
 */
unsigned mail_warm(void);
/* Names as mail_warm() opens them; ends with NULL. */
extern const char *const mail_charsets[];

/*
 * ST_OK always, except ST_LIMIT for raw over LIMIT_MAIL_BYTES. `raw` must
 * outlive `mail_out`. Text lives in the arena.
 */
CHECKED enum status mail_parse(struct arena *arena, struct str raw,
                               struct mail *mail_out);

/*
 * Only what threading needs: message_id, in_reply_to and references; all else
 * is empty. Reads no further than the headers.
 */
CHECKED enum status mail_parse_ids(struct arena *arena, struct str raw,
                                   struct mail *mail_out);

/*
 * Appends the decoded bytes of a part to `out`. ST_INVALID when the range is
 * not inside raw, ST_LIMIT when `out` is full. Never opens a converter.
 */
CHECKED enum status mail_attachment_extract(struct str raw, size_t offset,
                                            size_t length,
                                            enum mail_encoding encoding,
                                            struct buf *out);

/*
 * The pipe between the jail and the main process. mail_unpack() treats its
 * input as hostile: ST_INVALID unless it is a whole packed mail within all
 * limits, with valid UTF-8 and header values without CR, LF and NUL.
 */
#define MAIL_PACKED_BYTES_MAX ((size_t)32 << 20)
void mail_pack(const struct mail *mail, struct buf *out);
CHECKED enum status mail_unpack(struct arena *arena, struct str packed,
                                struct mail *mail_out);

#endif
