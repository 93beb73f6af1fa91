#include "channel/mail_sender.h"

#include "mail/address.h"

/* Servers put it on top; far down it would be somebody else's word. */
#define SENDER_LINES 50

struct str mail_sender(struct str raw)
{
	static const struct str field = {"Return-Path:", 12};
	struct str rest = raw, line;

	for (int i = 0;
	     i < SENDER_LINES && str_line(&rest, &line) && line.length > 0;
	     i++) {
		if (!str_starts_nocase(line, field))
			continue;
		line = str_trim(str_sub(line, field.length, line.length));
		if (str_starts(line, STR("<")) && str_ends(line, STR(">")))
			line = str_sub(line, 1, line.length - 1);
		return address_valid(line) ? line : STR("");
	}
	return STR("");
}
