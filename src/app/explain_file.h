/*
 * A whole file or standard input in memory, for the diagnostic filters.
 */
#ifndef APP_EXPLAIN_FILE_H
#define APP_EXPLAIN_FILE_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * "-" is standard input. At most the maximum of `out` is read and the rest is
 * left out. false when the file cannot be read.
 */
bool explain_file_read(const char *path, struct buf *out);

#endif
