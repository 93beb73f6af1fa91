/* The numbers of a seed are fixed for ever, and spread as they should. */
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* From the authors' reference code: splitmix64 of 1234567, four draws. */
static void test_reference(void **state)
{
	struct random random = random_from(1234567);

	(void)state;
	assert_true(random.state[0] == 6457827717110365317u);
	assert_true(random.state[1] == 3203168211198807973u);
	assert_true(random.state[2] == 9817491932198370423u);
	assert_true(random.state[3] == 4593380528125082431u);
}

static void test_generator(void **state)
{
	struct random random = {{1, 2, 3, 4}};
	static const uint64_t expected[] = {11520, 0, 1509978240,
	                                    1215971899390074240};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_true(random_next(&random) == expected[i]);
}

static void test_bounds(void **state)
{
	struct random random = random_from(7);
	unsigned counts[6] = {0};
	unsigned hits = 0;

	(void)state;
	for (int i = 0; i < 60000; i++)
		counts[random_below(&random, 6)]++;
	for (size_t i = 0; i < 6; i++)
		assert_in_range(counts[i], 9500, 10500);
	for (int i = 0; i < 1000; i++) {
		int64_t value = random_between(&random, -3, 3);

		assert_true(value >= -3 && value <= 3);
	}
	for (int i = 0; i < 10000; i++)
		hits += random_chance(&random, 20);
	assert_in_range(hits, 1800, 2200);
	assert_true(random_below(&random, 1) == 0);
}

static void test_branches(void **state)
{
	struct random root = random_from(1);
	struct random a = random_branch(&root, 1);
	struct random b = random_branch(&root, 2);
	struct random again = random_branch(&root, 1);

	(void)state;
	assert_true(random_next(&a) == random_next(&again));
	assert_true(random_next(&a) != random_next(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_generator),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_branches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
