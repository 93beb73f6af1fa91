#include "support/fault_vfs.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real;
};

#define SECTOR 512

/* What a sector held before a write that is not synced yet. */
struct undo {
	struct undo *older;
	sqlite3_file *file; /* the real one */
	sqlite3_int64 at;
	int size;
	char bytes[SECTOR];
};

static struct {
	unsigned int calls;
	int countdown;
	int code;
	bool lasting;
	bool kill;
	bool failed;
	bool power; /* unsynced writes are remembered */
	unsigned int seed;
	struct undo *undo;
} fault;

static void undo_add(sqlite3_file *file, sqlite3_int64 at, sqlite3_int64 end)
{
	while (fault.power && at < end) {
		sqlite3_int64 next = (at / SECTOR + 1) * SECTOR;
		struct undo *undo = calloc(1, sizeof(*undo));

		undo->older = fault.undo;
		undo->file = file;
		undo->at = at;
		undo->size = (int)((next < end ? next : end) - at);
		/* Past the end of the file it reads as zeroes: as is. */
		file->pMethods->xRead(file, undo->bytes, undo->size, at);
		fault.undo = undo;
		at += undo->size;
	}
}

/* What is synced, or closed, stays. */
static void undo_forget(const sqlite3_file *file)
{
	struct undo **at = &fault.undo;

	while (*at != NULL) {
		struct undo *undo = *at;

		if (undo->file == file) {
			*at = undo->older;
			free(undo);
		} else {
			at = &undo->older;
		}
	}
}

/* Newest first, so that what is taken back twice ends as it began. */
static void power_off(void)
{
	for (struct undo *undo = fault.undo; undo; undo = undo->older) {
		fault.seed = fault.seed * 1664525u + 1013904223u;
		if (fault.seed >> 31)
			undo->file->pMethods->xWrite(undo->file, undo->bytes,
			                             undo->size, undo->at);
	}
}

static sqlite3_vfs *real_vfs(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static sqlite3_file *real_file(sqlite3_file *file)
{
	return ((struct fault_file *)file)->real;
}

/* SQLITE_OK, or what this call is to fail with. */
static int fault_next(enum fault_call call)
{
	if ((fault.calls & call) == 0)
		return SQLITE_OK;
	if (fault.countdown > 0)
		fault.countdown--;
	if (fault.countdown > 0 || (fault.failed && !fault.lasting))
		return SQLITE_OK;
	if (fault.kill) {
		power_off();
		_exit(99);
	}
	fault.failed = true;
	return fault.code;
}

static int file_close(sqlite3_file *file)
{
	int code = SQLITE_OK;

	undo_forget(real_file(file));
	code = real_file(file)->pMethods->xClose(real_file(file));
	free(real_file(file));
	return code;
}

static int file_read(sqlite3_file *file, void *data, int size, sqlite3_int64 at)
{
	return real_file(file)->pMethods->xRead(real_file(file), data, size,
	                                        at);
}

static int file_write(sqlite3_file *file, const void *data, int size,
                      sqlite3_int64 at)
{
	int code = fault_next(FAULT_WRITE);

	/* A write that fails may have reached the disk in part. */
	if (code != SQLITE_OK) {
		if (size > 1)
			real_file(file)->pMethods->xWrite(real_file(file), data,
			                                  size / 2, at);
		return code;
	}
	undo_add(real_file(file), at, at + size);
	return real_file(file)->pMethods->xWrite(real_file(file), data, size,
	                                         at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int code = fault_next(FAULT_TRUNCATE);

	sqlite3_int64 old = 0;

	if (code != SQLITE_OK)
		return code;
	real_file(file)->pMethods->xFileSize(real_file(file), &old);
	undo_add(real_file(file), size, old);
	return real_file(file)->pMethods->xTruncate(real_file(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	int code = fault_next(FAULT_SYNC);

	if (code != SQLITE_OK)
		return code;
	code = real_file(file)->pMethods->xSync(real_file(file), flags);
	if (code == SQLITE_OK)
		undo_forget(real_file(file));
	return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
	return real_file(file)->pMethods->xFileSize(real_file(file), size_out);
}

static int file_lock(sqlite3_file *file, int level)
{
	return real_file(file)->pMethods->xLock(real_file(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return real_file(file)->pMethods->xUnlock(real_file(file), level);
}

static int file_reserved(sqlite3_file *file, int *reserved_out)
{
	return real_file(file)->pMethods->xCheckReservedLock(real_file(file),
	                                                     reserved_out);
}

static int file_control(sqlite3_file *file, int what, void *argument)
{
	return real_file(file)->pMethods->xFileControl(real_file(file), what,
	                                               argument);
}

static int file_sector(sqlite3_file *file)
{
	return real_file(file)->pMethods->xSectorSize(real_file(file));
}

static int file_traits(sqlite3_file *file)
{
	return real_file(file)->pMethods->xDeviceCharacteristics(
		real_file(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend,
                        void volatile **map_out)
{
	return real_file(file)->pMethods->xShmMap(real_file(file), page, size,
	                                          extend, map_out);
}

static int file_shm_lock(sqlite3_file *file, int from, int count, int flags)
{
	return real_file(file)->pMethods->xShmLock(real_file(file), from, count,
	                                           flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real_file(file)->pMethods->xShmBarrier(real_file(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
	return real_file(file)->pMethods->xShmUnmap(real_file(file), remove);
}

static const sqlite3_io_methods file_methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

static int fault_open(sqlite3_vfs *vfs, sqlite3_filename name,
                      sqlite3_file *file, int flags, int *flags_out)
{
	struct fault_file *shim = (struct fault_file *)file;
	sqlite3_vfs *real = real_vfs(vfs);
	int code = SQLITE_OK;

	shim->base.pMethods = NULL;
	shim->real = calloc(1, (size_t)real->szOsFile);
	if (shim->real == NULL)
		return SQLITE_NOMEM;
	code = real->xOpen(real, name, shim->real, flags, flags_out);
	if (code == SQLITE_OK)
		shim->base.pMethods = &file_methods;
	else
		free(shim->real);
	return code;
}

static int fault_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	return real_vfs(vfs)->xDelete(real_vfs(vfs), name, sync);
}

static int fault_access(sqlite3_vfs *vfs, const char *name, int flags,
                        int *answer_out)
{
	return real_vfs(vfs)->xAccess(real_vfs(vfs), name, flags, answer_out);
}

static int fault_full_name(sqlite3_vfs *vfs, const char *name, int room,
                           char *full_out)
{
	return real_vfs(vfs)->xFullPathname(real_vfs(vfs), name, room,
	                                    full_out);
}

static int fault_random(sqlite3_vfs *vfs, int count, char *bytes_out)
{
	return real_vfs(vfs)->xRandomness(real_vfs(vfs), count, bytes_out);
}

static int fault_sleep(sqlite3_vfs *vfs, int microseconds)
{
	return real_vfs(vfs)->xSleep(real_vfs(vfs), microseconds);
}

static int fault_time(sqlite3_vfs *vfs, sqlite3_int64 *now_out)
{
	return real_vfs(vfs)->xCurrentTimeInt64(real_vfs(vfs), now_out);
}

static int fault_error(sqlite3_vfs *vfs, int room, char *text_out)
{
	return real_vfs(vfs)->xGetLastError(real_vfs(vfs), room, text_out);
}

void fault_vfs_install(void)
{
	static sqlite3_vfs shim;

	if (shim.pAppData != NULL)
		return;

	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	shim = (sqlite3_vfs){
		.iVersion = 2,
		.szOsFile = sizeof(struct fault_file),
		.mxPathname = real->mxPathname,
		.zName = "fault",
		.pAppData = real,
		.xOpen = fault_open,
		.xDelete = fault_delete,
		.xAccess = fault_access,
		.xFullPathname = fault_full_name,
		.xRandomness = fault_random,
		.xSleep = fault_sleep,
		.xGetLastError = fault_error,
		.xCurrentTimeInt64 = fault_time,
	};
	sqlite3_vfs_register(&shim, 1);
}

void fault_vfs_arm(unsigned int calls, int countdown, int code, bool lasting)
{
	memset(&fault, 0, sizeof(fault));
	fault.calls = calls;
	fault.countdown = countdown;
	fault.code = code;
	fault.lasting = lasting;
}

bool fault_vfs_disarm(void)
{
	bool failed = fault.failed;

	memset(&fault, 0, sizeof(fault));
	return failed;
}

void fault_vfs_kill(unsigned int calls, int countdown)
{
	fault_vfs_arm(calls, countdown, SQLITE_IOERR, true);
	fault.kill = true;
}

void fault_vfs_power_off(unsigned int calls, int countdown, unsigned int seed)
{
	fault_vfs_kill(calls, countdown);
	fault.power = true;
	fault.seed = seed;
}
