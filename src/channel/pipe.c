/*
 * An LMTP client for one mail. It takes one step at a time: over loopback
 * there is nothing to win by pipelining, and each answer has one question.
 */
#include "channel/pipe.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/limits.h"
#include "channel/lmtp_socket.h"
#include "mail/address.h"

#define PIPE_READ_BYTES    65536u
#define PIPE_LINE_BYTES    2048u
#define PIPE_REPLY_LINES   100u
#define PIPE_COMMAND_BYTES 1024u

struct pipe_client {
	int fd;
	char line[PIPE_LINE_BYTES]; /* read, not yet looked at */
	size_t length;
};

enum status pipe_read(int fd, struct buf *raw_out)
{
	char bytes[PIPE_READ_BYTES];

	for (;;) {
		ssize_t n = read(fd, bytes, sizeof(bytes));

		if (n == 0)
			return ST_OK;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ST_BUSY;
		if (raw_out->length + (size_t)n > LIMIT_MAIL_BYTES)
			return ST_LIMIT;
		buf_add(raw_out, bytes, (size_t)n);
	}
}

void pipe_text(struct str raw, struct buf *out)
{
	size_t at = 0;

	if (str_starts(raw, STR("From "))) {
		at = str_find_char(raw, '\n', 0);
		at += at < raw.length;
	}
	while (at < raw.length) {
		size_t end = at;

		while (end < raw.length && raw.text[end] != '\r' &&
		       raw.text[end] != '\n')
			end++;
		buf_str(out, str_sub(raw, at, end));
		buf_text(out, "\r\n");
		if (end + 1 < raw.length && raw.text[end] == '\r' &&
		    raw.text[end + 1] == '\n')
			end++;
		at = end + 1;
	}
}

static bool pipe_ascii(struct str s)
{
	for (size_t i = 0; i < s.length; i++) {
		if ((unsigned char)s.text[i] >= 0x80)
			return false;
	}
	return true;
}

/* What stands in <> behind a header's name. */
static bool pipe_bracket(struct str line, size_t from, struct str *inside_out)
{
	size_t open = str_find_char(line, '<', from);
	size_t close = str_find_char(line, '>', open);

	if (close == line.length)
		return false;
	*inside_out = str_sub(line, open + 1, close);
	return true;
}

struct str pipe_return_path(struct str raw)
{
	struct str line, found, from = STR("");
	struct str name = STR("Return-Path:"), other = STR("From:");

	while (str_line(&raw, &line) && line.length > 0) {
		if (str_starts_nocase(line, name) &&
		    pipe_bracket(line, name.length, &found))
			return found;
		if (!str_starts_nocase(line, other) || from.length > 0)
			continue;
		if (!pipe_bracket(line, other.length, &from))
			from = str_trim(
				str_sub(line, other.length, line.length));
		if (!address_valid(from) || !pipe_ascii(from))
			from = STR("");
	}
	/*
	 * No path at all is not the null one, which says that a machine wrote:
	 * whoever pipes a file in without -f means what is in it.
	 */
	return from;
}

/* Talking. */

static bool pipe_send(const struct pipe_client *client, struct str bytes)
{
	while (bytes.length > 0) {
		ssize_t n = send(client->fd, bytes.text, bytes.length,
		                 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = str_sub(bytes, (size_t)n, bytes.length);
	}
	return true;
}

/* The next line without its end, valid until the next call. */
static bool pipe_line(struct pipe_client *client,
                      char line_out[PIPE_LINE_BYTES])
{
	for (;;) {
		char *lf = memchr(client->line, '\n', client->length);
		ssize_t n;

		if (lf) {
			size_t length = (size_t)(lf - client->line);

			memcpy(line_out, client->line, length);
			line_out[length] = '\0';
			if (length > 0 && line_out[length - 1] == '\r')
				line_out[length - 1] = '\0';
			client->length -= length + 1;
			memmove(client->line, lf + 1, client->length);
			return true;
		}
		if (client->length == sizeof(client->line))
			return false;
		n = recv(client->fd, client->line + client->length,
		         sizeof(client->line) - client->length, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		client->length += (size_t)n;
	}
}

static bool pipe_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void pipe_lost(struct pipe_answer *answer)
{
	answer->code = 450;
	snprintf(answer->text, sizeof(answer->text),
	         "450 4.4.2 The server broke off or gave no answer in time");
}

/* A whole reply; its last line is the answer. 450 when there is none. */
static void pipe_reply(struct pipe_client *client, struct pipe_answer *answer)
{
	char line[PIPE_LINE_BYTES];

	for (unsigned i = 0; i < PIPE_REPLY_LINES; i++) {
		if (!pipe_line(client, line) || !pipe_digit(line[0]) ||
		    !pipe_digit(line[1]) || !pipe_digit(line[2]))
			break;
		if (line[3] == '-')
			continue;
		answer->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 +
		               (line[2] - '0');
		snprintf(answer->text, sizeof(answer->text), "%.255s", line);
		return;
	}
	pipe_lost(answer);
}

static struct pipe_answer pipe_ask(struct pipe_client *client,
                                   const char *command)
{
	struct pipe_answer answer;

	if (pipe_send(client, str_of(command)))
		pipe_reply(client, &answer);
	else
		pipe_lost(&answer);
	return answer;
}

static bool pipe_good(const struct pipe_answer *answer, int class)
{
	return answer->code / 100 == class;
}

static void pipe_all(const struct envelope *envelope,
                     struct pipe_answer answers[], struct pipe_answer answer)
{
	for (size_t i = 0; i < envelope->recipient_count; i++)
		answers[i] = answer;
}

static struct pipe_answer pipe_mail_from(struct pipe_client *client,
                                         const struct envelope *envelope,
                                         struct str raw)
{
	char command[PIPE_COMMAND_BYTES];
	bool utf8 = !pipe_ascii(envelope->sender);

	for (size_t i = 0; i < envelope->recipient_count; i++)
		utf8 = utf8 || !pipe_ascii(envelope->recipients[i]);
	snprintf(command, sizeof(command), "MAIL FROM:<%.*s> SIZE=%zu%s%s\r\n",
	         STR_ARG(envelope->sender), raw.length,
	         pipe_ascii(raw) ? "" : " BODY=8BITMIME",
	         utf8 ? " SMTPUTF8" : "");
	return pipe_ask(client, command);
}

/* The mail with its dots stuffed, and the end. */
static bool pipe_send_data(struct pipe_client *client, struct str raw)
{
	size_t at = 0;

	while (at < raw.length) {
		size_t end;

		if (raw.text[at] == '.' && !pipe_send(client, STR(".")))
			return false;
		/* To the next line that begins with a dot, in one piece. */
		end = str_find(raw, STR("\r\n."), at);
		end = end < raw.length ? end + 2 : end;
		if (!pipe_send(client, str_sub(raw, at, end)))
			return false;
		at = end;
	}
	return pipe_send(client, STR(".\r\n"));
}

static void pipe_talk(struct pipe_client *client,
                      const struct envelope *envelope, struct str raw,
                      struct pipe_answer answers[])
{
	char command[PIPE_COMMAND_BYTES];
	struct pipe_answer answer;
	size_t taken = 0;

	pipe_reply(client, &answer);
	if (pipe_good(&answer, 2)) {
		snprintf(command, sizeof(command), "LHLO %.*s\r\n",
		         STR_ARG(envelope->helo));
		answer = pipe_ask(client, command);
	}
	if (pipe_good(&answer, 2))
		answer = pipe_mail_from(client, envelope, raw);
	pipe_all(envelope, answers, answer);
	if (!pipe_good(&answer, 2))
		return;
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		snprintf(command, sizeof(command), "RCPT TO:<%.*s>\r\n",
		         STR_ARG(envelope->recipients[i]));
		answers[i] = pipe_ask(client, command);
		taken += pipe_good(&answers[i], 2);
	}
	if (taken == 0)
		return;
	answer = pipe_ask(client, "DATA\r\n");
	if (pipe_good(&answer, 3) && !pipe_send_data(client, raw))
		shutdown(client->fd, SHUT_RDWR);
	for (size_t i = 0; i < envelope->recipient_count; i++) {
		if (!pipe_good(&answers[i], 2))
			continue;
		if (pipe_good(&answer, 3))
			pipe_reply(client, &answers[i]);
		else
			answers[i] = answer;
	}
	if (!pipe_send(client, STR("QUIT\r\n"))) {
		/* Nothing depends on it. */
	}
}

void pipe_deliver(struct str address, const struct envelope *envelope,
                  struct str raw, span_ms patience,
                  struct pipe_answer answers[])
{
	struct timeval limit = {.tv_sec = patience / SPAN_SECOND,
	                        .tv_usec = patience % SPAN_SECOND * 1000};
	struct pipe_client client = {.fd = -1};
	struct pipe_answer answer = {.code = 450};
	struct problem problem;
	int on = 1;

	if (lmtp_socket_connect(address, &client.fd, &problem) != ST_OK) {
		snprintf(answer.text, sizeof(answer.text), "450 4.4.1 %.240s",
		         problem.text);
		pipe_all(envelope, answers, answer);
		return;
	}
	setsockopt(client.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(client.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	pipe_talk(&client, envelope, raw, answers);
	close(client.fd);
}
