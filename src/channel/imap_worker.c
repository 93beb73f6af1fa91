#include "channel/imap_worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "channel/imap_confine.h"

#define WORKER_ARENA_BYTES   ((size_t)256 << 20)
#define WORKER_SIGN_IN_BYTES ((size_t)256 << 10)
#define WORKER_TOKEN_BYTES   16384u
/* libetpan would put what is longer into a file of /tmp. */
#define WORKER_STRING_BYTES ((size_t)1 << 30)

/* Their words, as far as they can be shown. */
static void worker_quote(struct imap_talk *talk, enum imap_fault fault)
{
	const char *words = talk->session ? talk->session->imap_response : NULL;
	struct imap_said *said = &talk->said;
	bool utf8 = str_utf8_valid(str_of(words));
	size_t length = 0;

	said->fault = fault;
	for (; words && *words && length + 1 < sizeof(said->text); words++)
		said->text[length++] =
			*words == 0x7f || (unsigned char)*words < ' ' ||
					(!utf8 && *words < 0)
				? '?'
				: *words;
	said->text[length] = '\0';
	if (length == 0)
		snprintf(said->text, sizeof(said->text),
		         "The server said no, without a reason.");
}

enum status imap_talk_say(struct imap_talk *talk, enum imap_fault fault,
                          enum status status, const char *words)
{
	talk->said.fault = fault;
	snprintf(talk->said.text, sizeof(talk->said.text), "%s", words);
	return status;
}

enum status imap_talk_failed(struct imap_talk *talk, int result, int no,
                             enum imap_fault fault)
{
	if (talk->stream.said.fault == IMAP_FAULT_NONE && result == no) {
		worker_quote(talk, fault);
		return fault == IMAP_FAULT_SIGN_IN ? ST_FORBIDDEN
		                                   : ST_NOT_FOUND;
	}
	(void)imap_stream_fail(&talk->stream, IMAP_FAULT_LOST,
	                       "The server answered what cannot be understood "
	                       "(%d).",
	                       result);
	talk->said = talk->stream.said;
	return ST_BUSY;
}

/* -- Opening and signing in ---------------------------------------------- */

static bool worker_greeted(struct imap_talk *talk)
{
	int result;

	talk->session = mailimap_new(0, NULL);
	if (!talk->session)
		abort();
	imap_stream_allow(&talk->stream, WORKER_SIGN_IN_BYTES,
	                  talk->stream.patience);
	result = mailimap_connect(talk->session,
	                          imap_stream_open(&talk->stream));
	if (result == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return true;
	return imap_stream_fail(&talk->stream, IMAP_FAULT_LOST,
	                        "The server does not greet as an IMAP server "
	                        "does.");
}

static enum status worker_open(struct imap_talk *talk, struct wire *request)
{
	struct str host = wire_take_str(request);
	unsigned port = (unsigned)wire_take(request);
	enum imap_tls tls = (enum imap_tls)wire_take(request);
	struct imap_stream *stream = &talk->stream;

	stream->patience = wire_take(request);
	if (imap_stream_trust(stream, wire_take_str(request)) &&
	    imap_confine_early(IMAP_CHANNEL) &&
	    imap_stream_connect(stream, host, port)) {
		/* Not a byte of the server has been read yet. */
		if (!imap_confine_late())
			(void)imap_stream_fail(stream, IMAP_FAULT_LOST,
			                       "The worker cannot be "
			                       "confined.");
		else
			talk->open = imap_stream_secure(stream, host, tls) &&
			             worker_greeted(talk);
	}
	if (talk->open)
		return ST_OK;
	(void)imap_stream_fail(stream, IMAP_FAULT_LOST,
	                       "The worker cannot be confined.");
	talk->said = stream->said;
	return ST_BUSY;
}

/* Whether the server can tell of new mail by itself. */
static bool worker_can_idle(struct imap_talk *talk)
{
	struct mailimap_capability_data *list = NULL;
	bool can = false;

	if (mailimap_capability(talk->session, &list) != MAILIMAP_NO_ERROR ||
	    !list)
		return false;
	for (clistiter *at = clist_begin(list->cap_list); at;
	     at = clist_next(at)) {
		const struct mailimap_capability *item = clist_content(at);

		if (item->cap_type == MAILIMAP_CAPABILITY_NAME &&
		    str_equal_nocase(str_of(item->cap_data.cap_name),
		                     STR("IDLE")))
			can = true;
	}
	mailimap_capability_data_free(list);
	return can;
}

static enum status worker_sign_in(struct imap_talk *talk, struct wire *request)
{
	bool token = wire_take(request) == IMAP_AUTH_XOAUTH2;
	char *user = str_cstr(talk->arena, wire_take_str(request));
	char *secret = str_cstr(talk->arena, wire_take_str(request));
	int result;

	imap_stream_allow(&talk->stream, WORKER_SIGN_IN_BYTES,
	                  talk->stream.patience);
	if (token)
		result = mailimap_oauth2_authenticate(talk->session, user,
		                                      secret);
	else
		result = mailimap_login(talk->session, user, secret);
	explicit_bzero(secret, strlen(secret));
	if (result != MAILIMAP_NO_ERROR)
		return imap_talk_failed(talk, result, MAILIMAP_ERROR_LOGIN,
		                        IMAP_FAULT_SIGN_IN);
	talk->idle = worker_can_idle(talk);
	return ST_OK;
}

/* -- The loop ------------------------------------------------------------- */

static const imap_work worker_works[IMAP_OP_COUNT] = {
	[IMAP_OP_OPEN] = worker_open,
	[IMAP_OP_SIGN_IN] = worker_sign_in,
	[IMAP_OP_FOLDERS] = imap_work_folders,
	[IMAP_OP_SELECT] = imap_work_select,
	[IMAP_OP_LIST] = imap_work_list,
	[IMAP_OP_FETCH] = imap_work_fetch,
	[IMAP_OP_WAIT] = imap_work_wait,
	[IMAP_OP_HAS] = imap_work_has,
	[IMAP_OP_APPEND] = imap_work_append,
};

/* False when there is nobody to answer to. */
static bool worker_answer(struct imap_talk *talk, enum status status)
{
	struct buf fields;
	bool told;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put(&fields, talk->said.fault);
	wire_put_str(&fields, str_of(talk->said.text));
	if (status == ST_OK)
		buf_str(&fields, buf_view(&talk->answer));
	told = !fields.failed &&
	       frame_send(IMAP_CHANNEL, status, buf_view(&fields), -1);
	buf_release(&fields);
	return told;
}

/* One request. False at the end. */
static bool worker_serve(struct imap_talk *talk)
{
	struct imap_frame frame;
	struct wire request = {.bad = false};
	char *fields;
	enum status status;
	bool known;

	if (!frame_receive(IMAP_CHANNEL, IMAP_FRAME_BYTES, &frame, -1))
		return false;
	fields = arena_alloc(talk->arena, frame.length + 1);
	if (!wire_receive(IMAP_CHANNEL, fields, frame.length, -1))
		return false;
	/* It came after the wait that it was to end. */
	if (frame.code == IMAP_OP_WAKE)
		return true;
	known = frame.code < IMAP_OP_COUNT && worker_works[frame.code] &&
	        talk->open == (frame.code != IMAP_OP_OPEN);
	if (!known)
		return false;
	request.rest = (struct str){fields, frame.length};
	talk->said = (struct imap_said){0};
	buf_clear(&talk->answer);
	status = worker_works[frame.code](talk, &request);
	arena_clear(talk->arena);
	return worker_answer(talk, status) &&
	       (status == ST_OK || status == ST_NOT_FOUND);
}

int imap_worker_main(void)
{
	struct imap_talk talk = {.arena = arena_new(WORKER_ARENA_BYTES)};

	/* Those of a terminal or a supervisor are for the program alone. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	mmap_string_set_ceil(WORKER_STRING_BYTES);
	buf_init(&talk.answer, IMAP_FRAME_BYTES);
	while (worker_serve(&talk)) {
	}
	_exit(0);
}
