/*
 * The zygote: a process with one thread that has everything ready and forks
 * workers when it is told to. It reads notes of the program and nothing else,
 * so nothing hostile reaches it.
 */
#include <errno.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/jail_private.h"

/* Workers that are dying keep a place beside those that live. */
#define ZYGOTE_CHILDREN (JAIL_WORKERS_MAX * 4)

struct zygote {
	const struct jail_config *config;
	int control;
	int deaths;                      /* signalfd of SIGCHLD */
	pid_t children[ZYGOTE_CHILDREN]; /* 0 is a free place */
};

/*
 * A pid stays ours until it is reaped, which happens here alone; so a kill
 * can never hit a stranger who was given the number anew.
 */
static void zygote_reap(struct zygote *zygote)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
		for (size_t i = 0; i < ZYGOTE_CHILDREN; i++) {
			if (zygote->children[i] == pid)
				zygote->children[i] = 0;
		}
	}
}

static void zygote_kill(struct zygote *zygote, pid_t pid)
{
	for (size_t i = 0; i < ZYGOTE_CHILDREN; i++) {
		if (pid > 0 && zygote->children[i] == pid)
			kill(pid, SIGKILL);
	}
}

static int32_t zygote_spawn(struct zygote *zygote, int channel)
{
	size_t place = 0;
	pid_t pid;

	while (place < ZYGOTE_CHILDREN && zygote->children[place] != 0)
		place++;
	if (channel < 0 || place == ZYGOTE_CHILDREN)
		return -1;
	pid = fork();
	if (pid == 0)
		jail_worker_run(zygote->config, channel);
	if (pid < 0)
		return -1;
	zygote->children[place] = pid;
	return pid;
}

/* The note, and the descriptor that came with it or -1. False at the end. */
static bool zygote_read(int control, struct jail_note *note, int *channel)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} extra;
	struct iovec piece = {.iov_base = note, .iov_len = sizeof(*note)};
	struct msghdr message = {
		.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &extra,
		.msg_controllen = sizeof(extra),
	};
	ssize_t n;

	*channel = -1;
	do {
		n = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*note))
		return false;

	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	if (head && head->cmsg_level == SOL_SOCKET &&
	    head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(channel, CMSG_DATA(head), sizeof(int));
	return true;
}

static bool zygote_serve(struct zygote *zygote)
{
	struct jail_note note;
	int channel;
	int32_t pid;

	if (!zygote_read(zygote->control, &note, &channel))
		return false;
	zygote_reap(zygote);
	if (note.kind == JAIL_NOTE_KILL) {
		zygote_kill(zygote, note.pid);
	} else {
		pid = zygote_spawn(zygote, channel);
		if (send(zygote->control, &pid, sizeof(pid), MSG_NOSIGNAL) < 0)
			return false;
	}
	if (channel >= 0)
		close(channel);
	return true;
}

/*
 * Signals to the whole group (a terminal's interrupt, a supervisor's stop) are
 * for the program alone: it may still need us to finish. We end when its end
 * of the socket closes.
 */
static void zygote_signals(struct zygote *zygote)
{
	static const int ignored[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT,
	                              SIGPIPE, SIGUSR1, SIGUSR2};
	sigset_t deaths;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&deaths);
	sigaddset(&deaths, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &deaths, NULL) != 0)
		_exit(1);
	zygote->deaths = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
	if (zygote->deaths < 0)
		_exit(1);
}

/* Nobody is left behind for the system to bury. */
static _Noreturn void zygote_end(struct zygote *zygote)
{
	for (size_t i = 0; i < ZYGOTE_CHILDREN; i++)
		zygote_kill(zygote, zygote->children[i]);
	while (waitpid(-1, NULL, 0) > 0) {
	}
	_exit(0);
}

_Noreturn void jail_zygote_run(const struct jail_config *config, int control)
{
	struct zygote zygote = {.config = config, .control = control};

	prctl(PR_SET_NAME, "holdfast-jail");
	/* Standard error stays open for reports of a sanitizer. */
	if (control != 3 && dup2(control, 3) != 3)
		_exit(1);
	zygote.control = 3;
	if (close_range(4, ~0u, 0) != 0)
		_exit(1);
	zygote_signals(&zygote);
	if (config->warm)
		config->warm();
	for (;;) {
		struct signalfd_siginfo death;
		struct pollfd items[] = {
			{.fd = zygote.control, .events = POLLIN},
			{.fd = zygote.deaths, .events = POLLIN},
		};

		if (poll(items, 2, -1) < 0 && errno != EINTR)
			_exit(1);
		if (items[1].revents) {
			if (read(zygote.deaths, &death, sizeof(death)) > 0)
				zygote_reap(&zygote);
		}
		if (items[0].revents && !zygote_serve(&zygote))
			zygote_end(&zygote);
	}
}
