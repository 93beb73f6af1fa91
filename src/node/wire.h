/*
 * Bytes through the sockets to our other processes, with a deadline: an
 * instant of wire_tick(), or -1 for none.
 */
#ifndef NODE_WIRE_H
#define NODE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole reads and writes. False when the other side is gone or too late. */
bool wire_send(int fd, const void *bytes, size_t length, int64_t deadline);
bool wire_receive(int fd, void *bytes, size_t length, int64_t deadline);
/* Waits for `events`, as poll() has them; false at the deadline. */
bool wire_wait(int fd, short events, int64_t deadline);
/* Monotonic milliseconds. */
int64_t wire_tick(void);

#endif
