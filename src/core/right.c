/*
 * The table of roles and rights. A new role or right is a column or a row
 * here and nothing else; test/case/api/rights.txt shows what it opens.
 */
#include "core/right.h"

#include <assert.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct right_row {
	const char *name;
	bool roles[ROLE_COUNT];
} right_rows[] = {
	[RIGHT_PUBLIC]           = {"public",           {[ROLE_NONE] = true, [ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_SESSION]          = {"session",          {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_TICKET_READ]      = {"ticket_read",      {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_TICKET_WRITE]     = {"ticket_write",     {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_CLIENT_READ]      = {"client_read",      {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_CLIENT_WRITE]     = {"client_write",     {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_QUARANTINE_READ]  = {"quarantine_read",  {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_QUARANTINE_WRITE] = {"quarantine_write", {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_SETTINGS_READ]    = {"settings_read",    {[ROLE_PARTNER] = true, [ROLE_AGENT] = true}},
	[RIGHT_SETTINGS_WRITE]   = {"settings_write",   {[ROLE_PARTNER] = true}},
	[RIGHT_MEMBER_WRITE]     = {"member_write",     {[ROLE_PARTNER] = true}},
	[RIGHT_AUDIT_READ]       = {"audit_read",       {[ROLE_PARTNER] = true}},
};
/* clang-format on */

static_assert(COUNT(right_rows) == RIGHT_COUNT, "a row for each right");

bool role_has(enum role role, enum right right)
{
	assert(role < ROLE_COUNT);
	assert(right < RIGHT_COUNT);
	return right_rows[right].roles[role];
}

bool role_parse(struct str name, enum role *role_out)
{
	for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
		if (!str_equal(name, str_of(role_names[role])))
			continue;
		*role_out = (enum role)role;
		return true;
	}
	return false;
}

const char *right_name(enum right right)
{
	assert(right < RIGHT_COUNT);
	return right_rows[right].name;
}

bool right_parse(struct str name, enum right *right_out)
{
	for (int right = RIGHT_SESSION + 1; right < RIGHT_COUNT; right++) {
		if (!str_equal(name, str_of(right_rows[right].name)))
			continue;
		*right_out = (enum right)right;
		return true;
	}
	return false;
}
