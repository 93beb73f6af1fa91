/*
 * Opening the socket that LMTP listens on, from the text of its address.
 */
#ifndef CHANNEL_LMTP_SOCKET_H
#define CHANNEL_LMTP_SOCKET_H

#include "base/status.h"
#include "base/str.h"

/*
 * Listens without blocking on "host:port", "[v6]:port" or "/path". Addresses
 * are numeric, "localhost" aside: no resolver is asked. A stale unix socket
 * is replaced, a living one is not. ST_INVALID with a problem otherwise.
 */
CHECKED enum status lmtp_socket_listen(struct str address, int *socket_out,
                                       struct problem *problem);
/* The port of a listening socket; 0 for a unix socket. */
unsigned lmtp_socket_port(int socket);
/* "127.0.0.1:41234" or "unix" of an accepted socket, NUL-terminated. */
#define LMTP_PEER_SIZE 64
void lmtp_socket_peer(int socket, char peer_out[LMTP_PEER_SIZE]);

/*
 * Connects, blocking, to an address of the same forms: what the pipe command
 * and tests do. ST_BUSY with a problem when nobody answers there.
 */
CHECKED enum status lmtp_socket_connect(struct str address, int *socket_out,
                                        struct problem *problem);

#endif
