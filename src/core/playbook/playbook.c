/*
 * Names of what a playbook speaks of, and finding one's way in a parsed one.
 */
#include "core/playbook/playbook.h"

#include <assert.h>
#include <inttypes.h>

/* clang-format off */
static const char *const hours_names[HOURS_COUNT] = {
	[HOURS_NONE]     = "none",
	[HOURS_BUSINESS] = "business",
	[HOURS_CLOCK]    = "clock",
	[HOURS_CALLING]  = "calling",
};

static const char *const promise_kind_names[PROMISE_KIND_COUNT] = {
	[PROMISE_NONE]           = "none",
	[PROMISE_FIRST_RESPONSE] = "first_response",
	[PROMISE_NEXT_RESPONSE]  = "next_response",
	[PROMISE_ACKNOWLEDGE]    = "acknowledge",
	[PROMISE_PROPOSAL]       = "proposal",
	[PROMISE_RESOLUTION]     = "resolution",
	[PROMISE_CALL_BACK]      = "call_back",
};

static const char *const escalate_to_names[ESCALATE_COUNT] = {
	[ESCALATE_NONE]      = "none",
	[ESCALATE_OWNER]     = "owner",
	[ESCALATE_BACKUP]    = "backup",
	[ESCALATE_DESK_LEAD] = "desk_lead",
	[ESCALATE_PARTNER]   = "partner",
};

static const char *const flag_when_names[FLAG_WHEN_COUNT] = {
	[FLAG_WHEN_NONE]           = "none",
	[FLAG_WHEN_UNANSWERED]     = "unanswered",
	[FLAG_WHEN_SIGNAL]         = "signal",
	[FLAG_WHEN_DEADLINE]       = "deadline",
	[FLAG_WHEN_CLOCK_BREACHED] = "clock_breached",
	[FLAG_WHEN_CLOCK_SOON]     = "clock_soon",
};

static const char *const list_target_names[LIST_TARGET_COUNT] = {
	[LIST_TARGET_NONE]       = "none",
	[LIST_TARGET_TYPES]      = "points",
	[LIST_TARGET_SIGNAL]     = "signal",
	[LIST_TARGET_SENTIMENT]  = "sentiment",
	[LIST_TARGET_PRESSURE]   = "pressure",
	[LIST_TARGET_NO_ANSWER]  = "no_answer",
	[LIST_TARGET_NO_REQUEST] = "no_request",
	[LIST_TARGET_LANGUAGE]   = "language",
};
/* clang-format on */

const char *hours_name(enum hours hours)
{
	assert((int)hours >= 0 && hours < HOURS_COUNT);
	return hours_names[hours];
}

const char *promise_kind_name(enum promise_kind kind)
{
	assert((int)kind >= 0 && kind < PROMISE_KIND_COUNT);
	return promise_kind_names[kind];
}

const char *escalate_to_name(enum escalate_to to)
{
	assert((int)to >= 0 && to < ESCALATE_COUNT);
	return escalate_to_names[to];
}

const char *flag_when_name(enum flag_when when)
{
	assert((int)when >= 0 && when < FLAG_WHEN_COUNT);
	return flag_when_names[when];
}

const char *list_target_name(enum list_target target)
{
	assert((int)target >= 0 && target < LIST_TARGET_COUNT);
	return list_target_names[target];
}

bool promise_kind_find(struct str name, enum promise_kind *kind_out)
{
	for (int i = 1; i < PROMISE_KIND_COUNT; i++) {
		if (str_equal(name, str_of(promise_kind_names[i]))) {
			*kind_out = (enum promise_kind)i;
			return true;
		}
	}
	return false;
}

struct str duration_text(struct arena *arena, struct duration duration)
{
	const char *hours = hours_name(duration.hours);
	span_ms minutes = duration.span / SPAN_MINUTE;
	if (minutes && minutes % 60 == 0)
		return str_printf(arena, "%" PRId64 "h %s", minutes / 60,
		                  hours);
	return str_printf(arena, "%" PRId64 "m %s", minutes, hours);
}

/* FNV-1a; 0 is kept for "none". */
uint32_t playbook_code(struct str id)
{
	uint32_t code = 0x811C9DC5u;
	for (size_t i = 0; i < id.length; i++)
		code = (code ^ (unsigned char)id.text[i]) * 0x01000193u;
	return code ? code : 1;
}

const struct playbook_clock *playbook_clock(const struct playbook *playbook,
                                            enum request_type type,
                                            enum promise_kind promise)
{
	assert((int)type >= 0 && type < REQUEST_TYPE_COUNT);
	const struct playbook_type *row = &playbook->types[type];
	for (size_t i = 0; i < row->clocks_count; i++)
		if (row->clocks[i].promise == promise)
			return &row->clocks[i];
	return NULL;
}

const struct playbook_flag *
playbook_flag_by_code(const struct playbook *playbook, uint32_t code)
{
	for (size_t i = 0; i < playbook->flags_count; i++)
		if (playbook->flags[i].code == code)
			return &playbook->flags[i];
	return NULL;
}

const struct playbook_list *
playbook_list_by_code(const struct playbook *playbook, uint32_t code)
{
	for (size_t i = 0; i < playbook->lists_count; i++)
		if (playbook->lists[i].code == code)
			return &playbook->lists[i];
	return NULL;
}

/*
 * Does all of `text` fit a pattern in which `*` is any text? Both are walked
 * once; after a mismatch the last `*` swallows one byte more.
 */
static bool pattern_fits(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
	while (t < text.length) {
		char c = text.text[t];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 32);
		if (p < pattern.length && pattern.text[p] == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.length && pattern.text[p] == c) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.length && pattern.text[p] == '*')
		p++;
	return p == pattern.length;
}

enum request_type playbook_sender_type(const struct playbook *playbook,
                                       struct str address)
{
	for (size_t i = 0; address.length && i < playbook->senders_count; i++)
		if (pattern_fits(playbook->senders[i].pattern, address))
			return playbook->senders[i].type;
	return REQUEST_TYPE_NONE;
}
