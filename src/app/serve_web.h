/* The interface's part of the running desk: what web needs, wired to node. */
#ifndef APP_SERVE_WEB_H
#define APP_SERVE_WEB_H

#include "app/serve.h"

CHECKED enum status serve_web_start(struct serve *serve,
                                    struct problem *problem);
/* No request is answered after this; node may still run. */
void serve_web_stop(struct serve *serve);
/* After node has stopped: it tells of commits until then. */
void serve_web_release(struct serve *serve);
/* "Open http://127.0.0.1:8440": where the interface is. */
void serve_web_announce(struct serve *serve);
/* As node_driver.skips: no browser listens. */
bool serve_web_skips(void *context, int64_t seq);
/* What node tells after each commit: makes events of the live stream. */
void serve_web_moved(void *context, int64_t import);
void serve_web_committed(void *context, struct sql_db *reader,
                         struct arena *arena, const struct event *events,
                         size_t count);
/* A mailbox fares differently: whoever looks is told. */
void serve_web_mailbox(void *context, int64_t mailbox);

/* As node_driver.hook_body. */
enum status serve_web_hook_body(void *context, struct arena *arena,
                                int64_t event, int64_t owner,
                                struct str *body_out);

#endif
