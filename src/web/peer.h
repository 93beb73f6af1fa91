/*
 * Connections and how long they may take. Between two requests, and from the
 * first byte of one to its last, a peer has so many seconds in all; one that
 * sends a byte now and then does not gain more. While we work for it, or a
 * live stream runs, no time counts.
 */
#ifndef WEB_PEER_H
#define WEB_PEER_H

#include <pthread.h>
#include <stdbool.h>

#define PEERS_MAX           4096u
#define PEER_SECONDS        60u  /* to say what it wants */
#define PEER_UPLOAD_SECONDS 600u /* once a body is accepted */
/* When connections run out, who said nothing for so long makes room. */
#define PEER_CROWDED_SECONDS 3u

struct peer {
	bool used;
	bool works;
	int fd;
	unsigned seconds; /* left */
};

struct peers {
	pthread_mutex_t lock;
	unsigned top;  /* no used one at or above it */
	unsigned many; /* more are a crowd; 0: never */
	struct peer peers[PEERS_MAX];
};

void peers_init(struct peers *peers, unsigned many);
void peers_release(struct peers *peers);
/* NULL when there is no place: then no deadline holds. */
struct peer *peer_came(struct peers *peers, int fd);
/* Before its descriptor is closed. */
void peer_left(struct peers *peers, struct peer *peer);
void peer_uploads(struct peers *peers, struct peer *peer);
void peer_works(struct peers *peers, struct peer *peer);
void peer_rests(struct peers *peers, struct peer *peer);
/* Every second; shuts down who is out of time. */
void peers_tick(struct peers *peers);

#endif
