#include "served.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "made.h"

#define START_SECONDS 60
#define FILED_SECONDS 600

static void pause_ms(long ms)
{
	const struct timespec wait = {.tv_sec = ms / 1000,
	                              .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&wait, NULL);
}

static unsigned port_free(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		bench_fail("no free port");
	close(fd);
	return ntohs(address.sin_port);
}

void served_make(struct bench *bench, const char *name, struct served *served)
{
	*served = (struct served){.http = port_free(), .lmtp = port_free()};
	snprintf(served->folder, sizeof(served->folder), "%s/%s", bench->folder,
	         name);
	snprintf(served->file, sizeof(served->file), "%s/workspace.db",
	         served->folder);
	served_remove(served);
	mkdir(served->folder, 0700);
}

void served_remove(struct served *served)
{
	bench_remove(served->file);
	rmdir(served->folder);
}

/* In the child: the program, quiet, with all ports on the loopback. */
static void program_run(const struct bench *bench, const struct served *served)
{
	char http[32], lmtp[32], data[300];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* It must not outlive a bench that gave up, nor hold its lock. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(http, sizeof(http), "127.0.0.1:%u", served->http);
	snprintf(lmtp, sizeof(lmtp), "127.0.0.1:%u", served->lmtp);
	snprintf(data, sizeof(data), "%s", served->folder);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	close_range(3, ~0u, 0);
	execl(bench->program, "holdfast", "serve", "--data", data, "--http",
	      http, "--lmtp", lmtp, (char *)NULL);
	_exit(127);
}

static bool page_answered(const struct served *served)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)served->http),
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there =
		connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	close(fd);
	return there;
}

double served_start(struct bench *bench, struct served *served)
{
	double start = bench_seconds();
	struct http http;

	served->pid = fork();
	if (served->pid == 0)
		program_run(bench, served);
	while (!page_answered(served)) {
		if (bench_seconds() - start > START_SECONDS ||
		    waitpid(served->pid, NULL, WNOHANG) != 0)
			bench_fail("%s does not start", bench->program);
		pause_ms(1);
	}
	http_open(&http, served, 0);
	http_get(&http, "/api/tickets?limit=50");
	http_close(&http);
	return bench_seconds() - start;
}

double served_stop(struct served *served)
{
	struct rusage used = {0};

	kill(served->pid, SIGTERM);
	wait4(served->pid, NULL, 0, &used);
	served->pid = 0;
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* ------------------------------------------------------------------ memory */

static double memory_of(pid_t pid)
{
	char path[64], line[200];
	double result = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "Pss:", 4) == 0)
			result = strtod(line + 4, NULL) * 1024 / 1e6;
	}
	if (file != NULL)
		fclose(file);
	return result;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], line[400] = "";
	char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	end = strrchr(line, ')');
	return end != NULL ? (pid_t)strtol(end + 4, NULL, 10) : 0;
}

double served_memory(const struct served *served)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	double sum = 0;

	while (processes != NULL && (entry = readdir(processes)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		pid_t above = pid;

		for (int i = 0; i < 4 && above > 1 && above != served->pid; i++)
			above = parent_of(above);
		if (pid > 0 && above == served->pid)
			sum += memory_of(pid);
	}
	if (processes != NULL)
		closedir(processes);
	return sum;
}

double served_busy(const struct served *served)
{
	char path[300];
	double sum = 0;
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)served->pid);
	tasks = opendir(path);
	while (tasks != NULL && (entry = readdir(tasks)) != NULL) {
		char line[100] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/task/%.20s/schedstat",
		         (int)served->pid, entry->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		/* Nanoseconds on a core come first. */
		if (fgets(line, sizeof(line), file) != NULL)
			sum += strtod(line, NULL) / 1e9;
		fclose(file);
	}
	if (tasks != NULL)
		closedir(tasks);
	return sum;
}

/* ---------------------------------------------------------------- the rows */

static int64_t number_read(sqlite3 *db, const char *text)
{
	sqlite3_stmt *handle = NULL;
	int64_t number = 0;

	if (sqlite3_prepare_v2(db, text, -1, &handle, NULL) != SQLITE_OK ||
	    sqlite3_step(handle) != SQLITE_ROW)
		bench_fail("%s: %s", text, sqlite3_errmsg(db));
	number = sqlite3_column_int64(handle, 0);
	sqlite3_finalize(handle);
	return number;
}

static sqlite3 *rows_open(const struct served *served)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(served->file, &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK)
		bench_fail("%s: %s", served->file, sqlite3_errmsg(db));
	sqlite3_busy_timeout(db, 10000);
	return db;
}

int64_t served_count(const struct served *served, const char *table)
{
	sqlite3 *db = rows_open(served);
	char text[100];
	int64_t count = 0;

	snprintf(text, sizeof(text), "SELECT COUNT(*) FROM %s", table);
	count = number_read(db, text);
	sqlite3_close(db);
	return count;
}

void served_wait_filed(const struct served *served, int64_t messages)
{
	sqlite3 *db = rows_open(served);
	double start = bench_seconds();

	/* Cheap first: what is open has an index of its own. */
	while (number_read(db, "SELECT COUNT(*) FROM intake WHERE state = 1 "
	                       "AND state IN (1, 4)") > 0 ||
	       number_read(db, "SELECT COUNT(*) FROM message") < messages) {
		if (bench_seconds() - start > FILED_SECONDS)
			bench_fail("mail is not filed");
		pause_ms(5);
	}
	sqlite3_close(db);
}

int64_t served_first_ticket(const struct served *served)
{
	sqlite3 *db = rows_open(served);
	int64_t id = number_read(db, "SELECT MIN(id) FROM ticket");

	sqlite3_close(db);
	return id;
}

void served_tickets(const struct served *served, int64_t *ids, size_t count)
{
	sqlite3 *db = rows_open(served);
	sqlite3_stmt *handle = NULL;

	sqlite3_prepare_v2(db,
	                   "SELECT id FROM ticket WHERE closed_at = 0"
	                   " ORDER BY id DESC",
	                   -1, &handle, NULL);
	for (size_t i = 0; i < count; i++) {
		if (sqlite3_step(handle) != SQLITE_ROW)
			bench_fail("%s has too few tickets", served->file);
		ids[i] = sqlite3_column_int64(handle, 0);
	}
	sqlite3_finalize(handle);
	sqlite3_close(db);
}
