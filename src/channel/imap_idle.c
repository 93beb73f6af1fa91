/* Waiting for new mail, and adding a copy of what was sent. */
#include <poll.h>
#include <stdlib.h>

#include "channel/imap_name.h"
#include "channel/imap_worker.h"

#define IDLE_BYTES      ((size_t)1 << 20)
#define IDLE_APPEND_MAX (15 * SPAN_MINUTE)

/* Until the server or the program says something. */
static void idle_wait(struct imap_talk *talk, span_ms most, bool listen)
{
	int64_t until = wire_tick() + most;
	struct pollfd items[] = {
		{.fd = IMAP_CHANNEL, .events = POLLIN},
		{.fd = listen ? talk->stream.fd : -1, .events = POLLIN},
	};

	for (;;) {
		int64_t left = until - wire_tick();

		if (left <= 0 ||
		    poll(items, 2, left > 60000 ? 60000 : (int)left) > 0)
			break;
	}
}

/* Words of the server that came together with its leave to idle. */
static bool idle_told(const struct imap_talk *talk)
{
	return talk->session->imap_stream->read_buffer_len > 0 ||
	       imap_stream_pending(&talk->stream);
}

static int idle_done(struct imap_talk *talk, span_ms most)
{
	int result;

	imap_stream_allow(&talk->stream, IDLE_BYTES, talk->stream.patience);
	result = mailimap_idle(talk->session);
	if (result != MAILIMAP_NO_ERROR)
		return result;
	if (!idle_told(talk))
		idle_wait(talk, most, true);
	imap_stream_allow(&talk->stream, IDLE_BYTES, talk->stream.patience);
	return mailimap_idle_done(talk->session);
}

enum status imap_work_wait(struct imap_talk *talk, struct wire *request)
{
	span_ms most = wire_take(request);
	int result;

	if (talk->idle) {
		result = idle_done(talk, most);
	} else {
		idle_wait(talk, most, false);
		imap_stream_allow(&talk->stream, IDLE_BYTES,
		                  talk->stream.patience);
		/* Some servers do not see what is new before it. */
		result = mailimap_noop(talk->session);
	}
	if (result == MAILIMAP_NO_ERROR)
		return ST_OK;
	/* A no to this is the end, too: nothing would be heard of new mail. */
	return imap_talk_failed(talk, result, -1, IMAP_FAULT_REFUSED);
}

static struct mailimap_date_time *idle_date(instant_ms at)
{
	struct civil civil = civil_from_utc(at);
	struct mailimap_date_time *date = mailimap_date_time_new(
		civil.day, civil.month, civil.year, civil.hour, civil.minute,
		civil.second, 0);

	if (!date)
		abort();
	return date;
}

enum status imap_work_append(struct imap_talk *talk, struct wire *request)
{
	char *name = imap_name_encode(talk->arena, wire_take_str(request));
	instant_ms at = wire_take(request);
	struct str raw = wire_take_str(request);
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	struct mailimap_date_time *date = idle_date(at);
	int result = MAILIMAP_ERROR_APPEND;

	if (!flags || mailimap_flag_list_add(flags, mailimap_flag_new_seen()) !=
	                      MAILIMAP_NO_ERROR)
		abort();
	imap_stream_allow(&talk->stream, IDLE_BYTES, IDLE_APPEND_MAX);
	if (name)
		result = mailimap_append(talk->session, name, flags, date,
		                         raw.text, raw.length);
	mailimap_flag_list_free(flags);
	mailimap_date_time_free(date);
	if (result == MAILIMAP_NO_ERROR)
		return ST_OK;
	return imap_talk_failed(talk, result, MAILIMAP_ERROR_APPEND,
	                        IMAP_FAULT_FOLDER);
}
