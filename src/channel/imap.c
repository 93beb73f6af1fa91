/*
 * The program's side of a conversation: starts the worker, asks, and reads the
 * answers as a stranger's.
 */
#include "channel/imap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "channel/imap_wire.h"

#define IMAP_PATIENCE (60 * SPAN_SECOND)
/* The worker keeps its own time; this is for one that cannot. */
#define IMAP_SLACK        (10 * SPAN_SECOND)
#define IMAP_OPEN_MAX     (90 * SPAN_SECOND)
#define IMAP_MAIL_MAX     (31 * SPAN_MINUTE)
#define IMAP_SMALL_BYTES  4096u
#define IMAP_FOLDERS_MAX  1000u
#define IMAP_FLAGS_BYTES  2048u
#define IMAP_COMMAND_NAME "imap-worker"

struct imap {
	int fd;
	pid_t pid;
	span_ms patience;
	struct str ca_file;           /* the program's, which outlives it */
	char small[IMAP_SMALL_BYTES]; /* answers without an arena */
};

/* -- The process ----------------------------------------------------------- */

/* What it need not know of our surroundings, it does not know. */
static char *const *imap_environment(void)
{
#ifdef HOLDFAST_SANITIZE
	return environ;
#else
	static char path[] = "PATH=/usr/bin:/bin";
	static char *const none[] = {path, NULL};

	return none;
#endif
}

static bool imap_spawn(struct imap *imap, const char *path, int channel)
{
	static char name[] = "holdfast", command[] = IMAP_COMMAND_NAME;
	char *const words[] = {name, command, NULL};
	posix_spawn_file_actions_t actions;
	bool good;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	good = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
	                                        O_RDWR, 0) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, 0, 1) == 0 &&
	       posix_spawn_file_actions_adddup2(&actions, channel,
	                                        IMAP_CHANNEL) == 0 &&
	       posix_spawn(&imap->pid, path, &actions, NULL, words,
	                   imap_environment()) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return good;
}

static bool imap_start(struct imap *imap, const struct imap_program *program)
{
	int ends[2];
	bool good;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	good = imap_spawn(imap,
	                  program->path ? program->path : "/proc/self/exe",
	                  ends[1]);
	close(ends[1]);
	if (good)
		imap->fd = ends[0];
	else
		close(ends[0]);
	return good;
}

void imap_close(struct imap **closed)
{
	struct imap *imap = *closed;

	if (!imap)
		return;
	close(imap->fd);
	/* It may be computing for ever; it has nothing that needs an end. */
	kill(imap->pid, SIGKILL);
	while (waitpid(imap->pid, NULL, 0) < 0 && errno == EINTR) {
	}
	free(imap);
	*closed = NULL;
}

void imap_interrupt(struct imap *imap)
{
	/* Its descriptor stays ours until it is closed. */
	if (shutdown(imap->fd, SHUT_RDWR) != 0)
		errno = 0;
}

/* -- Asking ---------------------------------------------------------------- */

static enum status imap_lost(struct imap_said *said)
{
	said->fault = IMAP_FAULT_LOST;
	snprintf(said->text, sizeof(said->text),
	         "The worker that talked to the server is gone.");
	return ST_BUSY;
}

/* A worker says only what it may say. */
static bool imap_status_sane(uint32_t code)
{
	return code == ST_OK || code == ST_NOT_FOUND || code == ST_FORBIDDEN ||
	       code == ST_BUSY;
}

static enum status imap_answer(struct imap *imap, struct arena *arena,
                               size_t most, int64_t deadline,
                               struct wire *answer, struct imap_said *said)
{
	struct imap_frame frame;
	struct str text;
	char *fields = imap->small;

	if (!frame_receive(imap->fd, arena ? most : IMAP_SMALL_BYTES, &frame,
	                   deadline) ||
	    !imap_status_sane(frame.code))
		return imap_lost(said);
	if (arena)
		fields = arena_alloc(arena, frame.length + 1);
	if (!wire_receive(imap->fd, fields, frame.length, deadline))
		return imap_lost(said);
	*answer = (struct wire){.rest = {fields, frame.length}};
	said->fault = (enum imap_fault)wire_take(answer);
	text = wire_take_str(answer);
	if (answer->bad || (unsigned)said->fault >= IMAP_FAULT_COUNT)
		return imap_lost(said);
	text = str_utf8_prefix(text, sizeof(said->text) - 1);
	if (text.length > 0)
		memcpy(said->text, text.text, text.length);
	said->text[text.length] = '\0';
	if (frame.code != ST_OK && said->fault == IMAP_FAULT_NONE)
		return imap_lost(said);
	return (enum status)frame.code;
}

static enum status imap_ask(struct imap *imap, enum imap_op op,
                            struct buf *fields, span_ms most,
                            struct imap_said *said)
{
	int64_t deadline = wire_tick() + most;
	bool sent = !fields->failed &&
	            frame_send(imap->fd, op, buf_view(fields), deadline);

	buf_release(fields);
	*said = (struct imap_said){0};
	return sent ? ST_OK : imap_lost(said);
}

/* Question and answer; what `answer` has is in `arena`, or small. */
static enum status imap_call(struct imap *imap, enum imap_op op,
                             struct buf *fields, span_ms most,
                             struct arena *arena, struct wire *answer,
                             struct imap_said *said)
{
	enum status status =
		imap_ask(imap, op, fields, most + IMAP_SLACK, said);

	if (status != ST_OK)
		return status;
	return imap_answer(imap, arena, IMAP_FRAME_BYTES,
	                   wire_tick() + most + IMAP_SLACK, answer, said);
}

static enum status imap_ended(const struct wire *answer, enum status status,
                              struct imap_said *said)
{
	return status == ST_OK && !wire_end(answer) ? imap_lost(said) : status;
}

/* -- Requests -------------------------------------------------------------- */

enum status imap_new(const struct imap_program *program, struct imap **imap_out,
                     struct imap_said *said)
{
	struct imap *imap = calloc(1, sizeof(*imap));

	if (!imap)
		abort();
	if (!imap_start(imap, program)) {
		free(imap);
		return imap_lost(said);
	}
	imap->ca_file = program->ca_file;
	*imap_out = imap;
	return ST_OK;
}

enum status imap_connect(struct imap *imap, const struct imap_server *server,
                         struct imap_said *said)
{
	struct wire answer;
	struct buf fields;
	enum status status;

	imap->patience =
		server->patience > 0 ? server->patience : IMAP_PATIENCE;
	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put_str(&fields, server->host);
	wire_put(&fields, server->port);
	wire_put(&fields, server->tls);
	wire_put(&fields, imap->patience);
	wire_put_str(&fields, imap->ca_file);
	status = imap_call(imap, IMAP_OP_OPEN, &fields,
	                   IMAP_OPEN_MAX + 2 * imap->patience, NULL, &answer,
	                   said);
	status = imap_ended(&answer, status, said);
	return status == ST_OK ? ST_OK : ST_BUSY;
}

/* Nothing that would end a line, or a text of C. */
static bool imap_plain(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.text[i] < 0x20 || text.text[i] == 0x7f)
			return false;
	}
	return true;
}

enum status imap_sign_in(struct imap *imap, enum imap_auth auth,
                         struct str user, struct str secret,
                         struct imap_said *said)
{
	struct wire answer;
	struct buf fields;
	enum status status;

	if (!imap_plain(user) || !imap_plain(secret)) {
		said->fault = IMAP_FAULT_SIGN_IN;
		snprintf(said->text, sizeof(said->text),
		         "Name and password must be one line each.");
		return ST_FORBIDDEN;
	}
	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put(&fields, auth);
	wire_put_str(&fields, user);
	wire_put_str(&fields, secret);
	status = imap_call(imap, IMAP_OP_SIGN_IN, &fields, 2 * imap->patience,
	                   NULL, &answer, said);
	return imap_ended(&answer, status, said);
}

enum status imap_folders(struct imap *imap, struct arena *arena,
                         struct imap_folder **folders_out, size_t *count_out,
                         struct imap_said *said)
{
	struct imap_folder *folders =
		arena_array(arena, IMAP_FOLDERS_MAX, sizeof(*folders));
	struct wire answer;
	struct buf fields;
	size_t count = 0;
	enum status status;

	buf_init(&fields, IMAP_FRAME_BYTES);
	status = imap_call(imap, IMAP_OP_FOLDERS, &fields, 10 * imap->patience,
	                   arena, &answer, said);
	if (status != ST_OK)
		return status;
	while (!answer.bad && answer.rest.length > 0 &&
	       count < IMAP_FOLDERS_MAX) {
		struct imap_folder *folder = &folders[count++];

		folder->name = wire_take_str(&answer);
		folder->messages = wire_take(&answer);
		folder->sent = wire_take(&answer) != 0;
		if (!str_utf8_valid(folder->name) || !imap_plain(folder->name))
			return imap_lost(said);
	}
	if (!wire_end(&answer))
		return imap_lost(said);
	*folders_out = folders;
	*count_out = count;
	return ST_OK;
}

enum status imap_select(struct imap *imap, struct str folder,
                        struct imap_selected *selected_out,
                        struct imap_said *said)
{
	struct imap_selected selected;
	struct wire answer;
	struct buf fields;
	enum status status;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put_str(&fields, folder);
	status = imap_call(imap, IMAP_OP_SELECT, &fields, 4 * imap->patience,
	                   NULL, &answer, said);
	if (status != ST_OK)
		return status;
	selected.validity = (uint32_t)wire_take(&answer);
	selected.next = (uint32_t)wire_take(&answer);
	selected.messages = (uint32_t)wire_take(&answer);
	selected.idle = wire_take(&answer) != 0;
	if (!wire_end(&answer))
		return imap_lost(said);
	*selected_out = selected;
	return ST_OK;
}

static int imap_compare(const void *left, const void *right)
{
	const struct imap_entry *a = left, *b = right;

	return (a->uid > b->uid) - (a->uid < b->uid);
}

enum status imap_list(struct imap *imap, uint32_t first, uint32_t last,
                      struct arena *arena, struct imap_entry **entries_out,
                      size_t *count_out, struct imap_said *said)
{
	struct imap_entry *entries;
	struct wire answer;
	struct buf fields;
	size_t count = 0;
	enum status status;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put(&fields, first);
	wire_put(&fields, last);
	status = imap_call(imap, IMAP_OP_LIST, &fields, 10 * imap->patience,
	                   arena, &answer, said);
	if (status != ST_OK)
		return status;
	entries = arena_array(arena, IMAP_ENTRIES_MAX, sizeof(*entries));
	while (!answer.bad && answer.rest.length > 0 &&
	       count < IMAP_ENTRIES_MAX) {
		struct imap_entry *entry = &entries[count++];

		entry->uid = (uint32_t)wire_take(&answer);
		entry->size = wire_take(&answer);
		entry->at = wire_take(&answer);
		entry->flags = wire_take_str(&answer);
		if (entry->uid < first || entry->uid > last ||
		    entry->size < 0 || entry->flags.length > IMAP_FLAGS_BYTES ||
		    !str_utf8_valid(entry->flags))
			return imap_lost(said);
	}
	if (!wire_end(&answer))
		return imap_lost(said);
	qsort(entries, count, sizeof(*entries), imap_compare);
	for (size_t i = 1; i < count; i++) {
		if (entries[i].uid == entries[i - 1].uid)
			return imap_lost(said);
	}
	*entries_out = entries;
	*count_out = count;
	return ST_OK;
}

static enum status imap_get(struct imap *imap, uint32_t uid, bool header,
                            struct arena *arena, struct str *bytes_out,
                            struct imap_said *said)
{
	struct wire answer;
	struct buf fields;
	struct str bytes;
	enum status status;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put(&fields, uid);
	wire_put(&fields, header);
	status = imap_call(imap, IMAP_OP_FETCH, &fields, IMAP_MAIL_MAX, arena,
	                   &answer, said);
	if (status != ST_OK)
		return status;
	bytes = wire_take_str(&answer);
	if (!wire_end(&answer) || bytes.length > LIMIT_MAIL_BYTES)
		return imap_lost(said);
	*bytes_out = bytes;
	return ST_OK;
}

enum status imap_fetch(struct imap *imap, uint32_t uid, struct arena *arena,
                       struct str *raw_out, struct imap_said *said)
{
	return imap_get(imap, uid, false, arena, raw_out, said);
}

enum status imap_fetch_header(struct imap *imap, uint32_t uid,
                              struct arena *arena, struct str *header_out,
                              struct imap_said *said)
{
	return imap_get(imap, uid, true, arena, header_out, said);
}

enum status imap_wait(struct imap *imap, span_ms most, int wake,
                      struct imap_said *said)
{
	struct pollfd items[] = {
		{.fd = imap->fd, .events = POLLIN},
		{.fd = wake, .events = POLLIN},
	};
	int64_t deadline = wire_tick() + most + 2 * imap->patience + IMAP_SLACK;
	struct wire answer;
	struct buf fields;
	enum status status;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put(&fields, most);
	status = imap_ask(imap, IMAP_OP_WAIT, &fields, imap->patience, said);
	if (status != ST_OK)
		return status;
	while (poll(items, 2, 60000) <= 0 && wire_tick() < deadline) {
	}
	if (items[1].revents && !items[0].revents &&
	    !frame_send(imap->fd, IMAP_OP_WAKE, STR(""), deadline))
		return imap_lost(said);
	status = imap_answer(imap, NULL, 0, deadline, &answer, said);
	return imap_ended(&answer, status, said);
}

enum status imap_has(struct imap *imap, struct str message_id, bool *has_out,
                     struct imap_said *said)
{
	struct wire answer;
	struct buf fields;
	enum status status;
	bool has;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put_str(&fields, message_id);
	status = imap_call(imap, IMAP_OP_HAS, &fields, 4 * imap->patience, NULL,
	                   &answer, said);
	if (status != ST_OK)
		return status;
	has = wire_take(&answer) != 0;
	if (!wire_end(&answer))
		return imap_lost(said);
	*has_out = has;
	return ST_OK;
}

enum status imap_append(struct imap *imap, struct str folder, struct str raw,
                        instant_ms at, struct imap_said *said)
{
	struct wire answer;
	struct buf fields;
	enum status status;

	buf_init(&fields, IMAP_FRAME_BYTES);
	wire_put_str(&fields, folder);
	wire_put(&fields, at);
	wire_put_str(&fields, raw);
	status = imap_call(imap, IMAP_OP_APPEND, &fields, IMAP_MAIL_MAX, NULL,
	                   &answer, said);
	return imap_ended(&answer, status, said);
}
