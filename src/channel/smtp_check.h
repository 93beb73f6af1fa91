/*
 * The checks that smtp_send() begins with; see smtp.h for smtp_check_raw().
 */
#ifndef CHANNEL_SMTP_CHECK_H
#define CHANNEL_SMTP_CHECK_H

#include "channel/smtp.h"

/* ST_INVALID with a problem that names the field. */
CHECKED enum status smtp_check_target(const struct smtp_target *target,
                                      struct problem *problem);
CHECKED enum status smtp_check_message(const struct smtp_message *message,
                                       struct problem *problem);

#endif
