#include "channel/sink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "channel/smtp_check.h"

#define SINK_ENVELOPE_BYTES ((size_t)1 << 20)

struct sink {
	int tmp, new; /* folders */
	pthread_mutex_t lock;
	int64_t last; /* number given */
};

static enum status sink_cannot(struct problem *problem, const char *what)
{
	return problem_set(problem, ST_STORE, "sink", "cannot %s: %s", what,
	                   strerrordesc_np(errno));
}

static int sink_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST)
		return -1;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int64_t sink_highest(int folder)
{
	/* The stream takes the descriptor over, so it gets one of its own. */
	int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = own < 0 ? NULL : fdopendir(own);
	const struct dirent *entry;
	int64_t highest = 0, number;

	if (!stream)
		return 0;
	while ((entry = readdir(stream))) {
		struct str name = str_of(entry->d_name);
		size_t dot = str_find_char(name, '.', 0);

		if (str_to_i64(str_sub(name, 0, dot), &number) &&
		    number > highest)
			highest = number;
	}
	closedir(stream);
	return highest;
}

enum status sink_open(struct str folder, struct sink **sink_out,
                      struct problem *problem)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	char *path = strndup(folder.text, folder.length);
	int parent;

	if (!sink || !path || pthread_mutex_init(&sink->lock, NULL) != 0)
		abort();
	parent = sink_folder(AT_FDCWD, path);
	free(path);
	sink->tmp = parent < 0 ? -1 : sink_folder(parent, "tmp");
	sink->new = parent < 0 ? -1 : sink_folder(parent, "new");
	if (sink->tmp < 0 || sink->new < 0) {
		enum status status =
			sink_cannot(problem, "make the folder for mail");

		if (parent >= 0)
			close(parent);
		sink_close(&sink);
		return status;
	}
	close(parent);
	sink->last = sink_highest(sink->new);
	*sink_out = sink;
	return ST_OK;
}

void sink_close(struct sink **sink)
{
	if (!*sink)
		return;
	if ((*sink)->tmp >= 0)
		close((*sink)->tmp);
	if ((*sink)->new >= 0)
		close((*sink)->new);
	pthread_mutex_destroy(&(*sink)->lock);
	free(*sink);
	*sink = NULL;
}

static bool sink_write(int fd, struct str bytes)
{
	while (bytes.length > 0) {
		ssize_t n = write(fd, bytes.text, bytes.length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = str_sub(bytes, (size_t)n, bytes.length);
	}
	return true;
}

/* Written aside and moved, so that nobody reads half of it. */
static bool sink_file(const struct sink *sink, const char *name,
                      struct str bytes)
{
	int fd = openat(sink->tmp, name,
	                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool written;

	if (fd < 0)
		return false;
	written = sink_write(fd, bytes);
	written = close(fd) == 0 && written;
	if (written && renameat(sink->tmp, name, sink->new, name) == 0)
		return true;
	unlinkat(sink->tmp, name, 0);
	return false;
}

static void sink_envelope(const struct smtp_message *message, struct buf *out)
{
	buf_printf(out, "MAIL FROM:<%.*s>\n", STR_ARG(message->sender));
	for (size_t i = 0; i < message->recipient_count; i++)
		buf_printf(out, "RCPT TO:<%.*s>\n",
		           STR_ARG(message->recipients[i]));
}

static bool sink_store(struct sink *sink, const struct smtp_message *message,
                       struct smtp_answer *answer)
{
	struct buf envelope;
	char name[64];
	int64_t number;
	bool stored;

	pthread_mutex_lock(&sink->lock);
	number = ++sink->last;
	pthread_mutex_unlock(&sink->lock);
	buf_init(&envelope, SINK_ENVELOPE_BYTES);
	sink_envelope(message, &envelope);
	snprintf(name, sizeof(name), "%08lld.envelope", (long long)number);
	stored = sink_file(sink, name, buf_view(&envelope));
	buf_release(&envelope);
	snprintf(name, sizeof(name), "%08lld.eml", (long long)number);
	stored = stored && sink_file(sink, name, message->raw);
	if (stored)
		snprintf(answer->text, sizeof(answer->text),
		         "Kept in the sink as %s", name);
	else
		snprintf(answer->text, sizeof(answer->text),
		         "The sink cannot write: %s", strerrordesc_np(errno));
	return stored;
}

enum status sink_send(struct sink *sink, struct arena *arena,
                      const struct smtp_message *message,
                      struct smtp_result *result_out, struct problem *problem)
{
	struct smtp_result result = {0};
	enum status status = smtp_check_message(message, problem);

	if (status != ST_OK)
		return status;
	result.overall.outcome = sink_store(sink, message, &result.overall)
	                                 ? SMTP_SENT
	                                 : SMTP_TEMPORARY;
	result.recipients = arena_array(arena, message->recipient_count,
	                                sizeof(*result.recipients));
	for (size_t i = 0; i < message->recipient_count; i++)
		result.recipients[i] = result.overall;
	*result_out = result;
	return ST_OK;
}
