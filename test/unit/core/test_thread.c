/*
 * Threads from ids, in every order of arrival.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/thread.h"
#include <cmocka.h>

struct post {
	struct str ids[3];
	size_t count;
};

/* Two threads; the second hangs on a mail that never arrived. */
static const struct post posts[] = {
	{{STR("a@x")}, 1},
	{{STR("b@x"), STR("a@x")}, 2},
	{{STR("c@x"), STR("b@x")}, 2},
	{{STR("d@x"), STR("lost@x")}, 2},
	{{STR("e@x"), STR("lost@x")}, 2},
	{{STR("")}, 1},
};

#define POSTS (sizeof(posts) / sizeof(posts[0]))

static const int wanted[POSTS] = {0, 0, 0, 1, 1, 2};

static void check_order(const size_t order[POSTS])
{
	struct arena *arena = arena_new((size_t)1 << 20);
	struct thread_book *book = thread_book_new(arena);

	for (size_t i = 0; i < POSTS; i++)
		assert_int_equal(thread_add(book, posts[order[i]].ids,
		                            posts[order[i]].count),
		                 i);
	for (size_t i = 0; i < POSTS; i++) {
		for (size_t k = 0; k < POSTS; k++)
			assert_int_equal(thread_of(book, i) ==
			                         thread_of(book, k),
			                 wanted[order[i]] == wanted[order[k]]);
		assert_true(thread_of(book, i) <= i);
	}
	arena_free(&arena);
}

/* All permutations, by Heap's method without recursion. */
static void test_all_orders(void **state)
{
	size_t order[POSTS], counter[POSTS] = {0}, i = 0, checked = 1;

	(void)state;
	for (size_t k = 0; k < POSTS; k++)
		order[k] = k;
	check_order(order);
	while (i < POSTS) {
		if (counter[i] < i) {
			size_t other = i % 2 ? counter[i] : 0;
			size_t swap = order[other];

			order[other] = order[i];
			order[i] = swap;
			check_order(order);
			checked++;
			counter[i]++;
			i = 0;
		} else {
			counter[i++] = 0;
		}
	}
	assert_int_equal(checked, 720);
}

static void test_many(void **state)
{
	struct arena *arena = arena_new((size_t)256 << 20);
	struct thread_book *book = thread_book_new(arena);

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		struct str ids[2] = {
			str_printf(arena, "%zu@x", i),
			str_printf(arena, "%zu@x", i >= 100 ? i - 100 : i)};

		thread_add(book, ids, 2);
	}
	for (size_t i = 0; i < 20000; i++)
		assert_int_equal(thread_of(book, i), i % 100);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_orders),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
