/*
 * Upkeep of a workspace file: copies, the engine's log, erased bytes, damage.
 * Nothing here is part of a command.
 */
#include "store/sqlite_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Frames in the log from which on a checkpoint tries to empty the file. */
#define LOG_FRAMES_LARGE 8192

/* A new name is durable once its folder is. */
static bool file_sync(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	bool synced = false;

	if (fd < 0)
		return false;
	synced = fsync(fd) == 0;
	close(fd);
	return synced;
}

static bool copy_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	size_t length = slash != NULL ? (size_t)(slash - path) : 0;

	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else if (length == 0)
		snprintf(folder, sizeof(folder), "/");
	else if (length < sizeof(folder))
		snprintf(folder, sizeof(folder), "%.*s", (int)length, path);
	else
		return false;
	return file_sync(path, 0) && file_sync(folder, O_DIRECTORY);
}

/* Also on a reader: its own file stays closed to it, being opened so. */
static enum status copy_write(struct sql_db *db, const char *path)
{
	sqlite3_stmt *handle = NULL;
	enum status status = sqlite_text_run(db, "PRAGMA query_only = OFF");
	int code = SQLITE_OK;

	if (status != ST_OK)
		return status;
	code = sqlite3_prepare_v2(db->handle, "VACUUM INTO $1", -1, &handle,
	                          NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(handle, 1, path, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(handle);
	if (code != SQLITE_DONE)
		status = sqlite_failed(db, code);
	sqlite3_finalize(handle);
	if (db->how != SQL_OPEN_WRITER) {
		enum status closed =
			sqlite_text_run(db, "PRAGMA query_only = ON");

		if (status == ST_OK)
			status = closed;
	}
	return status;
}

/* With the journal by which the engine would have taken it back. */
static void copy_remove(const char *path)
{
	char journal[4096];

	unlink(path);
	if (snprintf(journal, sizeof(journal), "%s-journal", path) <
	    (int)sizeof(journal))
		unlink(journal);
}

enum status sql_backup(struct sql_db *db, const char *path)
{
	enum status status = ST_OK;
	/* Empty is what the engine wants of its target; the mode is ours. */
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		bool exists = errno == EEXIST;

		db->disk_full = errno == ENOSPC || errno == EDQUOT;
		snprintf(db->error, sizeof(db->error), "%s: %m", path);
		return exists ? ST_CONFLICT : ST_STORE;
	}
	close(fd);
	status = copy_write(db, path);
	if (status == ST_OK && !copy_sync(path)) {
		snprintf(db->error, sizeof(db->error), "%s: %m", path);
		status = ST_STORE;
	}
	if (status != ST_OK)
		copy_remove(path);
	return status;
}

enum status sql_checkpoint(struct sql_db *db)
{
	int frames = 0;
	int moved = 0;
	int code = SQLITE_OK;

	if (db->in_memory)
		return ST_OK;
	assert(!db->in_transaction);
	code = sqlite3_wal_checkpoint_v2(
		db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved);
	if (code == SQLITE_OK && frames >= LOG_FRAMES_LARGE) {
		/* Whoever reads just now is not waited for: next time. */
		sqlite3_busy_timeout(db->handle, 0);
		code = sqlite3_wal_checkpoint_v2(db->handle, NULL,
		                                 SQLITE_CHECKPOINT_TRUNCATE,
		                                 NULL, NULL);
		sqlite3_busy_timeout(db->handle, SQLITE_BUSY_TIMEOUT_MS);
	}
	if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
		return ST_OK;
	return sqlite_failed(db, code);
}

enum status sql_scrub(struct sql_db *db)
{
	enum status status = ST_OK;
	enum status restored = ST_OK;
	int code = SQLITE_OK;

	assert(!db->in_transaction);
	/* The copy that VACUUM makes is as large as the workspace. */
	status = sqlite_text_run(db, "PRAGMA temp_store = FILE");
	if (status != ST_OK)
		return status;
	status = sqlite_text_run(db, "VACUUM");
	restored = sqlite_text_run(db, "PRAGMA temp_store = MEMORY");
	if (status == ST_OK)
		status = restored;
	if (status != ST_OK || db->in_memory)
		return status;
	/* Old bytes lie in the log too; readers are waited for. */
	code = sqlite3_wal_checkpoint_v2(
		db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return code == SQLITE_OK ? ST_OK : sqlite_failed(db, code);
}

enum status sql_integrity(struct sql_db *db, struct problem *problem_out)
{
	sqlite3_stmt *handle = NULL;
	enum status status = ST_STORE;
	const char *text = NULL;
	int code = sqlite3_prepare_v2(db->handle, "PRAGMA integrity_check(1)",
	                              -1, &handle, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(handle);
	if (code == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(handle, 0);
	else
		sqlite_failed(db, code);
	if (text != NULL && strcmp(text, "ok") == 0)
		status = ST_OK;
	else
		problem_set(problem_out, ST_STORE, "workspace",
		            "the file is damaged: %s",
		            text != NULL ? text : db->error);
	sqlite3_finalize(handle);
	return status;
}
