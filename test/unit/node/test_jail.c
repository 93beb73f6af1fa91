/*
 * The jail with works made for it: good ones, and ones that try everything a
 * taken-over parser would try. What is asked of the release profile is asked
 * of it in sanitizer builds as well, by name.
 */
#include "node/jail.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	WORK_ECHO,
	WORK_UPPER,
	WORK_COUNTER,
	WORK_STATUS,
	WORK_FLOOD,
	WORK_ODD,
	WORK_WARM,
	WORK_ATTACK,
	WORK_ALONE,
	WORK_COUNT
};

#define BYTES_MAX ((size_t)8 << 20)

static enum status work_echo(struct arena *arena, struct str request,
                             struct buf *response)
{
	(void)arena;
	buf_str(response, request);
	return ST_OK;
}

static enum status work_upper(struct arena *arena, struct str request,
                              struct buf *response)
{
	char *copy = str_cstr(arena, request);

	for (size_t i = 0; i < request.length; i++) {
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] - 'a' + 'A');
	}
	buf_text(response, copy);
	return ST_OK;
}

/* How many calls this worker has had. */
static enum status work_counter(struct arena *arena, struct str request,
                                struct buf *response)
{
	static int calls;

	(void)arena;
	(void)request;
	buf_printf(response, "%d", ++calls);
	return ST_OK;
}

static enum status work_status(struct arena *arena, struct str request,
                               struct buf *response)
{
	(void)arena;
	buf_text(response, "must not be seen");
	return (enum status)(request.text[0] - '0');
}

static enum status work_flood(struct arena *arena, struct str request,
                              struct buf *response)
{
	(void)arena;
	(void)request;
	for (int i = 0; i < 200; i++)
		buf_text(response, "more than the row allows");
	return ST_OK;
}

/* Speaks out of turn on the socket before it answers. */
static enum status work_odd(struct arena *arena, struct str request,
                            struct buf *response)
{
	static const uint32_t lie[4] = {0x4a61696cu, ST_OK, ~0u, ~0u};

	(void)arena;
	(void)response;
	if (str_equal(request, STR("noise")))
		return write(3, "garbage garbage garbage", 23) == 23
		               ? ST_OK
		               : ST_INVALID;
	return write(3, lie, sizeof(lie)) == (ssize_t)sizeof(lie) ? ST_OK
	                                                          : ST_INVALID;
}

static int warmed;

static void warm(void)
{
	warmed = 41;
}

static enum status work_warm(struct arena *arena, struct str request,
                             struct buf *response)
{
	(void)arena;
	(void)request;
	buf_printf(response, "%d", ++warmed);
	return ST_OK;
}

/* Attacks. Each answers "got away" when it is not stopped. */

static void attack_open(void)
{
	if (open("/etc/passwd", O_RDONLY) < 0)
		return;
}

static void attack_write_file(void)
{
	if (open("/tmp/holdfast-escaped", O_CREAT | O_WRONLY, 0600) < 0)
		return;
}

static void attack_socket(void)
{
	if (socket(AF_INET, SOCK_STREAM, 0) < 0)
		return;
}

static void attack_exec(void)
{
	char *const argv[] = {"true", NULL};

	execv("/bin/true", argv);
}

static void attack_fork(void)
{
	if (fork() == 0)
		_exit(0);
}

static void attack_kill_parent(void)
{
	kill(getppid(), SIGKILL);
}

static void attack_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return;
}

static void attack_make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0)
		return;
}

static void attack_ptrace(void)
{
	syscall(SYS_ptrace, 0, 0, 0, 0);
}

static void attack_crash(void)
{
	raise(SIGSEGV);
}

static void attack_abort(void)
{
	abort();
}

static void attack_spin(void)
{
	for (volatile int i = 0;; i = i + 1) {
	}
}

/* A worker that was taken over disarms its own clock. */
static void attack_sleep(void)
{
	char byte;

	while (read(3, &byte, 1) >= 0) {
	}
}

static void attack_leave(void)
{
	_exit(0);
}

static const struct {
	const char *name;
	void (*run)(void);
	bool slow;
	bool sanitizer; /* stopped in that profile, too */
} attacks[] = {
	{"open", attack_open, false, false},
	{"write_file", attack_write_file, false, true},
	{"socket", attack_socket, false, true},
	{"exec", attack_exec, false, true},
	{"fork", attack_fork, false, false},
	{"kill_parent", attack_kill_parent, false, false},
	{"code", attack_code, false, false},
	{"make_code", attack_make_code, false, false},
	{"ptrace", attack_ptrace, false, true},
	{"crash", attack_crash, false, true},
	{"abort", attack_abort, false, true},
	{"leave", attack_leave, false, true},
	{"spin", attack_spin, true, true},
	{"sleep", attack_sleep, true, true},
};
#define ATTACKS (sizeof(attacks) / sizeof(*attacks))

static enum status work_attack(struct arena *arena, struct str request,
                               struct buf *response)
{
	(void)arena;
	for (size_t i = 0; i < ATTACKS; i++) {
		if (str_equal(request, str_of(attacks[i].name)))
			attacks[i].run();
	}
	buf_text(response, "got away");
	return ST_OK;
}

static const struct jail_work works[WORK_COUNT] = {
	[WORK_ECHO] = {"echo", BYTES_MAX, BYTES_MAX, work_echo, false},
	[WORK_UPPER] = {"upper", 100, 100, work_upper, false},
	[WORK_COUNTER] = {"counter", 100, 100, work_counter, false},
	[WORK_STATUS] = {"status", 100, 100, work_status, false},
	[WORK_FLOOD] = {"flood", 100, 100, work_flood, false},
	[WORK_ODD] = {"odd", 100, 100, work_odd, false},
	[WORK_WARM] = {"warm", 100, 100, work_warm, false},
	[WORK_ATTACK] = {"attack", 100, 100, work_attack, false},
	[WORK_ALONE] = {"alone", 100, 100, work_counter, true},
};

struct world {
	struct jail *jail;
	struct arena *arena;
};

static void world_open(struct world *world, struct jail_config config)
{
	struct problem problem = {0};

	config.works = works;
	config.work_count = WORK_COUNT;
	config.warm = warm;
	world->arena = arena_new((size_t)64 << 20);
	if (jail_start(&config, &world->jail, &problem) != ST_OK)
		fail_msg("%s", problem.text);
}

static void world_close(struct world *world)
{
	jail_stop(&world->jail);
	arena_free(&world->arena);
}

static enum status call(struct world *world, unsigned work, const char *text,
                        struct str *response_out)
{
	return jail_call(world->jail, work, str_of(text), world->arena,
	                 response_out);
}

static void expect_text(struct world *world, unsigned work, const char *text,
                        const char *expected)
{
	struct str response;

	assert_int_equal(call(world, work, text, &response), ST_OK);
	assert_true(str_equal(response, str_of(expected)));
}

static void test_calls(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, (struct jail_config){0});
	expect_text(&world, WORK_UPPER, "hello", "HELLO");
	expect_text(&world, WORK_ECHO, "", "");
	expect_text(&world, WORK_WARM, "", "42");
	assert_true(jail_counts(world.jail).faults == 0);
	assert_true(jail_counts(world.jail).calls == 3);
	world_close(&world);
	assert_null(world.jail);
	jail_stop(&world.jail);
}

static void test_large(void **state)
{
	struct world world;
	struct str response;
	char *bytes = calloc(1, BYTES_MAX + 1);

	(void)state;
	for (size_t i = 0; i <= BYTES_MAX; i++)
		bytes[i] = (char)(i * 7 + i / 4096);
	world_open(&world, (struct jail_config){0});
	assert_int_equal(jail_call(world.jail, WORK_ECHO,
	                           (struct str){bytes, BYTES_MAX}, world.arena,
	                           &response),
	                 ST_OK);
	assert_true(response.length == BYTES_MAX &&
	            memcmp(response.text, bytes, BYTES_MAX) == 0);
	assert_int_equal(jail_call(world.jail, WORK_ECHO,
	                           (struct str){bytes, BYTES_MAX + 1},
	                           world.arena, &response),
	                 ST_LIMIT);
	free(bytes);
	world_close(&world);
}

static void test_statuses(void **state)
{
	struct world world;
	struct str response = STR("untouched");

	(void)state;
	world_open(&world, (struct jail_config){.workers = 1});
	for (int code = ST_NOT_FOUND; code < ST_COUNT; code++) {
		char text[2] = {(char)('0' + code), '\0'};
		bool sane = code == ST_NOT_FOUND || code == ST_INVALID ||
		            code == ST_LIMIT;

		assert_int_equal(call(&world, WORK_STATUS, text, &response),
		                 sane ? (enum status)code : ST_INVALID);
	}
	assert_int_equal(call(&world, WORK_FLOOD, "", &response), ST_LIMIT);
	assert_true(str_equal(response, STR("untouched")));
	/* The statuses that no worker may give count as faults. */
	assert_true(jail_counts(world.jail).faults >= 5);
	world_close(&world);
}

static void test_worker_is_replaced(void **state)
{
	struct world world;
	char text[16];

	(void)state;
	world_open(&world, (struct jail_config){.workers = 1});
	for (unsigned i = 0; i < JAIL_WORKER_CALLS; i++) {
		snprintf(text, sizeof(text), "%u", i + 1);
		expect_text(&world, WORK_COUNTER, "", text);
	}
	expect_text(&world, WORK_COUNTER, "", "1");
	assert_true(jail_counts(world.jail).spawned == 2);
	assert_true(jail_counts(world.jail).faults == 0);
	world_close(&world);
}

/* What one mail may have left in a worker is not there for the next. */
static void test_alone_is_alone(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, (struct jail_config){.workers = 1});
	expect_text(&world, WORK_COUNTER, "", "1");
	expect_text(&world, WORK_COUNTER, "", "2");
	expect_text(&world, WORK_ALONE, "", "1");
	expect_text(&world, WORK_ALONE, "", "1");
	assert_true(jail_counts(world.jail).faults == 0);
	world_close(&world);
}

static void attack_profile(enum jail_profile profile)
{
	struct world world;
	struct str response;

	world_open(&world, (struct jail_config){
				   .workers = 1,
				   .cpu = 200,
				   .wall = 700,
				   .profile = profile,
			   });
	for (size_t i = 0; i < ATTACKS; i++) {
		enum status status;

		if (profile == JAIL_PROFILE_SANITIZER && !attacks[i].sanitizer)
			continue;
		status = call(&world, WORK_ATTACK, attacks[i].name, &response);
		if (status != ST_INVALID)
			fail_msg("%s: %s", attacks[i].name,
			         status_name(status));
		expect_text(&world, WORK_UPPER, "next", "NEXT");
	}
	assert_true(access("/tmp/holdfast-escaped", F_OK) != 0);
	assert_false(jail_counts(world.jail).broken);
	world_close(&world);
}

static void test_release_profile_kills(void **state)
{
	(void)state;
	attack_profile(JAIL_PROFILE_RELEASE);
}

static void test_sanitizer_profile_kills(void **state)
{
	(void)state;
	attack_profile(JAIL_PROFILE_SANITIZER);
}

static void test_profile_names(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, (struct jail_config){0});
#ifdef HOLDFAST_SANITIZE
	assert_string_equal(jail_profile_name(world.jail), "sanitizer");
#else
	assert_string_equal(jail_profile_name(world.jail), "release");
#endif
	world_close(&world);
}

/* A poison is tried twice at most: never as the first call of two workers. */
static void test_faults_are_counted(void **state)
{
	struct world world;
	struct str response;

	(void)state;
	world_open(&world, (struct jail_config){.workers = 1});
	assert_int_equal(call(&world, WORK_ATTACK, "leave", &response),
	                 ST_INVALID);
	assert_true(jail_counts(world.jail).faults == 1);
	expect_text(&world, WORK_COUNTER, "", "1");
	assert_int_equal(call(&world, WORK_ATTACK, "leave", &response),
	                 ST_INVALID);
	assert_true(jail_counts(world.jail).faults == 3);
	world_close(&world);
}

static void test_lies_on_the_socket(void **state)
{
	struct world world;
	struct str response;

	(void)state;
	world_open(&world, (struct jail_config){.workers = 1});
	assert_int_equal(call(&world, WORK_ODD, "noise", &response),
	                 ST_INVALID);
	expect_text(&world, WORK_UPPER, "next", "NEXT");
	assert_int_equal(call(&world, WORK_ODD, "length", &response),
	                 ST_INVALID);
	expect_text(&world, WORK_UPPER, "next", "NEXT");
	world_close(&world);
}

static void *call_many(void *context)
{
	struct world own = {.jail = context};
	uintptr_t wrong = 0;

	own.arena = arena_new((size_t)16 << 20);
	for (int i = 0; i < 300; i++) {
		char text[32];
		struct str response;

		snprintf(text, sizeof(text), "%p %d", (void *)&own, i);
		if (i % 50 == 25) {
			wrong += call(&own, WORK_ATTACK, "leave", &response) !=
			         ST_INVALID;
			continue;
		}
		wrong += call(&own, WORK_ECHO, text, &response) != ST_OK ||
		         !str_equal(response, str_of(text));
		arena_clear(own.arena);
	}
	arena_free(&own.arena);
	return (void *)wrong;
}

/* Everybody gets the own answer while workers die left and right. */
static void test_threads(void **state)
{
	enum { THREADS = 8 };
	struct world world;
	pthread_t threads[THREADS];

	(void)state;
	world_open(&world, (struct jail_config){.workers = 3});
	for (int i = 0; i < THREADS; i++)
		assert_true(pthread_create(&threads[i], NULL, call_many,
		                           world.jail) == 0);
	for (int i = 0; i < THREADS; i++) {
		void *wrong;

		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	world_close(&world);
}

/*
 * The program is killed: no zygote and no worker is left. A pipe that all of
 * them inherit reads its end when the last one is gone.
 */
static void test_death_of_the_program(void **state)
{
	int alive[2] = {-1, -1}, ready[2] = {-1, -1};
	char byte;
	pid_t program;

	(void)state;
	assert_true(pipe(alive) == 0 && pipe(ready) == 0);
	program = fork();
	if (program == 0) {
		struct world world;

		/* Survives the closing of descriptors as standard error. */
		dup2(alive[1], 2);
		close(alive[0]);
		close(alive[1]);
		world_open(&world, (struct jail_config){
					   .profile = JAIL_PROFILE_SANITIZER});
		expect_text(&world, WORK_UPPER, "x", "X");
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	close(alive[1]);
	close(ready[1]);
	assert_true(read(ready[0], &byte, 1) == 1);
	kill(program, SIGKILL);
	assert_true(read(alive[0], &byte, 1) == 0);
	waitpid(program, NULL, 0);
	close(alive[0]);
	close(ready[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_worker_is_replaced),
		cmocka_unit_test(test_alone_is_alone),
		cmocka_unit_test(test_release_profile_kills),
		cmocka_unit_test(test_sanitizer_profile_kills),
		cmocka_unit_test(test_profile_names),
		cmocka_unit_test(test_faults_are_counted),
		cmocka_unit_test(test_lies_on_the_socket),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_death_of_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
