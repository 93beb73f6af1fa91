/*
 * A table under one lock, ticked once a second. A peer out of time is shut
 * down, not closed: the descriptor belongs to the HTTP library, which finds the
 * end of the stream and tidies up.
 */
#include "web/peer.h"

#include <sys/socket.h>

void peers_init(struct peers *peers, unsigned many)
{
	peers->many = many;
	pthread_mutex_init(&peers->lock, NULL);
}

void peers_release(struct peers *peers)
{
	pthread_mutex_destroy(&peers->lock);
}

struct peer *peer_came(struct peers *peers, int fd)
{
	struct peer *peer = NULL;

	pthread_mutex_lock(&peers->lock);
	for (unsigned i = 0; i < PEERS_MAX && !peer; i++) {
		if (peers->peers[i].used)
			continue;
		peer = &peers->peers[i];
		*peer = (struct peer){
			.used = true, .fd = fd, .seconds = PEER_SECONDS};
		if (i >= peers->top)
			peers->top = i + 1;
	}
	pthread_mutex_unlock(&peers->lock);
	return peer;
}

void peer_left(struct peers *peers, struct peer *peer)
{
	pthread_mutex_lock(&peers->lock);
	peer->used = false;
	while (peers->top > 0 && !peers->peers[peers->top - 1].used)
		peers->top--;
	pthread_mutex_unlock(&peers->lock);
}

static void peer_set(struct peers *peers, struct peer *peer, bool works,
                     unsigned seconds)
{
	pthread_mutex_lock(&peers->lock);
	peer->works = works;
	peer->seconds = seconds;
	pthread_mutex_unlock(&peers->lock);
}

void peer_uploads(struct peers *peers, struct peer *peer)
{
	peer_set(peers, peer, false, PEER_UPLOAD_SECONDS);
}

void peer_works(struct peers *peers, struct peer *peer)
{
	peer_set(peers, peer, true, PEER_SECONDS);
}

void peer_rests(struct peers *peers, struct peer *peer)
{
	peer_set(peers, peer, false, PEER_SECONDS);
}

/* How many seconds are left to those who rest, if it is a crowd. */
static unsigned peers_patience(const struct peers *peers)
{
	unsigned count = 0;

	for (unsigned i = 0; i < peers->top; i++)
		count += peers->peers[i].used;
	return peers->many > 0 && count > peers->many
	               ? PEER_SECONDS - PEER_CROWDED_SECONDS
	               : 0;
}

void peers_tick(struct peers *peers)
{
	unsigned least;

	pthread_mutex_lock(&peers->lock);
	least = peers_patience(peers);
	for (unsigned i = 0; i < peers->top; i++) {
		struct peer *peer = &peers->peers[i];

		if (!peer->used || peer->works || peer->seconds == 0)
			continue;
		if (--peer->seconds <= least) {
			peer->seconds = 0;
			shutdown(peer->fd, SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&peers->lock);
}
