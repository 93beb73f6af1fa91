/* Connections that take too long are shut down; those we work for are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "web/peer.h"

static struct peers peers;
static int ends[2];

static int setup(void **state)
{
	(void)state;
	peers = (struct peers){.top = 0};
	peers_init(&peers, 2);
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
}

static int teardown(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	peers_release(&peers);
	return 0;
}

static void tick(unsigned seconds)
{
	while (seconds-- > 0)
		peers_tick(&peers);
}

static bool is_shut(void)
{
	char byte;

	return read(ends[1], &byte, 1) == 0;
}

static void silence_ends_a_connection(void **state)
{
	struct peer *peer = peer_came(&peers, ends[0]);

	(void)state;
	assert_non_null(peer);
	tick(PEER_SECONDS - 1);
	assert_false(is_shut());
	tick(1);
	assert_true(is_shut());
	peer_left(&peers, peer);
}

static void a_crowd_is_thinned_of_who_says_nothing(void **state)
{
	struct peer *silent = peer_came(&peers, ends[0]);
	struct peer *busy[2] = {peer_came(&peers, -1), peer_came(&peers, -1)};

	(void)state;
	peer_works(&peers, busy[0]);
	peer_works(&peers, busy[1]);
	tick(PEER_CROWDED_SECONDS - 1);
	assert_false(is_shut());
	tick(1);
	assert_true(is_shut());
	assert_int_not_equal(busy[0]->seconds, 0);
	peer_left(&peers, silent);
	peer_left(&peers, busy[0]);
	peer_left(&peers, busy[1]);
}

static void while_we_work_no_time_counts(void **state)
{
	struct peer *peer = peer_came(&peers, ends[0]);

	(void)state;
	tick(PEER_SECONDS - 1);
	peer_works(&peers, peer);
	tick(100 * PEER_SECONDS);
	assert_false(is_shut());
	peer_rests(&peers, peer);
	tick(PEER_SECONDS - 1);
	assert_false(is_shut());
	tick(1);
	assert_true(is_shut());
	peer_left(&peers, peer);
}

static void an_accepted_body_has_longer(void **state)
{
	struct peer *peer = peer_came(&peers, ends[0]);

	(void)state;
	peer_uploads(&peers, peer);
	tick(PEER_UPLOAD_SECONDS - 1);
	assert_false(is_shut());
	tick(1);
	assert_true(is_shut());
	peer_left(&peers, peer);
}

static void places_are_used_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * PEERS_MAX; i++) {
		struct peer *peer = peer_came(&peers, ends[0]);

		assert_non_null(peer);
		peer_left(&peers, peer);
	}
	assert_int_equal(peers.top, 0);
	tick(2 * PEER_SECONDS);
	assert_false(is_shut());
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(silence_ends_a_connection),
		CASE(a_crowd_is_thinned_of_who_says_nothing),
		CASE(while_we_work_no_time_counts),
		CASE(an_accepted_body_has_longer),
		CASE(places_are_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
