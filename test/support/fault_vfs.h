/*
 * A disk that fails on demand: a shim around SQLite's own file system, made
 * the default one, that counts what is written, synced and cut, and fails the
 * Nth of these. Used by one thread at a time.
 */
#ifndef SUPPORT_FAULT_VFS_H
#define SUPPORT_FAULT_VFS_H

#include <stdbool.h>

enum fault_call {
	FAULT_WRITE = 1,
	FAULT_SYNC = 2,
	FAULT_TRUNCATE = 4,
};

/* Makes the shim the default; again is fine. */
void fault_vfs_install(void);
/*
 * From now on the `countdown`th call (from 1) of the kinds in `calls` fails
 * with `code` (SQLITE_FULL, SQLITE_IOERR_FSYNC, ...), and, if `lasting`, all
 * such calls after it. The temporary files of the engine count too.
 */
void fault_vfs_arm(unsigned int calls, int countdown, int code, bool lasting);
/* The disk works again. Tells whether a call was failed since arming. */
bool fault_vfs_disarm(void);
/*
 * Instead of failing, ends the process without any clean-up before the
 * `countdown`th call: a crash. For a forked child.
 */
void fault_vfs_kill(unsigned int calls, int countdown);

/*
 * As fault_vfs_kill(), but the power fails: of what was written or cut since
 * the last sync of its file, each sector is there or is not, by `seed`. To be
 * called before the files are opened.
 */
void fault_vfs_power_off(unsigned int calls, int countdown, unsigned int seed);

#endif
