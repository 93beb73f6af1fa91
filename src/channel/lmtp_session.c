/*
 * The commands of a conversation are rows of one table: the phases in which a
 * row is allowed, the refusal everywhere else, and what it does. The phase is
 * written by session_enter() alone.
 */
#include "channel/lmtp_session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "channel/lmtp_data.h"
#include "channel/lmtp_path.h"
#include "channel/lmtp_reply.h"

#define SESSION_ARENA_BYTES ((size_t)4 << 20)

enum session_phase {
	PHASE_START, /* nobody has said LHLO yet */
	PHASE_READY, /* between mails */
	PHASE_MAIL,  /* a sender is known */
	PHASE_RCPT,  /* and at least one recipient */
	PHASE_DATA,
	PHASE_ENDED,
};

#define IN(phase)  (1u << (phase))
#define IN_ANY     (~0u)
#define IN_GREETED (IN(PHASE_READY) | IN(PHASE_MAIL) | IN(PHASE_RCPT))

struct lmtp_session {
	const struct channel_driver *driver;
	struct str host;
	struct arena *arena; /* the envelope of this mail */
	enum session_phase phase;
	char helo[256];
	struct envelope envelope;
	struct str *recipients; /* each once */
	size_t recipients_room;
	uint16_t *answers; /* per accepted RCPT: index in `recipients` */
	size_t answer_count;
	size_t answers_room;
	struct lmtp_data data;
	char line[LIMIT_LMTP_LINE_BYTES];
	size_t line_length;
	bool line_long; /* the rest of an overlong line is being skipped */
	unsigned errors;
	size_t mails;
};

struct session_verb {
	struct str name;
	unsigned phases;
	const char *elsewhere; /* the answer outside those phases */
	void (*run)(struct lmtp_session *session, struct str argument,
	            struct buf *out);
};

static void session_enter(struct lmtp_session *session,
                          enum session_phase phase)
{
	/* The end is final. */
	assert(session->phase != PHASE_ENDED || phase == PHASE_ENDED);
	session->phase = phase;
}

static void session_say(struct buf *out, const char *line)
{
	buf_text(out, line);
	buf_text(out, "\r\n");
}

/* A refused command. Too many of them end the session. */
static void session_refuse(struct lmtp_session *session, const char *line,
                           struct buf *out)
{
	session_say(out, line);
	if (++session->errors < LIMIT_LMTP_ERRORS)
		return;
	session_say(out, "421 4.7.0 Too many errors");
	session_enter(session, PHASE_ENDED);
}

static void session_reset(struct lmtp_session *session)
{
	arena_clear(session->arena);
	session->envelope = (struct envelope){
		.peer = session->envelope.peer,
		.helo = session->envelope.helo,
	};
	session->recipients = NULL;
	session->recipients_room = 0;
	session->answers = NULL;
	session->answer_count = 0;
	session->answers_room = 0;
	lmtp_data_clear(&session->data);
}

/* The commands. */

static void verb_lhlo(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	struct str name = str_trim(argument);

	if (name.length == 0 || name.length >= sizeof(session->helo) ||
	    !str_utf8_valid(name)) {
		session_refuse(session, "501 5.5.4 Say LHLO and your name",
		               out);
		return;
	}
	session_reset(session);
	memcpy(session->helo, name.text, name.length);
	session->envelope.helo = (struct str){session->helo, name.length};
	session_enter(session, PHASE_READY);
	buf_printf(out,
	           "250-%.*s\r\n"
	           "250-PIPELINING\r\n"
	           "250-ENHANCEDSTATUSCODES\r\n"
	           "250-SIZE %u\r\n"
	           "250-8BITMIME\r\n"
	           "250 SMTPUTF8\r\n",
	           STR_ARG(session->host), LIMIT_MAIL_BYTES);
}

/* RFC 2033 4.1: these must not succeed, so that nobody takes us for SMTP. */
static void verb_helo(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	(void)argument;
	session_refuse(session, "500 5.5.1 This is LMTP: say LHLO", out);
}

static void verb_mail(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	struct lmtp_path path;
	const char *refusal;

	if (!str_starts_nocase(argument, STR("FROM:"))) {
		session_refuse(session, "501 5.5.4 Say MAIL FROM:<address>",
		               out);
		return;
	}
	refusal = lmtp_path_read(str_sub(argument, 5, argument.length), true,
	                         &path);
	if (refusal) {
		session_refuse(session, refusal, out);
		return;
	}
	session_reset(session);
	session->envelope.sender = str_copy(session->arena, path.address);
	session->envelope.utf8 = path.utf8;
	session->envelope.eight_bit = path.eight_bit;
	session_enter(session, PHASE_MAIL);
	session_say(out, "250 2.1.0 Ok");
}

/* Twice the room when `count` fills it; arenas do not free, so few times. */
static void *session_grow(struct lmtp_session *session, void *items,
                          size_t count, size_t *room, size_t item_bytes)
{
	void *more;

	if (count < *room)
		return items;
	*room = *room ? *room * 2 : 8;
	more = arena_array(session->arena, *room, item_bytes);
	if (count > 0)
		memcpy(more, items, count * item_bytes);
	return more;
}

/*
 * The same recipient twice is one recipient with two answers: the driver
 * must not file the mail twice.
 */
static void session_add(struct lmtp_session *session, struct str address)
{
	size_t count = session->envelope.recipient_count;
	size_t i = 0;

	while (i < count && !str_equal_nocase(session->recipients[i], address))
		i++;
	if (i == count) {
		session->recipients =
			session_grow(session, session->recipients, count,
		                     &session->recipients_room,
		                     sizeof(*session->recipients));
		session->recipients[i] = str_copy(session->arena, address);
		session->envelope.recipients = session->recipients;
		session->envelope.recipient_count = count + 1;
	}
	session->answers =
		session_grow(session, session->answers, session->answer_count,
	                     &session->answers_room, sizeof(*session->answers));
	session->answers[session->answer_count++] = (uint16_t)i;
}

static void verb_rcpt(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	const struct channel_driver *driver = session->driver;
	struct lmtp_path path;
	const char *refusal;
	enum status status;

	if (!str_starts_nocase(argument, STR("TO:"))) {
		session_refuse(session, "501 5.5.4 Say RCPT TO:<address>", out);
		return;
	}
	refusal = lmtp_path_read(str_sub(argument, 3, argument.length), false,
	                         &path);
	if (refusal) {
		session_refuse(session, refusal, out);
		return;
	}
	if (session->answer_count >= LIMIT_MAIL_RECIPIENTS) {
		session_say(out, "452 4.5.3 Too many recipients");
		return;
	}
	status = driver->check_recipient(driver->context, path.address);
	if (status == ST_OK) {
		session_add(session, path.address);
		session_enter(session, PHASE_RCPT);
	}
	lmtp_reply_status(out, LMTP_REPLY_RECIPIENT, status, path.address);
}

static void verb_data(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	if (str_trim(argument).length > 0) {
		session_refuse(session, "501 5.5.4 DATA takes no argument",
		               out);
		return;
	}
	session_enter(session, PHASE_DATA);
	session_say(out, "354 Go ahead, end with a dot on a line");
}

static void verb_rset(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	(void)argument;
	session_reset(session);
	if (session->phase != PHASE_START)
		session_enter(session, PHASE_READY);
	session_say(out, "250 2.0.0 Ok");
}

static void verb_noop(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	(void)session;
	(void)argument;
	session_say(out, "250 2.0.0 Ok");
}

static void verb_vrfy(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	(void)session;
	(void)argument;
	session_say(out, "252 2.0.0 Send the mail and see");
}

static void verb_quit(struct lmtp_session *session, struct str argument,
                      struct buf *out)
{
	(void)argument;
	session_say(out, "221 2.0.0 Bye");
	session_enter(session, PHASE_ENDED);
}

/* clang-format off */
#define VERB(word) {(word), sizeof(word) - 1}
static const struct session_verb session_verbs[] = {
	/* name          allowed in                        elsewhere                                run */
	{ VERB("LHLO"),  IN_ANY,                           NULL,                                    verb_lhlo },
	{ VERB("HELO"),  IN_ANY,                           NULL,                                    verb_helo },
	{ VERB("EHLO"),  IN_ANY,                           NULL,                                    verb_helo },
	{ VERB("MAIL"),  IN(PHASE_READY),                  "503 5.5.1 Say LHLO first, one MAIL at a time", verb_mail },
	{ VERB("RCPT"),  IN(PHASE_MAIL) | IN(PHASE_RCPT),  "503 5.5.1 Say MAIL first",              verb_rcpt },
	{ VERB("DATA"),  IN(PHASE_RCPT),                   "503 5.5.1 No valid recipients",         verb_data },
	{ VERB("RSET"),  IN_ANY,                           NULL,                                    verb_rset },
	{ VERB("NOOP"),  IN_ANY,                           NULL,                                    verb_noop },
	{ VERB("VRFY"),  IN_ANY,                           NULL,                                    verb_vrfy },
	{ VERB("QUIT"),  IN_ANY,                           NULL,                                    verb_quit },
};
/* clang-format on */

static void session_command(struct lmtp_session *session, struct str line,
                            struct buf *out)
{
	size_t space = str_find_char(line, ' ', 0);
	struct str name = str_sub(line, 0, space);
	struct str argument = str_sub(
		line, space < line.length ? space + 1 : space, line.length);

	for (size_t i = 0; i < sizeof(session_verbs) / sizeof(*session_verbs);
	     i++) {
		const struct session_verb *verb = &session_verbs[i];

		if (!str_equal_nocase(name, verb->name))
			continue;
		if (verb->phases & IN(session->phase))
			verb->run(session, argument, out);
		else
			session_refuse(session, verb->elsewhere, out);
		return;
	}
	session_refuse(session, "500 5.5.2 Unknown command", out);
}

/*
 * One line up to its LF. A CR or LF that stands alone, and other control
 * characters, make it no command at all: what two programs could read in two
 * ways is not acted on.
 */
static void session_line(struct lmtp_session *session, struct buf *out)
{
	struct str line = {session->line, session->line_length};

	session->line_length = 0;
	if (session->line_long) {
		session->line_long = false;
		session_refuse(session, "500 5.5.2 Line too long", out);
		return;
	}
	if (!str_ends(line, STR("\r\n"))) {
		session_refuse(session, "500 5.5.2 Lines end with CRLF", out);
		return;
	}
	line = str_sub(line, 0, line.length - 2);
	for (size_t i = 0; i < line.length; i++) {
		unsigned char c = (unsigned char)line.text[i];

		if (c < ' ' || c == 0x7f) {
			session_refuse(session, "500 5.5.2 Control character",
			               out);
			return;
		}
	}
	session_command(session, line, out);
}

static void session_feed_line(struct lmtp_session *session, struct str *rest,
                              struct buf *out)
{
	size_t lf = str_find_char(*rest, '\n', 0);
	size_t take = lf < rest->length ? lf + 1 : lf;
	bool whole = lf < rest->length;

	if (take > sizeof(session->line) - session->line_length) {
		session->line_long = true;
		session->line_length = 0;
	}
	if (!session->line_long) {
		memcpy(session->line + session->line_length, rest->text, take);
		session->line_length += take;
	}
	*rest = str_sub(*rest, take, rest->length);
	if (whole)
		session_line(session, out);
}

/* Received fields of the head: one more than we allow is enough to know. */
static bool session_looping(struct str raw)
{
	struct str line;
	unsigned hops = 0;

	while (str_line(&raw, &line) && line.length > 0) {
		if (str_starts_nocase(line, STR("Received:")) &&
		    ++hops > LIMIT_MAIL_HOPS)
			return true;
	}
	return false;
}

/* Why a mail is refused before the driver sees it; NULL when it is not. */
static const char *session_verdict(const struct lmtp_session *session)
{
	const struct lmtp_data *data = &session->data;

	if (data->bare)
		return "554 5.6.0 Not stored: a CR or LF stands alone";
	if (data->shed)
		return "452 4.3.1 Not stored: no memory now, try again";
	if (data->raw.failed)
		return "552 5.3.4 Not stored: larger than we take";
	if (session_looping(buf_view(&data->raw)))
		return "554 5.4.6 Not stored: too many hops, a loop";
	return NULL;
}

static void session_finish(struct lmtp_session *session, struct buf *out)
{
	const struct channel_driver *driver = session->driver;
	const char *verdict = session_verdict(session);
	enum status *results;

	session->mails++;
	if (verdict) {
		for (size_t i = 0; i < session->answer_count; i++)
			session_say(out, verdict);
	} else {
		results = arena_array(session->arena,
		                      session->envelope.recipient_count,
		                      sizeof(*results));
		/* What the driver leaves alone was not stored. */
		for (size_t i = 0; i < session->envelope.recipient_count; i++)
			results[i] = ST_BUSY;
		driver->accept_mail(driver->context, &session->envelope,
		                    buf_view(&session->data.raw), results);
		for (size_t i = 0; i < session->answer_count; i++) {
			size_t at = session->answers[i];

			lmtp_reply_status(out, LMTP_REPLY_MAIL, results[at],
			                  session->recipients[at]);
		}
	}
	session_reset(session);
	session_enter(session, PHASE_READY);
}

struct lmtp_session *lmtp_session_new(const struct channel_driver *driver,
                                      struct str host, struct str peer)
{
	struct lmtp_session *session = calloc(1, sizeof(*session));

	if (!session)
		abort();
	session->driver = driver;
	session->host = host;
	session->envelope.peer = peer;
	session->phase = PHASE_START;
	session->arena = arena_new(SESSION_ARENA_BYTES);
	lmtp_data_init(&session->data, LIMIT_MAIL_BYTES);
	return session;
}

void lmtp_session_free(struct lmtp_session **session)
{
	if (!*session)
		return;
	lmtp_data_release(&(*session)->data);
	arena_free(&(*session)->arena);
	free(*session);
	*session = NULL;
}

void lmtp_session_greet(const struct lmtp_session *session, struct buf *out)
{
	buf_printf(out, "220 %.*s LMTP Holdfast\r\n", STR_ARG(session->host));
}

void lmtp_session_feed(struct lmtp_session *session, struct str bytes,
                       struct buf *out)
{
	while (bytes.length > 0 && session->phase != PHASE_ENDED) {
		if (session->phase != PHASE_DATA)
			session_feed_line(session, &bytes, out);
		else if (lmtp_data_feed(&session->data, &bytes))
			session_finish(session, out);
	}
}

bool lmtp_session_ended(const struct lmtp_session *session)
{
	return session->phase == PHASE_ENDED;
}

size_t lmtp_session_mails(const struct lmtp_session *session)
{
	return session->mails;
}

size_t lmtp_session_held(const struct lmtp_session *session)
{
	return session->data.raw.capacity;
}

void lmtp_session_shed(struct lmtp_session *session)
{
	if (session->phase == PHASE_DATA)
		lmtp_data_shed(&session->data);
	else
		lmtp_data_clear(&session->data);
}

void lmtp_session_leave(struct lmtp_session *session, enum lmtp_leave why,
                        struct buf *out)
{
	if (session->phase == PHASE_ENDED)
		return;
	switch (why) {
	case LMTP_LEAVE_STOPPING:
		session_say(out, "421 4.3.2 Going down, try again");
		break;
	case LMTP_LEAVE_TIMEOUT:
		session_say(out, "421 4.4.2 Too slow, good bye");
		break;
	}
	session_enter(session, PHASE_ENDED);
}
