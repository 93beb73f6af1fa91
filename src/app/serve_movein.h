/* Folders of mailboxes as a source of moving in. */
#ifndef APP_SERVE_MOVEIN_H
#define APP_SERVE_MOVEIN_H

#include "node/movein.h"

/* As node_driver.fetch; `context` is the struct serve. */
enum status serve_fetch(void *context, const struct movein_fetch *fetch);

#endif
