/*
 * Who a mail that lies in a folder came from, as its last server wrote it:
 * the Return-Path field. Pure.
 */
#ifndef CHANNEL_MAIL_SENDER_H
#define CHANNEL_MAIL_SENDER_H

#include "base/str.h"

/* Empty when there is none, or the null return path; borrowed from `raw`. */
struct str mail_sender(struct str raw);

#endif
