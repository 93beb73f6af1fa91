/*
 * The program as its users meet it: started as a process on the loopback
 * address, fed by LMTP, asked by HTTP. Everything here ends the bench when it
 * cannot go on, so callers check nothing.
 */
#ifndef BENCH_SERVED_H
#define BENCH_SERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench.h"

#define SERVED_AGENTS 50
#define SERVED_DESK   "support@agency.example"

/* One browser's cookie. */
struct served_agent {
	char cookie[100];
};

struct served {
	pid_t pid;
	unsigned http, lmtp; /* ports */
	char folder[300];    /* of the workspace */
	char file[320];      /* the workspace */
	struct served_agent agents[SERVED_AGENTS];
};

/*
 * Makes a workspace in an empty folder of that name: an agency that works
 * around the clock, one member, and sessions for SERVED_AGENTS browsers.
 */
void served_make(struct bench *bench, const char *name, struct served *served);
/* Starts the program on it; gives the seconds until a page was answered. */
double served_start(struct bench *bench, struct served *served);
/* Gives the processor seconds of the program and all its children. */
double served_stop(struct served *served);
/* Removes the workspace. */
void served_remove(struct served *served);
/* Proportional set size of the program and all its children, in MB. */
double served_memory(const struct served *served);
/* Processor seconds of the program itself, its children not among them. */
double served_busy(const struct served *served);
/* Waits until the workspace has that many messages, and no mail waits. */
void served_wait_filed(const struct served *served, int64_t messages);
int64_t served_count(const struct served *served, const char *table);
/* The oldest ticket. */
int64_t served_first_ticket(const struct served *served);
/* Ids of open tickets, newest first. */
void served_tickets(const struct served *served, int64_t *ids, size_t count);

/* ---- clients: bench/client.c */

struct http {
	int fd;
	const struct served *served;
	const char *cookie;
	unsigned char *bytes; /* of the last answer, ends with NUL */
	size_t room, length;
	char *body; /* inside bytes */
};

void http_open(struct http *http, const struct served *served, int agent);
void http_close(struct http *http);
/* Milliseconds that the answer took; ends the bench unless it is 2xx. */
double http_get(struct http *http, const char *path);
/* `body` is JSON; every call is another command. */
double http_post(struct http *http, const char *path, const char *body);
/* The same with bytes that are no JSON. */
double http_post_bytes(struct http *http, const char *path, const char *bytes,
                       size_t length);
/* The integer behind the first `"name":` of the last answer. */
int64_t http_number(const struct http *http, const char *name);
/* Leaves the connection to a live stream; bytes are read and thrown away. */
void http_stream(struct http *http);

struct lmtp_client {
	int fd;
	char line[1024];
};
void lmtp_client_open(struct lmtp_client *client, const struct served *served);
void lmtp_client_send(struct lmtp_client *client, const char *mail,
                      size_t length);
void lmtp_client_close(struct lmtp_client *client);

/* ---- mails: bench/mails.c */

#define MAIL_ROOM 8192

/*
 * The n-th of a series: 2.7 KB, plain text and HTML. From the 15th on every
 * third answers an earlier one. The same series has the same mails.
 */
struct mail_text {
	char text[MAIL_ROOM];
	size_t length;
	int answers; /* -1: none */
};
void mail_write(struct mail_text *mail, int series, int number);
/* How many conversations the first `count` mails of a series are. */
int mail_conversations(int series, int count);

#endif
