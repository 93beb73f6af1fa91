/*
 * Words that belong to an event. The event itself holds only numbers; its
 * words are content rows, each bound to it by a salted commitment, so that a
 * person's words can be erased while the log stays verifiable. Slot numbers
 * are stored: append, never renumber.
 */
#ifndef CORE_CONTENT_H
#define CORE_CONTENT_H

#include <stdint.h>

#include "base/str.h"

enum slot {
	SLOT_NONE = 0,
	SLOT_NAME = 1,      /* of a member, client, contact, agency, address */
	SLOT_ADDRESS = 2,   /* mail address of the same */
	SLOT_DOMAIN = 3,    /* a client's registrable domain */
	SLOT_SIGNATURE = 4, /* of one of our addresses */
	SLOT_SUBJECT = 5,   /* of a ticket or a message */
	SLOT_TEXT = 6,      /* the new words of a message, note, call, reason */
	SLOT_FULL = 7,      /* the whole text when longer than the new words */
	SLOT_HTML = 8,      /* cleaned */
	SLOT_FROM = 9,      /* "Name <address>" as the message claims it */
	SLOT_TO = 10,       /* address list */
	SLOT_CC = 11,
	SLOT_MESSAGE_ID = 12,  /* without <> */
	SLOT_REFERENCES = 13,  /* ids it names, a line each */
	SLOT_ATTACHMENTS = 14, /* a line each; desk/attachment.h */
	SLOT_ERRORS = 15,      /* what was odd about a mail, a line each */
	SLOT_REASON = 16,      /* a person's or a server's reason */
	SLOT_ENVELOPE = 17,    /* envelope sender and recipient, a line each */
	SLOT_DOCUMENT = 18,    /* a calendar (JSON) or a playbook (YAML) */
	SLOT_ZONE = 19,        /* name of a time zone */
	SLOT_RETURN = 26,      /* Reply-To and envelope sender, a line each */
	SLOT_AUTH = 27,        /* what the receiving host found, one line */
	SLOT_COUNT
};

/* Words of the event with that seq. */
struct content {
	int64_t event;
	enum slot slot;
	struct str text;
};

#endif
