#include "channel/imap_confine.h"

#include <grp.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define CONFINE_NOBODY       65534u
#define CONFINE_MEMORY_BYTES ((rlim_t)512 << 20)
#define CONFINE_FILES        32u

/* clang-format off */
static const int confine_calls[] = {
	SCMP_SYS(read),          SCMP_SYS(write),
	SCMP_SYS(recvfrom),      SCMP_SYS(sendto),
	SCMP_SYS(recvmsg),       SCMP_SYS(sendmsg),
	SCMP_SYS(poll),          SCMP_SYS(ppoll),         SCMP_SYS(close),
	SCMP_SYS(munmap),        SCMP_SYS(mremap),        SCMP_SYS(brk),
	SCMP_SYS(madvise),       SCMP_SYS(futex),
	SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),  SCMP_SYS(time),
	SCMP_SYS(getrandom),     SCMP_SYS(getrusage),     SCMP_SYS(getpid),
	SCMP_SYS(sysinfo), /* qsort() asks how much memory there is */
	SCMP_SYS(gettid),        SCMP_SYS(tgkill),
	SCMP_SYS(exit),          SCMP_SYS(exit_group),
};
/* clang-format on */

static bool confine_limit(__rlimit_resource_t resource, rlim_t most)
{
	const struct rlimit limit = {.rlim_cur = most, .rlim_max = most};

	return setrlimit(resource, &limit) == 0;
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

bool imap_confine_early(int channel)
{
	pid_t parent = getppid();

	if (close_range((unsigned)channel + 1, ~0u, 0) != 0 ||
	    !confine_user() || prctl(PR_SET_DUMPABLE, 0) != 0)
		return false;
	/* After the change of user, which clears it; and look back once. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
		/* AddressSanitizer maps terabytes. */
#ifndef HOLDFAST_SANITIZE
	if (!confine_limit(RLIMIT_AS, CONFINE_MEMORY_BYTES))
		return false;
#endif
	return confine_limit(RLIMIT_CORE, 0) &&
	       confine_limit(RLIMIT_FSIZE, 0) &&
	       confine_limit(RLIMIT_NOFILE, CONFINE_FILES);
}

#ifdef HOLDFAST_SANITIZE

/* Sanitizers need files and more to report; the release build is the judge. */
bool imap_confine_late(void)
{
	return true;
}

#else

bool imap_confine_late(void)
{
	const struct scmp_arg_cmp no_code =
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	scmp_filter_ctx rules = seccomp_init(SCMP_ACT_KILL_PROCESS);
	size_t count = sizeof(confine_calls) / sizeof(*confine_calls);
	bool good = rules != NULL;

	for (size_t i = 0; i < count && good; i++)
		good = seccomp_rule_add(rules, SCMP_ACT_ALLOW, confine_calls[i],
		                        0) == 0;
	good = good &&
	       seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
	                        no_code) == 0 &&
	       seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
	                        no_code) == 0 &&
	       seccomp_load(rules) == 0;
	seccomp_release(rules);
	return good;
}

#endif
