/*
 * Bytes that come in pieces, and what labels they carry. The file is written
 * and synced before the store says that it has them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "desk/imports.h"
#include "node/movein_private.h"

#define PIECE_ARENA_BYTES ((size_t)16 << 20)

struct piece {
	int64_t import, at, received;
};

static enum status piece_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	const struct piece *piece = arguments;

	(void)turn;
	return desk_import_received(desk, piece->import, piece->at,
	                            piece->received, outcome_out, problem_out);
}

static enum status piece_write(const char *path, int64_t at, struct str bytes,
                               struct problem *problem_out)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t done = 0;
	bool full;

	while (fd >= 0 && done < bytes.length) {
		ssize_t put = pwrite(fd, bytes.text + done, bytes.length - done,
		                     at + (int64_t)done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break;
		done += (size_t)put;
	}
	if (fd >= 0 && done == bytes.length && fdatasync(fd) == 0) {
		close(fd);
		return ST_OK;
	}
	full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
	/* What is not kept must not take room either. */
	if (fd >= 0) {
		if (ftruncate(fd, at) != 0)
			full = true;
		close(fd);
	}
	if (full)
		return problem_set(problem_out, ST_BUSY, "store",
		                   "The disk is full. This piece was not kept; "
		                   "send it again when there is room.");
	return problem_set(problem_out, ST_STORE, "store",
	                   "The piece could not be kept: %s.", strerror(errno));
}

static enum status piece_check(const struct import *import, int64_t at,
                               struct str bytes, struct problem *problem_out)
{
	if (import->state != IMPORT_RECEIVING || import->received != at)
		return problem_set(problem_out, ST_CONFLICT, "at",
		                   "%lld bytes are here: go on from there.",
		                   (long long)import->received);
	if (bytes.length == 0)
		return problem_set(problem_out, ST_INVALID, "at",
		                   "The piece is empty.");
	if (bytes.length > MOVEIN_PIECE_BYTES)
		return problem_set(problem_out, ST_LIMIT, "at",
		                   "A piece has at most 4 MB.");
	if ((int64_t)bytes.length > import->size - at)
		return problem_set(problem_out, ST_INVALID, "at",
		                   "That is more than the %lld bytes that were "
		                   "announced.",
		                   (long long)import->size);
	return ST_OK;
}

enum status node_movein_piece(struct node *node, int64_t id, int64_t at,
                              struct str bytes, int64_t *received_out,
                              struct problem *problem_out)
{
	struct arena *arena = arena_new(PIECE_ARENA_BYTES);
	struct piece piece = {id, at, at + (int64_t)bytes.length};
	const struct node_asked asked = {
		.arena = arena, .run = piece_run, .arguments = &piece};
	struct outcome outcome;
	struct import import = {0};
	struct sql_db *reader;
	enum status status;

	pthread_mutex_lock(&node->movein.piece);
	reader = node_reader_take(node);
	status = import_read(reader, arena, id, &import);
	node_reader_return(node, reader);
	if (status == ST_NOT_FOUND)
		status = problem_set(problem_out, status, "import",
		                     "There is no such import.");
	if (status == ST_OK)
		status = piece_check(&import, at, bytes, problem_out);
	if (status == ST_OK)
		status = piece_write(movein_spool(node, arena, id), at, bytes,
		                     problem_out);
	if (status == ST_OK)
		status = node_run(node, &asked, &outcome, problem_out);
	*received_out = status == ST_OK ? piece.received : import.received;
	pthread_mutex_unlock(&node->movein.piece);
	arena_free(&arena);
	return status;
}

struct label_counter {
	struct arena *arena;
	struct movein_label *labels;
	size_t count, room;
};

static void label_count(void *context, const struct movein_entry *entry,
                        const struct mail_scan *scan)
{
	struct label_counter *counter = context;

	(void)entry;
	for (size_t i = 0; i < scan->label_count; i++) {
		size_t at = 0;

		while (at < counter->count &&
		       !str_equal(counter->labels[at].label, scan->labels[i]))
			at++;
		if (at == counter->room)
			continue;
		if (at == counter->count)
			counter->labels[counter->count++] =
				(struct movein_label){str_copy(counter->arena,
			                                       scan->labels[i]),
			                              0};
		counter->labels[at].count++;
	}
}

static int label_order(const void *a, const void *b)
{
	const struct movein_label *left = a, *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return str_compare(left->label, right->label);
}

enum status node_movein_labels(struct node *node, int64_t id,
                               struct arena *arena,
                               struct movein_label *labels_out, size_t room,
                               size_t *count_out, struct problem *problem_out)
{
	struct movein_source source = {.count = 1};
	struct label_counter counter = {arena, labels_out, 0, room};
	struct import import = {0};
	struct sql_db *reader = node_reader_take(node);
	enum status status = import_read(reader, arena, id, &import);

	node_reader_return(node, reader);
	if (status != ST_OK)
		return status;
	*count_out = 0;
	source.sizes[0] = import.received;
	source.names[0] = STR("");
	source.fds[0] =
		open(movein_spool(node, arena, id), O_RDONLY | O_CLOEXEC);
	/* Nothing is here yet, or not any more. */
	if (source.fds[0] < 0 || import.received == 0) {
		movein_source_close(&source);
		return ST_OK;
	}
	status = movein_source_check(&source, problem_out);
	if (status == ST_OK)
		status =
			movein_scan(node, &source, label_count, &counter, NULL);
	movein_source_close(&source);
	if (status != ST_OK)
		return status;
	if (counter.count > 1)
		qsort(labels_out, counter.count, sizeof(*labels_out),
		      label_order);
	*count_out = counter.count;
	return ST_OK;
}
