/* Back-off by key, with the time handed in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/throttle.h"

static struct throttle throttle;

static int setup(void **state)
{
	(void)state;
	throttle = (struct throttle){0};
	return 0;
}

static void free_tries_then_waits_that_double(void **state)
{
	instant_ms now = 1000000;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_try(&throttle, 7, 5, now), 0);
	assert_int_equal(throttle_try(&throttle, 7, 5, now), 1000);
	/* Asking early costs nothing more. */
	assert_int_equal(throttle_try(&throttle, 7, 5, now + 400), 600);
	assert_int_equal(throttle_try(&throttle, 7, 5, now + 1000), 0);
	assert_int_equal(throttle_try(&throttle, 7, 5, now + 1000), 2000);
	assert_int_equal(throttle_try(&throttle, 7, 5, now + 3000), 0);
	assert_int_equal(throttle_try(&throttle, 7, 5, now + 3000), 4000);
}

static void keys_do_not_share(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_try(&throttle, 7, 5, 1000), 0);
	assert_true(throttle_try(&throttle, 7, 5, 1000) > 0);
	assert_int_equal(throttle_try(&throttle, 8, 5, 1000), 0);
}

static void success_and_time_forget(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_try(&throttle, 7, 5, 1000), 0);
	throttle_clear(&throttle, 7);
	assert_int_equal(throttle_try(&throttle, 7, 5, 1000), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(throttle_try(&throttle, 7, 5, 1000), 0);
	assert_true(throttle_try(&throttle, 7, 5, 1000) > 0);
	assert_int_equal(throttle_try(&throttle, 7, 5, 1001 + SPAN_HOUR), 0);
	assert_int_equal(throttle_try(&throttle, 7, 5, 1001 + SPAN_HOUR), 0);
}

static void a_wait_has_a_ceiling(void **state)
{
	instant_ms now = 1000;
	span_ms wait = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		wait = throttle_try(&throttle, 7, 5, now);
		now += wait;
	}
	assert_true(wait <= 5 * SPAN_MINUTE);
}

static void a_clock_that_steps_back_locks_nobody_out(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		throttle_try(&throttle, 7, 5, SPAN_DAY);
	assert_int_equal(throttle_try(&throttle, 7, 5, 1000), 0);
}

static void a_flood_of_keys_gives_up_the_quietest(void **state)
{
	(void)state;
	for (uint64_t key = 1; key < 100000; key++)
		assert_int_equal(
			throttle_try(&throttle, key, 5, (instant_ms)key), 0);
	for (int i = 0; i < 4; i++)
		throttle_try(&throttle, 99999, 5, 100000);
	assert_true(throttle_try(&throttle, 99999, 5, 100000) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(free_tries_then_waits_that_double,
	                               setup),
		cmocka_unit_test_setup(keys_do_not_share, setup),
		cmocka_unit_test_setup(success_and_time_forget, setup),
		cmocka_unit_test_setup(a_wait_has_a_ceiling, setup),
		cmocka_unit_test_setup(a_clock_that_steps_back_locks_nobody_out,
	                               setup),
		cmocka_unit_test_setup(a_flood_of_keys_gives_up_the_quietest,
	                               setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
