/*
 * Giving up what a parser does not need. Everything here is one way: after
 * jail_confine() the process can compute, answer on its socket, and exit.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "node/jail_private.h"

#define CONFINE_NOBODY       65534u
#define CONFINE_MEMORY_BYTES ((rlim_t)768 << 20)
#define CONFINE_CPU_SECONDS  600u

/*
 * The whole release profile. Writing is possible to the one socket that is
 * open; mmap and mprotect only without PROT_EXEC, which is checked apart.
 */
/* clang-format off */
static const int confine_calls[] = {
	SCMP_SYS(read),          SCMP_SYS(write),
	SCMP_SYS(munmap),        SCMP_SYS(mremap),        SCMP_SYS(brk),
	SCMP_SYS(madvise),       SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn),  SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime), SCMP_SYS(setitimer),
	SCMP_SYS(exit),          SCMP_SYS(exit_group),
};

/* Of these the sanitizer profile, which has all else, is deprived. */
static const int confine_denied[] = {
	SCMP_SYS(execve),        SCMP_SYS(execveat),      SCMP_SYS(ptrace),
	SCMP_SYS(socket),        SCMP_SYS(socketpair),    SCMP_SYS(connect),
	SCMP_SYS(bind),          SCMP_SYS(listen),        SCMP_SYS(accept4),
	SCMP_SYS(creat),         SCMP_SYS(unlink),        SCMP_SYS(unlinkat),
	SCMP_SYS(rename),        SCMP_SYS(renameat2),     SCMP_SYS(mkdir),
	SCMP_SYS(chmod),         SCMP_SYS(fchmodat),      SCMP_SYS(truncate),
	SCMP_SYS(setuid),        SCMP_SYS(setgid),        SCMP_SYS(mount),
	SCMP_SYS(bpf),           SCMP_SYS(io_uring_setup),
	SCMP_SYS(fork),          SCMP_SYS(vfork),
};
/* clang-format on */

static bool confine_rules_release(scmp_filter_ctx rules)
{
	const struct scmp_arg_cmp no_code =
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	for (size_t i = 0; i < sizeof(confine_calls) / sizeof(*confine_calls);
	     i++) {
		if (seccomp_rule_add(rules, SCMP_ACT_ALLOW, confine_calls[i],
		                     0) != 0)
			return false;
	}
	return seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	                        no_code) == 0 &&
	       seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                        no_code) == 0;
}

static bool confine_rules_sanitizer(scmp_filter_ctx rules)
{
	size_t count = sizeof(confine_denied) / sizeof(*confine_denied);

	for (size_t i = 0; i < count; i++) {
		if (seccomp_rule_add(rules, SCMP_ACT_KILL_PROCESS,
		                     confine_denied[i], 0) != 0)
			return false;
	}
	return seccomp_rule_add(
		       rules, SCMP_ACT_KILL_PROCESS, SCMP_SYS(openat), 1,
		       SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_WRONLY)) == 0 &&
	       seccomp_rule_add(
		       rules, SCMP_ACT_KILL_PROCESS, SCMP_SYS(openat), 1,
		       SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDWR)) == 0;
}

static bool confine_calls_to(enum jail_profile profile)
{
	bool release = profile == JAIL_PROFILE_RELEASE;
	scmp_filter_ctx rules =
		seccomp_init(release ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW);
	bool good;

	if (!rules)
		return false;
	good = release ? confine_rules_release(rules)
	               : confine_rules_sanitizer(rules);
	/* Also sets no_new_privs, which is libseccomp's default. */
	good = good && seccomp_load(rules) == 0;
	seccomp_release(rules);
	return good;
}

static bool confine_limit(__rlimit_resource_t resource, rlim_t most)
{
	const struct rlimit limit = {.rlim_cur = most, .rlim_max = most};

	return setrlimit(resource, &limit) == 0;
}

static bool confine_limits(enum jail_profile profile, int keep)
{
	bool release = profile == JAIL_PROFILE_RELEASE;

	/* AddressSanitizer maps terabytes, and opens files to report. */
#ifndef HOLDFAST_SANITIZE
	if (!confine_limit(RLIMIT_AS, CONFINE_MEMORY_BYTES))
		return false;
#endif
	return confine_limit(RLIMIT_CORE, 0) &&
	       confine_limit(RLIMIT_CPU, CONFINE_CPU_SECONDS) &&
	       confine_limit(RLIMIT_FSIZE, 0) &&
	       confine_limit(RLIMIT_NOFILE, release ? 0 : (rlim_t)keep + 8);
}

/* Root is given up; who is not root has nothing to give. */
static bool confine_user(void)
{
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 &&
	       setresgid(CONFINE_NOBODY, CONFINE_NOBODY, CONFINE_NOBODY) == 0 &&
	       setresuid(CONFINE_NOBODY, CONFINE_NOBODY, CONFINE_NOBODY) == 0 &&
	       setuid(0) != 0;
}

bool jail_confine(enum jail_profile profile, int keep)
{
	pid_t parent = getppid();

	if (close_range((unsigned)keep, ~0u, 0) != 0 || !confine_user() ||
	    prctl(PR_SET_DUMPABLE, 0) != 0)
		return false;
	/* After the change of user, which clears it; and look back once. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		return false;
	return confine_limits(profile, keep) && confine_calls_to(profile);
}
