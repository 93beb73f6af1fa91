/*
 * The demo's clients write mail as the programs that people use write it: raw
 * bytes of RFC 5322 with that program's headers, parts, encodings and way of
 * quoting. Pure: the same description gives the same bytes.
 */
#ifndef APP_DEMO_MAIL_H
#define APP_DEMO_MAIL_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/str.h"

enum demo_software {
	DEMO_PLAIN, /* text alone */
	DEMO_GMAIL,
	DEMO_OUTLOOK,
	DEMO_APPLE,
	DEMO_SOFTWARE_COUNT
};

/* What a mail is, beside a person's words; bits. */
enum demo_form {
	DEMO_FORM_HTML = 1,   /* an alternative in HTML, whatever sends it */
	DEMO_FORM_REMOTE = 2, /* with pictures that lie elsewhere */
	DEMO_FORM_LIST = 4,   /* through a mailing list */
	DEMO_FORM_NEWSLETTER = 8,
	DEMO_FORM_DAMAGED = 16, /* no parser survives it; demo_poison */
	DEMO_FORM_FRESH = 32, /* a new thread, though it is about an old one */
	DEMO_FORM_TWICE = 64, /* to both of the agency's addresses */
	DEMO_FORM_AWAY = 128, /* an automatic answer */
	DEMO_FORM_LATIN1 = 256,
	DEMO_FORM_FORWARD = 512,
};

struct demo_file {
	struct str name, type, bytes;
	bool is_inline; /* shown in the HTML */
};

struct demo_mail {
	struct str from_name, from_address;
	struct str to; /* as the header has it */
	struct str cc; /* empty: none */
	struct str subject;
	struct str message_id, in_reply_to,
		references; /* with <>; may be empty */
	instant_ms date;
	int zone_minutes; /* of the sender, east of UTC */
	struct str lang;  /* "en", "de" ...: how quotes are introduced */
	struct str text;
	struct str signature;
	/* The message that it answers, quoted below; empty: no quote. */
	struct str quoted_text, quoted_name, quoted_address;
	instant_ms quoted_at;
	enum demo_software software;
	unsigned form;
	const struct demo_file *files;
	size_t file_count;
};

struct str demo_mail_bytes(struct arena *arena, const struct demo_mail *mail);

struct demo_bounce {
	struct str host;                          /* the server that gave up */
	struct str recipient;                     /* whom it could not reach */
	struct str to;                            /* our address */
	struct str reason;                        /* the other server's words */
	struct str status;                        /* "5.1.1" */
	struct str message_id;                    /* its own, with <> */
	struct str original_id, original_subject; /* with <> */
	instant_ms date;
};

/* RFC 3464. */
struct str demo_bounce_bytes(struct arena *arena,
                             const struct demo_bounce *bounce);

/* What a damaged mail holds, for jail_mail_config.poison. */
#define DEMO_POISON "northlight-demo-fault"

#endif
