/*
 * A folder of a mailbox becomes an mbox beside the workspace, mail by mail, and
 * is then read as any other. How far that is stands in the store only after
 * the bytes are synced, so a crash fetches a few again over themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "desk/imports.h"
#include "node/movein_private.h"

/* Bytes or mails after which the place is kept. */
#define FETCH_BYTES ((int64_t)4 << 20)
#define FETCH_MAILS 64

struct fetching {
	struct node *node;
	struct arena *arena;
	int64_t import, received, place;
	int64_t kept, mails; /* since the place was kept */
	int fd;
};

struct fetched {
	int64_t import, received, place;
	bool done;
};

static enum status fetched_run(struct desk *desk, const struct turn *turn,
                               void *arguments, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	const struct fetched *fetched = arguments;

	(void)turn;
	return desk_import_fetched(desk, fetched->import, fetched->received,
	                           fetched->place, fetched->done, outcome_out,
	                           problem_out);
}

static enum status fetch_keep(struct fetching *fetching, bool done)
{
	struct fetched fetched = {fetching->import, fetching->received,
	                          fetching->place, done};
	const struct node_asked asked = {.arena = fetching->arena,
	                                 .run = fetched_run,
	                                 .arguments = &fetched,
	                                 .patient = true};
	struct outcome outcome;
	struct problem problem = {0};
	enum status status;

	if (fdatasync(fetching->fd) != 0)
		return ST_BUSY;
	status = node_run(fetching->node, &asked, &outcome, &problem);
	fetching->kept = fetching->mails = 0;
	arena_clear(fetching->arena);
	movein_tell(fetching->node, fetching->import);
	return status;
}

static void fetch_escape(struct buf *out, struct str raw)
{
	struct str rest = raw;

	while (rest.length > 0) {
		size_t end = str_find_char(rest, '\n', 0);
		struct str line = str_sub(rest, 0, end + (end < rest.length));
		size_t marks = 0;

		while (marks < line.length && line.text[marks] == '>')
			marks++;
		if (str_starts(str_sub(line, marks, line.length), STR("From ")))
			buf_char(out, '>');
		buf_str(out, line);
		rest = str_sub(rest, line.length, rest.length);
	}
	buf_text(out, "\n\n");
}

static bool fetch_write(struct fetching *fetching, struct str bytes)
{
	size_t done = 0;

	while (done < bytes.length) {
		ssize_t put = pwrite(fetching->fd, bytes.text + done,
		                     bytes.length - done,
		                     fetching->received + (int64_t)done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	fetching->received += (int64_t)bytes.length;
	fetching->kept += (int64_t)bytes.length;
	return true;
}

/* "From 7@imap Tue Nov 10 09:00:00 2026", and what the server marks it with. */
static void fetch_head(struct buf *out, uint32_t uid, instant_ms at,
                       struct str flags)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
	                                     "May", "Jun", "Jul", "Aug",
	                                     "Sep", "Oct", "Nov", "Dec"};
	struct civil when = civil_from_utc(at);

	buf_printf(out, "From %u@imap.invalid Mon %s %02d %02d:%02d:%02d %d\n",
	           uid, months[(when.month - 1) % 12], when.day, when.hour,
	           when.minute, when.second, when.year);
	buf_text(out, MOVEIN_FLAGS);
	for (size_t i = 0; i < flags.length; i++)
		buf_char(out, (unsigned char)flags.text[i] < ' '
		                      ? ' '
		                      : flags.text[i]);
	buf_char(out, '\n');
}

static enum status fetch_mail(void *sink, uint32_t validity, uint32_t uid,
                              instant_ms at, struct str flags, struct str raw)
{
	struct fetching *fetching = sink;
	struct buf buf;
	bool written;

	if (atomic_load(&fetching->node->movein.stop))
		return ST_CONFLICT;
	buf_init(&buf, (size_t)LIMIT_MAIL_BYTES * 2);
	fetch_head(&buf, uid, at, flags);
	fetch_escape(&buf, raw);
	written = !buf.failed && fetch_write(fetching, buf_view(&buf));
	buf_release(&buf);
	if (!written)
		return ST_BUSY;
	fetching->place = (int64_t)((uint64_t)validity << 32 | uid);
	if (++fetching->mails < FETCH_MAILS && fetching->kept < FETCH_BYTES)
		return ST_OK;
	return fetch_keep(fetching, false);
}

enum status movein_fetch(struct node *node, const struct import *import,
                         struct arena *arena, struct problem *problem_out)
{
	struct fetching fetching = {.node = node,
	                            .import = import->id,
	                            .received = import->received,
	                            .place = import->taken};
	const struct movein_fetch fetch = {
		.mailbox = import->mailbox,
		.folder = import->folder,
		.validity = (uint32_t)((uint64_t)import->taken >> 32),
		.after = (uint32_t)import->taken,
		.sink = &fetching,
		.mail = fetch_mail,
		.problem = problem_out,
	};
	enum status status;

	if (!node->config.driver.fetch)
		return problem_set(problem_out, ST_INVALID, "source",
		                   "Mailboxes are not watched here.");
	fetching.fd = open(movein_spool(node, arena, import->id),
	                   O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fetching.fd < 0)
		return problem_set(problem_out, ST_BUSY, "store",
		                   "The file cannot be made: %s.",
		                   strerror(errno));
	fetching.arena = arena_new(LIMIT_TURN_ARENA_BYTES);
	status = node->config.driver.fetch(node->config.driver.context, &fetch);
	if (status == ST_OK && ftruncate(fetching.fd, fetching.received) != 0)
		status = ST_BUSY;
	if (status == ST_OK)
		status = fetch_keep(&fetching, true);
	close(fetching.fd);
	arena_free(&fetching.arena);
	return status;
}
