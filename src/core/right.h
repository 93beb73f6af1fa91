/*
 * Who may do what. A route names the one right it needs; a role holds a set of
 * rights. Both are tables, so that the matrix can be printed and reviewed.
 */
#ifndef CORE_RIGHT_H
#define CORE_RIGHT_H

#include <stdbool.h>

#include "base/str.h"
#include "core/record.h"

enum right {
	RIGHT_PUBLIC,  /* no session needed: sign-in, first run */
	RIGHT_SESSION, /* any active member */
	RIGHT_TICKET_READ,
	RIGHT_TICKET_WRITE, /* reply, note, assign, type, state, merge ... */
	RIGHT_CLIENT_READ,
	RIGHT_CLIENT_WRITE,
	RIGHT_QUARANTINE_READ,
	RIGHT_QUARANTINE_WRITE,
	RIGHT_SETTINGS_READ,
	RIGHT_SETTINGS_WRITE,
	RIGHT_MEMBER_WRITE, /* make, change and switch off members */
	RIGHT_AUDIT_READ,   /* the log as a list of acts */
	RIGHT_COUNT
};

bool role_has(enum role role, enum right right);

/* false, out untouched, unless `name` is a role that a member can have. */
bool role_parse(struct str name, enum role *role_out);
/* "ticket_read". */
const char *right_name(enum right right);
/* false, out untouched, for no right, and for those that need no role. */
bool right_parse(struct str name, enum right *right_out);

#endif
