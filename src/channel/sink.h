/*
 * A way out that leads nowhere: each mail becomes two files in a folder, so
 * that a demonstration or a trial sends nothing to anybody and can show what
 * it would have sent.
 *
 *	FOLDER/new/00000001.eml       the bytes, as they would go on the wire
 *	FOLDER/new/00000001.envelope  "MAIL FROM:<...>" and "RCPT TO:<...>"
 *lines
 *
 * The envelope is there before the mail, and both appear whole.
 */
#ifndef CHANNEL_SINK_H
#define CHANNEL_SINK_H

#include "channel/smtp.h"

struct sink;

/*
 * Makes the folder where it is missing and goes on after the highest number
 * in it. One process a folder. ST_STORE with a problem when it cannot.
 */
CHECKED enum status sink_open(struct str folder, struct sink **sink_out,
                              struct problem *problem);
/* Sets *sink to NULL; NULL is fine. */
void sink_close(struct sink **sink);

/*
 * Takes a mail like smtp_send() and with its checks of the message; safe from
 * any thread. A full disk is SMTP_TEMPORARY.
 */
CHECKED enum status sink_send(struct sink *sink, struct arena *arena,
                              const struct smtp_message *message,
                              struct smtp_result *result_out,
                              struct problem *problem);

#endif
