/*
 * What smtp_send() refuses to put on the wire. Addresses and names come from
 * mail and from settings: nothing in them may become a second command, and no
 * byte of a mail may look like its end to any server.
 */
#include "channel/smtp_check.h"

#include <string.h>

#include "base/limits.h"

#define CHECK_LINE_BYTES 998u

static enum status check_raw_line(struct str line, int number,
                                  struct problem *problem)
{
	enum status status = ST_OK;

	if (line.length > CHECK_LINE_BYTES)
		status = problem_set(problem, ST_INVALID, "raw",
		                     "the line is longer than 998 bytes");
	else if (str_find_char(line, '\r', 0) < line.length)
		status = problem_set(problem, ST_INVALID, "raw",
		                     "a CR stands alone");
	for (size_t i = 0; status == ST_OK && i < line.length; i++) {
		unsigned char c = (unsigned char)line.text[i];

		if (c == '\0' || c >= 0x80)
			status =
				problem_set(problem, ST_INVALID, "raw",
			                    "the byte %u is not ASCII text", c);
	}
	if (status != ST_OK && problem)
		problem->line = number;
	return status;
}

enum status smtp_check_raw(struct str raw, struct problem *problem)
{
	enum status status;
	int number = 0;
	size_t at = 0;

	if (raw.length == 0 || raw.length > LIMIT_MAIL_BYTES)
		return problem_set(problem, ST_INVALID, "raw",
		                   "the mail is empty or too large");
	while (at < raw.length) {
		size_t lf = str_find_char(raw, '\n', at);

		number++;
		if (lf == raw.length || lf == at || raw.text[lf - 1] != '\r') {
			problem_set(problem, ST_INVALID, "raw",
			            "the line does not end with CRLF");
			if (problem)
				problem->line = number;
			return ST_INVALID;
		}
		status = check_raw_line(str_sub(raw, at, lf - 1), number,
		                        problem);
		if (status != ST_OK)
			return status;
		at = lf + 1;
	}
	return ST_OK;
}

/* Of a command line: no blank, no bracket, nothing that cannot be seen. */
static bool check_address(struct str address)
{
	if (address.length > LIMIT_ADDRESS_BYTES || !str_utf8_valid(address))
		return false;
	for (size_t i = 0; i < address.length; i++) {
		unsigned char c = (unsigned char)address.text[i];

		if (c <= ' ' || c == 0x7f || c == '<' || c == '>')
			return false;
	}
	return true;
}

enum status smtp_check_message(const struct smtp_message *message,
                               struct problem *problem)
{
	if (!check_address(message->sender))
		return problem_set(problem, ST_INVALID, "sender",
		                   "malformed address");
	if (message->recipient_count == 0 ||
	    message->recipient_count > LIMIT_MAIL_RECIPIENTS)
		return problem_set(problem, ST_INVALID, "recipients",
		                   "none or too many");
	for (size_t i = 0; i < message->recipient_count; i++) {
		if (message->recipients[i].length == 0 ||
		    !check_address(message->recipients[i]))
			return problem_set(problem, ST_INVALID, "recipients",
			                   "malformed address");
	}
	return smtp_check_raw(message->raw, problem);
}

/* A host name or address, which goes into a URL. */
static bool check_host(struct str host)
{
	if (host.length == 0 || host.length > 255)
		return false;
	for (size_t i = 0; i < host.length; i++) {
		char c = host.text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '.' || c == '-' ||
		      c == '_' || c == ':'))
			return false;
	}
	return true;
}

static bool check_plain(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] < ' ')
			return false;
	}
	return true;
}

enum status smtp_check_target(const struct smtp_target *target,
                              struct problem *problem)
{
	bool plain = target->tls == SMTP_TLS_NONE;

	if (!check_host(target->host))
		return problem_set(problem, ST_INVALID, "host",
		                   "not a host name or address");
	if (target->port == 0 || target->port > 65535)
		return problem_set(problem, ST_INVALID, "port",
		                   "a port is between 1 and 65535");
	if (target->helo.length > 0 && !check_host(target->helo))
		return problem_set(problem, ST_INVALID, "helo",
		                   "not a host name");
	if (plain && !target->plain_allowed)
		return problem_set(problem, ST_INVALID, "tls",
		                   "sending without TLS is not allowed here");
	if (plain && target->user.length > 0)
		return problem_set(problem, ST_INVALID, "tls",
		                   "a password is never sent without TLS");
	if (!check_plain(target->user) || !check_plain(target->password) ||
	    !check_plain(target->ca_file))
		return problem_set(problem, ST_INVALID, "user",
		                   "a control character in a setting");
	return ST_OK;
}
