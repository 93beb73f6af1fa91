/*
 * How a connection is owned. Its epoll registration is one-shot: the thread
 * that gets its event owns it until it arms it again or closes it. The list of
 * all connections has a lock, and a socket is closed only after it has left
 * the list; so the sweep, which holds that lock, may shut down the socket of
 * a connection that it does not own. The owner then sees the end of the
 * stream, whether it waits or works, and does the rest.
 */
#include "channel/lmtp.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/limits.h"
#include "channel/lmtp_session.h"
#include "channel/lmtp_socket.h"

#define LMTP_THREADS     32u
#define LMTP_THREADS_MAX 256u
#define LMTP_IDLE        (5 * SPAN_MINUTE)
#define LMTP_MAIL        (10 * SPAN_MINUTE)
#define LMTP_READ_BYTES  ((size_t)64 << 10)
/* Reads of one turn, so that one fast peer does not keep a thread. */
#define LMTP_READS_A_TURN 16u
/* A connection that may hold this much is never made to give it back. */
#define LMTP_HELD_FREE   ((size_t)256 << 10)
#define LMTP_STACK_BYTES ((size_t)512 << 10)
#define LMTP_SWEEP       (1 * SPAN_SECOND)
/* After the polite end of a slow connection comes the hard one. */
#define LMTP_GRACE (5 * SPAN_SECOND)

struct lmtp_peer {
	struct lmtp_peer *next, *previous; /* under lmtp->lock */
	int fd;
	char name[LMTP_PEER_SIZE];
	struct lmtp_session *session;
	struct buf out;
	size_t sent; /* of `out` */
	size_t held; /* counted in lmtp->held */
	size_t mails;
	_Atomic span_ms heard; /* lmtp->up at the last byte */
	_Atomic span_ms since; /* lmtp->up at the last finished mail */
	atomic_bool expired;
	atomic_bool owned; /* by a thread; hands over what it has written */
};

struct lmtp {
	const struct channel_driver *driver;
	struct lmtp_config config;
	char *path; /* of a unix socket, to be removed at the end */
	char *host;
	int listener, epoll, wake, timer;
	pthread_t *threads;
	pthread_mutex_t lock;
	struct lmtp_peer *peers;
	atomic_size_t open;
	atomic_bool stopping;
	/* Time since the start, in steps of the sweep: no clock is read. */
	_Atomic span_ms up;
	atomic_size_t held;
	atomic_size_t accepted, refused, expired, mails;
};

static void lmtp_watch(const struct lmtp *lmtp, int operation, int fd,
                       uint32_t events, void *owner)
{
	struct epoll_event event = {.events = events, .data.ptr = owner};

	/* Fails only when the kernel is out of memory. */
	if (epoll_ctl(lmtp->epoll, operation, fd, &event) != 0)
		abort();
}

/* Connections. */

static void peer_close(struct lmtp *lmtp, struct lmtp_peer *peer)
{
	pthread_mutex_lock(&lmtp->lock);
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		lmtp->peers = peer->next;
	if (peer->next)
		peer->next->previous = peer->previous;
	lmtp->open--;
	pthread_mutex_unlock(&lmtp->lock);

	close(peer->fd);
	atomic_fetch_sub(&lmtp->held, peer->held);
	lmtp_session_free(&peer->session);
	buf_release(&peer->out);
	free(peer);
}

/* Sends what it can. False when the peer is gone. */
static bool peer_flush(struct lmtp_peer *peer)
{
	while (peer->sent < peer->out.length) {
		ssize_t n = send(peer->fd, peer->out.data + peer->sent,
		                 peer->out.length - peer->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		peer->sent += (size_t)n;
	}
	peer->sent = 0;
	/* A rare large answer must not stay in memory. */
	if (peer->out.capacity > LMTP_READ_BYTES)
		buf_release(&peer->out);
	buf_clear(&peer->out);
	return true;
}

static bool peer_sent_all(const struct lmtp_peer *peer)
{
	return peer->out.length == 0;
}

/* Keeps the sum over all peers, and makes this one give up when it is high. */
static void peer_account(struct lmtp *lmtp, struct lmtp_peer *peer)
{
	size_t held = lmtp_session_held(peer->session);
	size_t total;

	if (held == peer->held)
		return;
	total = atomic_fetch_add(&lmtp->held, held - peer->held) + held -
	        peer->held;
	peer->held = held;
	if (total > lmtp->config.held_bytes && held > LMTP_HELD_FREE) {
		lmtp_session_shed(peer->session);
		atomic_fetch_sub(&lmtp->held, held);
		peer->held = 0;
	}
}

static void peer_feed(struct lmtp *lmtp, struct lmtp_peer *peer,
                      struct str bytes)
{
	size_t mails;

	atomic_store(&peer->heard, atomic_load(&lmtp->up));
	lmtp_session_feed(peer->session, bytes, &peer->out);
	assert(!peer->out.failed);
	mails = lmtp_session_mails(peer->session);
	if (mails != peer->mails) {
		atomic_fetch_add(&lmtp->mails, mails - peer->mails);
		peer->mails = mails;
		/* The wait for the store is not the peer's. */
		atomic_store(&peer->heard, atomic_load(&lmtp->up));
		atomic_store(&peer->since, atomic_load(&lmtp->up));
	}
	peer_account(lmtp, peer);
}

static void peer_leave(struct lmtp *lmtp, struct lmtp_peer *peer)
{
	bool expired = atomic_load(&peer->expired);

	if (expired || atomic_load(&lmtp->stopping))
		lmtp_session_leave(peer->session,
		                   expired ? LMTP_LEAVE_TIMEOUT
		                           : LMTP_LEAVE_STOPPING,
		                   &peer->out);
}

/* One turn. False when the connection is to be closed. */
static bool peer_turn(struct lmtp *lmtp, struct lmtp_peer *peer, char *room)
{
	for (unsigned i = 0; i < LMTP_READS_A_TURN; i++) {
		ssize_t n;

		/* A peer that does not read is not read from. */
		if (!peer_flush(peer))
			return false;
		if (!peer_sent_all(peer))
			return true;
		if (lmtp_session_ended(peer->session))
			return false;
		n = read(peer->fd, room, LMTP_READ_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN && !atomic_load(&lmtp->stopping))
			return true;
		if (n > 0)
			peer_feed(lmtp, peer, (struct str){room, (size_t)n});
		peer_leave(lmtp, peer);
		if (n <= 0) {
			peer_flush(peer);
			return false;
		}
	}
	return true;
}

static void peer_serve(struct lmtp *lmtp, struct lmtp_peer *peer, char *room)
{
	uint32_t events = EPOLLONESHOT;
	bool owned = atomic_exchange(&peer->owned, true);
	int fd = peer->fd;

	assert(!owned);
	if (!peer_turn(lmtp, peer, room)) {
		peer_close(lmtp, peer);
		return;
	}
	events |= peer_sent_all(peer) ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
	atomic_store(&peer->owned, false);
	lmtp_watch(lmtp, EPOLL_CTL_MOD, fd, events, peer);
}

static void peer_open(struct lmtp *lmtp, int fd)
{
	struct lmtp_peer *peer = calloc(1, sizeof(*peer));
	int on = 1;

	if (!peer)
		abort();
	peer->fd = fd;
	/* No use on a unix socket, and no harm. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	lmtp_socket_peer(fd, peer->name);
	peer->session = lmtp_session_new(lmtp->driver, lmtp->config.host,
	                                 str_of(peer->name));
	buf_init(&peer->out, LMTP_ANSWER_BYTES_MAX(LMTP_READ_BYTES));
	atomic_store(&peer->heard, atomic_load(&lmtp->up));
	atomic_store(&peer->since, atomic_load(&lmtp->up));
	lmtp_session_greet(peer->session, &peer->out);

	pthread_mutex_lock(&lmtp->lock);
	peer->next = lmtp->peers;
	if (peer->next)
		peer->next->previous = peer;
	lmtp->peers = peer;
	lmtp->open++;
	pthread_mutex_unlock(&lmtp->lock);
	atomic_fetch_add(&lmtp->accepted, 1);
	/* The greeting goes out in the first turn. */
	lmtp_watch(lmtp, EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLONESHOT, peer);
}

/* The listener's turn. */

static void lmtp_refuse(struct lmtp *lmtp, int fd)
{
	static const char busy[] = "421 4.3.2 Too many connections\r\n";

	if (send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL) < 0) {
		/* It will see the close instead. */
	}
	close(fd);
	atomic_fetch_add(&lmtp->refused, 1);
}

static void lmtp_accept(struct lmtp *lmtp)
{
	for (unsigned i = 0; i < LMTP_READS_A_TURN; i++) {
		size_t open;
		int fd = accept4(lmtp->listener, NULL, NULL,
		                 SOCK_CLOEXEC | SOCK_NONBLOCK);

		/* Out of descriptors is over when one is closed. */
		if (fd < 0)
			break;
		pthread_mutex_lock(&lmtp->lock);
		open = lmtp->open;
		pthread_mutex_unlock(&lmtp->lock);
		if (open >= lmtp->config.connections)
			lmtp_refuse(lmtp, fd);
		else
			peer_open(lmtp, fd);
	}
	lmtp_watch(lmtp, EPOLL_CTL_MOD, lmtp->listener, EPOLLIN | EPOLLONESHOT,
	           &lmtp->listener);
}

static void lmtp_sweep_peer(struct lmtp *lmtp, struct lmtp_peer *peer,
                            span_ms now)
{
	span_ms late = now - atomic_load(&peer->heard) - lmtp->config.idle;
	span_ms slow = now - atomic_load(&peer->since) - lmtp->config.mail;

	late = late > slow ? late : slow;
	if (late <= 0)
		return;
	if (!atomic_exchange(&peer->expired, true)) {
		atomic_fetch_add(&lmtp->expired, 1);
		shutdown(peer->fd, SHUT_RD);
	} else if (late > LMTP_GRACE) {
		shutdown(peer->fd, SHUT_RDWR);
	}
}

static void lmtp_sweep(struct lmtp *lmtp)
{
	uint64_t ticks;

	if (read(lmtp->timer, &ticks, sizeof(ticks)) > 0) {
		span_ms now =
			atomic_load(&lmtp->up) + (span_ms)ticks * LMTP_SWEEP;

		atomic_store(&lmtp->up, now);
		pthread_mutex_lock(&lmtp->lock);
		for (struct lmtp_peer *peer = lmtp->peers; peer;
		     peer = peer->next)
			lmtp_sweep_peer(lmtp, peer, now);
		pthread_mutex_unlock(&lmtp->lock);
	}
	lmtp_watch(lmtp, EPOLL_CTL_MOD, lmtp->timer, EPOLLIN | EPOLLONESHOT,
	           &lmtp->timer);
}

static void *lmtp_run(void *argument)
{
	struct lmtp *lmtp = argument;
	char *room = malloc(LMTP_READ_BYTES);

	pthread_setname_np(pthread_self(), "lmtp");
	if (!room)
		abort();
	while (!atomic_load(&lmtp->stopping)) {
		struct epoll_event event;
		int n = epoll_wait(lmtp->epoll, &event, 1, -1);

		if (n < 0 && errno != EINTR)
			abort();
		if (n <= 0 || event.data.ptr == &lmtp->wake)
			continue;
		if (event.data.ptr == &lmtp->listener)
			lmtp_accept(lmtp);
		else if (event.data.ptr == &lmtp->timer)
			lmtp_sweep(lmtp);
		else
			peer_serve(lmtp, event.data.ptr, room);
	}
	free(room);
	return NULL;
}

/* Start and stop. */

static char *lmtp_copy(struct str text)
{
	char *copy = strndup(text.text, text.length);

	if (!copy)
		abort();
	return copy;
}

static void lmtp_configure(struct lmtp *lmtp, const struct lmtp_config *config)
{
	struct lmtp_config *own = &lmtp->config;

	*own = *config;
	lmtp->driver = config->driver;
	lmtp->host = lmtp_copy(config->host);
	own->host = str_of(lmtp->host);
	if (str_starts(config->address, STR("/")))
		lmtp->path = lmtp_copy(config->address);
	own->address = (struct str){"", 0};
	own->threads = own->threads ? own->threads : LMTP_THREADS;
	if (own->threads > LMTP_THREADS_MAX)
		own->threads = LMTP_THREADS_MAX;
	if (own->connections == 0)
		own->connections = LIMIT_LMTP_CONNECTIONS;
	if (own->held_bytes == 0)
		own->held_bytes = LIMIT_LMTP_HELD_BYTES;
	own->idle = own->idle ? own->idle : LMTP_IDLE;
	own->mail = own->mail ? own->mail : LMTP_MAIL;
}

static void lmtp_open_events(struct lmtp *lmtp)
{
	struct itimerspec every = {
		.it_interval.tv_sec = LMTP_SWEEP / SPAN_SECOND,
		.it_value.tv_sec = LMTP_SWEEP / SPAN_SECOND,
	};

	lmtp->epoll = epoll_create1(EPOLL_CLOEXEC);
	lmtp->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	lmtp->timer =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (lmtp->epoll < 0 || lmtp->wake < 0 || lmtp->timer < 0 ||
	    timerfd_settime(lmtp->timer, 0, &every, NULL) != 0)
		abort();
	/* Never read, so that it wakes every thread. */
	lmtp_watch(lmtp, EPOLL_CTL_ADD, lmtp->wake, EPOLLIN, &lmtp->wake);
	lmtp_watch(lmtp, EPOLL_CTL_ADD, lmtp->timer, EPOLLIN | EPOLLONESHOT,
	           &lmtp->timer);
	lmtp_watch(lmtp, EPOLL_CTL_ADD, lmtp->listener, EPOLLIN | EPOLLONESHOT,
	           &lmtp->listener);
}

static void lmtp_open_threads(struct lmtp *lmtp)
{
	pthread_attr_t small;

	lmtp->threads = calloc(lmtp->config.threads, sizeof(*lmtp->threads));
	if (!lmtp->threads || pthread_attr_init(&small) != 0 ||
	    pthread_attr_setstacksize(&small, LMTP_STACK_BYTES) != 0)
		abort();
	for (unsigned i = 0; i < lmtp->config.threads; i++) {
		if (pthread_create(&lmtp->threads[i], &small, lmtp_run, lmtp) !=
		    0)
			abort();
	}
	pthread_attr_destroy(&small);
}

enum status lmtp_start(const struct lmtp_config *config, struct lmtp **lmtp_out,
                       struct problem *problem)
{
	struct lmtp *lmtp;
	int listener;
	enum status status =
		lmtp_socket_listen(config->address, &listener, problem);

	if (status != ST_OK)
		return status;
	lmtp = calloc(1, sizeof(*lmtp));
	if (!lmtp || pthread_mutex_init(&lmtp->lock, NULL) != 0)
		abort();
	lmtp->listener = listener;
	lmtp_configure(lmtp, config);
	lmtp_open_events(lmtp);
	lmtp_open_threads(lmtp);
	*lmtp_out = lmtp;
	return ST_OK;
}

unsigned lmtp_port(const struct lmtp *lmtp)
{
	return lmtp_socket_port(lmtp->listener);
}

struct lmtp_counts lmtp_counts(const struct lmtp *lmtp)
{
	return (struct lmtp_counts){
		.accepted = atomic_load(&lmtp->accepted),
		.refused = atomic_load(&lmtp->refused),
		.expired = atomic_load(&lmtp->expired),
		.mails = atomic_load(&lmtp->mails),
		.open = lmtp->open,
	};
}

void lmtp_stop(struct lmtp **stopped)
{
	struct lmtp *lmtp = *stopped;
	uint64_t one = 1;

	if (!lmtp)
		return;
	atomic_store(&lmtp->stopping, true);
	if (write(lmtp->wake, &one, sizeof(one)) != sizeof(one))
		abort();
	for (unsigned i = 0; i < lmtp->config.threads; i++)
		pthread_join(lmtp->threads[i], NULL);
	close(lmtp->listener);
	if (lmtp->path)
		unlink(lmtp->path);
	/* Nobody else is left, so every connection is owned here. */
	while (lmtp->peers) {
		peer_leave(lmtp, lmtp->peers);
		peer_flush(lmtp->peers);
		peer_close(lmtp, lmtp->peers);
	}
	close(lmtp->timer);
	close(lmtp->wake);
	close(lmtp->epoll);
	pthread_mutex_destroy(&lmtp->lock);
	free(lmtp->threads);
	free(lmtp->path);
	free(lmtp->host);
	free(lmtp);
	*stopped = NULL;
}
