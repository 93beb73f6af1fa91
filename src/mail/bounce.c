/*
 * Delivery reports and complaints. A report by the rules (RFC 3464, 5965) is
 * read field by field; for the prose of older mail servers there are the
 * things that all of them say: an address, a status, a sentence.
 */
#include <string.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/message_private.h"

#define COUNT(table)      (sizeof(table) / sizeof((table)[0]))
#define BOUNCE_SCAN_BYTES 16384u

/* clang-format off */
static const struct str bounce_subjects[] = { /* how they begin */
	STR("Undelivered Mail"), STR("Undeliverable"), STR("Delivery Status Notification"), STR("Delivery failure"), STR("Delivery Failed"),
	STR("Delivery Notification"), STR("Delivery Report"), STR("Mail delivery failed"), STR("Mail Delivery"), STR("Mail failure"),
	STR("Mail System Error"), STR("Mail could not"), STR("Message delivery"), STR("Message status"), STR("Message undeliverable"),
	STR("Returned mail"), STR("Returned:"), STR("failure notice"), STR("failure delivery"), STR("failed delivery"), STR("Failed mail"),
	STR("DELIVERY FAILURE"), STR("Non delivery"), STR("Non-delivery"), STR("Nondeliverable"), STR("Non recapitabile"), STR("NDN:"),
	STR("Warning: could not send"), STR("Warning: message"), STR("Unable to deliver"), STR("Undelivered"), STR("Unzustellbar"),
	STR("Rejected mail"), STR("Permanent Delivery"), STR("Delayed Mail"), STR("Delivery delayed"), STR("Transient Delivery"),
	STR("Could not send"), STR("Nicht zustellbar"), STR("Non remis"), STR("Message non distribu"), STR("No se puede entregar"),
	STR("Não é possível"), STR("Onbestelbaar"), STR("Ulevererbar"), STR("There was an error sending your mail"), STR("Post failure"),
	STR("Email delivery"), STR("User unknown"), STR("Mailbox full"), STR("Delivery Error"), STR("Delivery Problem"), STR("Error sending"),
	STR("Considered unsolicited bulk"), STR("Unable to send"), STR("Notification d'"), STR("[BOUNCE]"), STR("Bounce"),
	STR("Automatically rejected mail"), STR("Problems found"), STR("E-Mail delivery"), STR("SMTP Error"), STR("Undeliver"),
	STR("Auto: Returned"), STR("E-mail Delivery Failure"), STR("Message Could Not"), STR("Message you sent blocked"), STR("Mail Returned"),
};

/* Reasons in words, and the status they stand for. */
static const struct {
	struct str phrase; /* lower case */
	const char *status;
} bounce_phrases[] = {
	{STR("user unknown"), "5.1.1"}, {STR("unknown user"), "5.1.1"}, {STR("no such user"), "5.1.1"}, {STR("no such recipient"), "5.1.1"},
	{STR("no mailbox here by that name"), "5.1.1"}, {STR("recipient unknown"), "5.1.1"}, {STR("unknown recipient"), "5.1.1"},
	{STR("invalid recipient"), "5.1.1"}, {STR("does not exist"), "5.1.1"}, {STR("doesn't exist"), "5.1.1"}, {STR("not listed in"), "5.1.1"},
	{STR("doesn't have a"), "5.1.1"}, {STR("no such mailbox"), "5.1.1"}, {STR("mailbox unavailable"), "5.1.1"}, {STR("mailbox not found"), "5.1.1"},
	{STR("recipient address rejected"), "5.1.1"}, {STR("address rejected"), "5.1.1"}, {STR("unrouteable address"), "5.1.2"},
	{STR("account is disabled"), "5.2.1"}, {STR("mailbox disabled"), "5.2.1"}, {STR("account has been disabled"), "5.2.1"}, {STR("inactive"), "5.2.1"},
	{STR("mailbox full"), "5.2.2"}, {STR("mailbox is full"), "5.2.2"}, {STR("over quota"), "5.2.2"}, {STR("quota exceeded"), "5.2.2"},
	{STR("exceeded storage"), "5.2.2"}, {STR("exceeds the quota"), "5.2.2"}, {STR("too large"), "5.3.4"}, {STR("message size exceeds"), "5.3.4"},
	{STR("host unknown"), "5.1.2"}, {STR("unknown host"), "5.1.2"}, {STR("host not found"), "5.1.2"}, {STR("domain not found"), "5.1.2"},
	{STR("name service error"), "5.4.4"}, {STR("couldn't find any host"), "5.1.2"}, {STR("relaying denied"), "5.7.1"}, {STR("relay access denied"), "5.7.1"},
	{STR("may not exist"), "5.1.2"}, {STR("size limit exceeded"), "5.3.4"}, {STR("exceeds allowed size"), "5.2.2"},
	{STR("exceeded the local limit"), "5.2.2"}, {STR("not recognized"), "5.1.1"}, {STR("invalid user"), "5.1.1"}, {STR("network error"), "4.4.2"},
	{STR("blocked"), "5.7.1"}, {STR("spam"), "5.7.1"}, {STR("access denied"), "5.7.1"}, {STR("blacklist"), "5.7.1"},
	{STR("connection timed out"), "4.4.1"}, {STR("connection refused"), "4.4.1"}, {STR("retry timeout exceeded"), "4.4.7"},
	{STR("could not be delivered for"), "4.4.7"}, {STR("mail loop"), "5.4.6"}, {STR("too many hops"), "5.4.6"},
};
/* clang-format on */

/* "rfc822; jane@example.com" to the address, "" if it is none. */
static struct str bounce_typed_address(struct arena *arena, struct str value)
{
	size_t semicolon = str_find_char(value, ';', 0);
	struct mail_addresses found = {0};

	if (semicolon < value.length)
		value = str_sub(value, semicolon + 1, value.length);
	if (!address_list_parse(arena, value, &found) || found.count == 0)
		return STR("");
	return address_valid(found.items[0].address) ? found.items[0].address
	                                             : STR("");
}

static bool bounce_digit(struct str text, size_t at)
{
	return at < text.length && text.text[at] >= '0' && text.text[at] <= '9';
}

/* "5.1.1" at `at`, not inside a longer number; "" if there is none. */
static struct str bounce_status_at(struct str text, size_t at)
{
	size_t end = at + 1;

	for (int group = 0; group < 2; group++) {
		size_t digits = 0;

		if (end >= text.length || text.text[end] != '.')
			return STR("");
		end++;
		while (bounce_digit(text, end) && digits < 4) {
			end++;
			digits++;
		}
		if (digits == 0 || digits > 3)
			return STR("");
	}
	if (bounce_digit(text, end) ||
	    (end < text.length && text.text[end] == '.' &&
	     bounce_digit(text, end + 1)))
		return STR("");
	return str_sub(text, at, end);
}

/* The first enhanced status code of the text; "" if it has none. */
static struct str bounce_find_status(struct str text)
{
	for (size_t i = 0; i + 4 < text.length; i++) {
		char c = text.text[i];
		char before = i > 0 ? text.text[i - 1] : ' ';
		struct str status;

		if ((c != '5' && c != '4') || before == '.' ||
		    (before >= '0' && before <= '9') || (before | 0x20) >= 'a')
			continue;
		status = bounce_status_at(text, i);
		if (status.length > 0)
			return status;
	}
	return STR("");
}

/* First digit of the first SMTP answer code, '\0' if there is none. */
static char bounce_reply_class(struct str text)
{
	for (size_t i = 0; i + 3 < text.length; i++) {
		char c = text.text[i];
		char before = i > 0 ? text.text[i - 1] : ' ';
		char after = text.text[i + 3];

		if ((c == '4' || c == '5') && text.text[i + 1] <= '7' &&
		    bounce_digit(text, i + 1) && bounce_digit(text, i + 2) &&
		    (after == ' ' || after == '-' || after == ':') &&
		    (before == ' ' || before == '\n' || before == ':' ||
		     before == '(' || before == '>' || before == '#' ||
		     before == '"' || before == '\''))
			return c;
	}
	return '\0';
}

static struct str bounce_phrase_status(struct arena *arena, struct str text)
{
	struct str lower = str_lower(arena, text);

	for (size_t i = 0; i < COUNT(bounce_phrases); i++) {
		if (str_find(lower, bounce_phrases[i].phrase, 0) < lower.length)
			return str_of(bounce_phrases[i].status);
	}
	return STR("");
}

static struct str bounce_line(struct arena *arena, struct str text)
{
	struct str line = header_text(arena, text);
	char *copy = str_cstr(arena, line);
	size_t length = 0;

	/* Folds of the report leave runs of spaces. */
	for (size_t i = 0; i < line.length; i++) {
		if (copy[i] != ' ' || length == 0 || copy[length - 1] != ' ')
			copy[length++] = copy[i];
	}
	return str_utf8_prefix((struct str){copy, length}, 300);
}

/*
 * One recipient's group of a delivery status. Later groups replace earlier
 * ones only when they tell of a failure and the earlier did not.
 */
static void bounce_group(struct arena *arena, const struct header *group,
                         struct mail_bounce *bounce)
{
	struct mail_bounce found = {0};
	struct str value, action, precise;
	size_t semicolon;

	if (!header_find(group, STR("Final-Recipient"), &value) &&
	    !header_find(group, STR("Original-Recipient"), &value) &&
	    !header_find(group, STR("X-Actual-Recipient"), &value))
		return;
	found.recipient = bounce_typed_address(arena, value);
	if (found.recipient.length == 0 &&
	    header_find(group, STR("Original-Recipient"), &value))
		found.recipient = bounce_typed_address(arena, value);
	action = str_lower(arena, header_get(arena, group, STR("Action")));
	value = header_get(arena, group, STR("Status"));
	found.status = bounce_status_at(value, 0);
	value = header_get(arena, group, STR("Diagnostic-Code"));
	/* Without the type: "smtp; 550 5.1.1 ...". */
	semicolon = str_find_char(value, ';', 0);
	if (semicolon < 24 && semicolon < value.length)
		value = str_sub(value, semicolon + 1, value.length);
	found.reason = bounce_line(arena, value);
	/* "5.0.0" says little when the diagnosis says more. */
	precise = bounce_find_status(found.reason);
	if (precise.length > 0 &&
	    (found.status.length == 0 || str_ends(found.status, STR(".0.0"))))
		found.status = precise;
	found.is_failure =
		str_starts(action, STR("failed")) ||
		(action.length == 0 && !str_starts(found.status, STR("2")));
	if (bounce->recipient.length == 0 ||
	    (found.is_failure && !bounce->is_failure))
		*bounce = found;
}

static void bounce_report(struct reader *reader, const struct part *part,
                          struct mail_bounce *bounce)
{
	struct arena *arena = reader->arena;
	struct str rest = part_decoded(arena, reader->raw, part);

	for (int groups = 0; groups < 100 && rest.length > 0; groups++) {
		struct header group;
		size_t skip = 0;

		while (skip < rest.length &&
		       (rest.text[skip] == '\r' || rest.text[skip] == '\n'))
			skip++;
		rest = str_sub(rest, skip, rest.length);
		header_parse(arena, rest, &group);
		if (group.length == 0)
			break;
		bounce_group(arena, &group, bounce);
		rest = str_sub(rest, group.length, rest.length);
	}
}

/* The message that came back, as headers. */
static void bounce_original(struct reader *reader, struct header *header_out)
{
	static const char *const types[] = {
		"message/rfc822", "text/rfc822-headers", "text/rfc822",
		"message/global", "message/rfc822-headers"};

	*header_out = (struct header){0};
	for (size_t i = 0; i < COUNT(types); i++) {
		const struct part *part = reader_part(reader, types[i]);

		if (!part)
			continue;
		header_parse(reader->arena,
		             part_decoded(reader->arena, reader->raw, part),
		             header_out);
		if (header_out->count > 0)
			return;
	}
}

/* Its Message-ID, in a part or in the text after the explanation. */
static struct str bounce_original_id(struct reader *reader)
{
	struct header header;
	struct mail_ids ids = {0};
	struct str value, text = reader->mail->text;
	size_t at;

	bounce_original(reader, &header);
	if (header_find(&header, STR("Message-ID"), &value))
		header_ids(reader->arena, value, 1, &ids);
	at = str_find_nocase(str_utf8_prefix(text, 65536), STR("\nmessage-id:"),
	                     0);
	if (ids.count == 0 && at + 12 < text.length &&
	    at < str_utf8_prefix(text, 65536).length) {
		size_t end = str_find_char(text, '\n', at + 12);
		size_t next = str_find_char(text, '\n', end + 1);

		/* The id may be folded onto the next line. */
		value = str_sub(text, at + 12, end);
		if (str_trim(value).length == 0)
			value = str_sub(text, at + 12, next);
		header_ids(reader->arena, value, 1, &ids);
	}
	return ids.count > 0 ? ids.items[0] : STR("");
}

static bool bounce_is_own(const struct mail *mail, struct str address)
{
	for (size_t i = 0; i < mail->to.count; i++) {
		if (str_equal_nocase(mail->to.items[i].address, address))
			return true;
	}
	for (size_t i = 0; i < mail->from.count; i++) {
		if (str_equal_nocase(mail->from.items[i].address, address))
			return true;
	}
	return address_is_machine(address);
}

/* The first address of the text that can be the one that failed. */
static struct str bounce_text_recipient(struct reader *reader, struct str text)
{
	size_t at = 0;

	for (; (at = str_find_char(text, '@', at)) < text.length; at++) {
		size_t start = at, end = at + 1;
		struct str address;

		while (start > 0 && at - start < 64 &&
		       (unsigned char)text.text[start - 1] > ' ' &&
		       !strchr("<>()[]\"',;:", text.text[start - 1]))
			start--;
		while (end < text.length && end - at < 254 &&
		       ((text.text[end] | 0x20) >= 'a' ||
		        bounce_digit(text, end) || text.text[end] == '.' ||
		        text.text[end] == '-') &&
		       (text.text[end] | 0x20) <= 'z')
			end++;
		while (end > at && text.text[end - 1] == '.')
			end--;
		address = address_normalise(reader->arena,
		                            str_sub(text, start, end));
		if (address_valid(address) &&
		    str_find_char(address_domain(address), '.', 0) <
		            address_domain(address).length &&
		    !bounce_is_own(reader->mail, address))
			return address;
	}
	return STR("");
}

/* The line of the text that holds the status or the phrase. */
static struct str bounce_text_reason(struct arena *arena, struct str text)
{
	struct str rest = text, line, best = {"", 0};

	while (str_line(&rest, &line)) {
		struct str trimmed = str_trim(line);

		if (trimmed.length < 8)
			continue;
		if (bounce_find_status(trimmed).length > 0 ||
		    bounce_reply_class(trimmed))
			return bounce_line(arena, trimmed);
		if (best.length == 0 &&
		    bounce_phrase_status(arena, trimmed).length > 0)
			best = bounce_line(arena, trimmed);
	}
	return best;
}

/* Fills what the report did not say from the words. */
static void bounce_from_text(struct reader *reader, struct mail_bounce *bounce)
{
	struct arena *arena = reader->arena;
	struct str text =
		str_utf8_prefix(reader->mail->text, BOUNCE_SCAN_BYTES);
	struct str failed =
		header_get(arena, reader->header, STR("X-Failed-Recipients"));

	if (bounce->recipient.length == 0)
		bounce->recipient = bounce_typed_address(arena, failed);
	if (bounce->recipient.length == 0)
		bounce->recipient = bounce_text_recipient(reader, text);
	if (bounce->reason.length == 0)
		bounce->reason = bounce_text_reason(arena, text);
	if (bounce->status.length == 0)
		bounce->status = bounce_find_status(text);
	if (bounce->status.length == 0)
		bounce->status = bounce_phrase_status(arena, bounce->reason);
	if (bounce->status.length == 0)
		bounce->status = bounce_phrase_status(arena, text);
	if (bounce->status.length == 0 && bounce_reply_class(text) == '4')
		bounce->status = STR("4.0.0");
	if (bounce->status.length == 0)
		bounce->status =
			bounce->is_failure ? STR("5.0.0") : STR("4.0.0");
	if (bounce->reason.length == 0)
		bounce->reason = bounce_line(arena, reader->mail->subject);
}

/* Still being tried: nothing has failed yet. */
static bool bounce_is_delay(struct reader *reader)
{
	/* clang-format off */
	static const struct str words[] = {
		STR("warning message only"), STR("has been delayed"), STR("delivery status notification (delay)"), STR("is delayed"),
		STR("will be retried"), STR("do not need to resend"), STR("do not need to re-send"), STR("temporary failure report"),
		STR("still being retried"), STR("noch nicht zugestellt"), STR("wurde verzögert"),
	};
	/* clang-format on */
	struct str text = str_lower(reader->arena,
	                            str_utf8_prefix(reader->mail->text, 4096));
	struct str subject = str_lower(reader->arena, reader->mail->subject);

	for (size_t i = 0; i < COUNT(words); i++) {
		if (str_find(text, words[i], 0) < text.length ||
		    str_find(subject, words[i], 0) < subject.length)
			return true;
	}
	return false;
}

/*
 * The address itself is no good: no such person, host or domain. A full
 * mailbox, a size or a policy fails this mail, not the address.
 */
static bool bounce_is_permanent(struct arena *arena,
                                const struct mail_bounce *bounce)
{
	/* clang-format off */
	static const struct str gone[] = {
		STR("5.1.1"), STR("5.1.2"), STR("5.1.3"), STR("5.1.6"), STR("5.1.10"), STR("5.1.351"), STR("5.4.4"),
	};
	/* clang-format on */
	struct str phrase = bounce_phrase_status(arena, bounce->reason);

	if (!bounce->is_failure || !str_starts(bounce->status, STR("5")))
		return false;
	for (size_t i = 0; i < COUNT(gone); i++) {
		if (str_equal(bounce->status, gone[i]))
			return true;
	}
	/* A vague status, and words that are not. */
	return (str_ends(bounce->status, STR(".0")) ||
	        str_equal(bounce->status, STR("5.2.1"))) &&
	       str_starts(phrase, STR("5.1."));
}

static bool bounce_subject(struct str subject)
{
	for (size_t i = 0; i < COUNT(bounce_subjects); i++) {
		if (str_starts_nocase(subject, bounce_subjects[i]))
			return true;
	}
	return false;
}

/* Whether prose is a delivery report, from sender, subject and words. */
static bool bounce_is_prose(struct reader *reader)
{
	const struct mail *mail = reader->mail;
	struct str value, text;
	bool machine, subject;

	if (header_find(reader->header, STR("X-Failed-Recipients"), &value))
		return true;
	machine = mail->signals.null_return_path;
	for (size_t i = 0; i < mail->from.count; i++) {
		struct str from =
			str_lower(reader->arena, mail->from.items[i].address);
		struct str name =
			str_lower(reader->arena, mail->from.items[i].name);

		machine |=
			str_starts(from, STR("mailer-daemon")) ||
			str_starts(from, STR("mailerdaemon")) ||
			str_starts(from, STR("postmaster")) ||
			str_starts(from, STR("post_master")) ||
			str_starts(from, STR("mail-daemon")) ||
			str_find(name, STR("mail delivery"), 0) < name.length ||
			str_find(name, STR("mailer-daemon"), 0) < name.length ||
			str_find(name, STR("postmaster"), 0) < name.length;
	}
	subject = bounce_subject(mail->subject);
	if (machine && subject)
		return true;
	text = str_utf8_prefix(mail->text, 4096);
	/* One of the two, and words that only a mail server writes. */
	if (!machine && !subject)
		return false;
	return (bounce_find_status(text).length > 0 ||
	        bounce_reply_class(text) ||
	        bounce_phrase_status(reader->arena, text).length > 0) &&
	       (subject ? bounce_text_recipient(reader, text).length > 0
	                : str_find_nocase(text, STR("deliver"), 0) <
	                                  text.length ||
	                          str_find_nocase(text, STR("RCPT TO"), 0) <
	                                  text.length ||
	                          str_find_nocase(text, STR("did not reach"),
	                                          0) < text.length);
}

bool reader_bounce(struct reader *reader)
{
	const struct part *root = &reader->parts.items[0];
	const struct part *report =
		reader_part(reader, "message/delivery-status");
	struct mail_bounce bounce = {0};
	bool by_rule = report != NULL;

	if (!report)
		report = reader_part(reader, "message/global-delivery-status");
	by_rule =
		report != NULL ||
		(part_is(root, "multipart/report") &&
	         str_equal_nocase(header_param(&root->type, STR("report-type")),
	                          STR("delivery-status")));
	if (!by_rule && !bounce_is_prose(reader))
		return false;
	bounce.is_failure = !bounce_is_delay(reader);
	if (report) {
		struct mail_bounce told = {0};

		bounce_report(reader, report, &told);
		if (told.recipient.length > 0)
			bounce = told;
	}
	bounce_from_text(reader, &bounce);
	bounce.original_message_id = bounce_original_id(reader);
	if (str_starts(bounce.status, STR("2")))
		bounce.is_failure = false;
	bounce.permanent = bounce_is_permanent(reader->arena, &bounce);
	reader->mail->bounce = bounce;
	return true;
}

/* Complaints that their senders do not call so by the rules. */
static bool feedback_is_prose(const struct reader *reader)
{
	struct str value;

	if (header_find(reader->header, STR("X-Apple-Unsubscribe"), &value))
		return true;
	return str_starts_nocase(reader->mail->subject,
	                         STR("complaint about message from")) &&
	       reader_part(reader, "message/rfc822");
}

bool reader_feedback(struct reader *reader)
{
	const struct part *root = &reader->parts.items[0];
	const struct part *part =
		reader_part(reader, "message/feedback-report");
	struct mail_bounce bounce = {0};
	struct header report = {0}, original;
	struct str value;

	if (!part && !feedback_is_prose(reader) &&
	    !(part_is(root, "multipart/report") &&
	      str_equal_nocase(header_param(&root->type, STR("report-type")),
	                       STR("feedback-report"))))
		return false;
	if (part)
		header_parse(reader->arena,
		             part_decoded(reader->arena, reader->raw, part),
		             &report);
	bounce_original(reader, &original);
	if (header_find(&report, STR("Original-Rcpt-To"), &value) ||
	    header_find(&report, STR("Removal-Recipient"), &value) ||
	    header_find(&original, STR("To"), &value))
		bounce.recipient = bounce_typed_address(reader->arena, value);
	bounce.reason =
		bounce_line(reader->arena, header_get(reader->arena, &report,
	                                              STR("Feedback-Type")));
	bounce.original_message_id = bounce_original_id(reader);
	reader->mail->bounce = bounce;
	return true;
}
