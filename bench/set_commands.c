/* Eight agents at work at once: what each of them waits for. */
#include <pthread.h>
#include <string.h>

#include "made.h"
#include "served.h"

#define AGENTS      8
#define ACTS        100 /* of each kind and agent */
#define TICKETS     2000
#define TURNS_LIMIT 3.0

enum act { ACT_REPLY, ACT_ASSIGN, ACT_NOTE, ACT_COUNT };

static const struct {
	const char *path, *body, *name;
} acts[ACT_COUNT] = {
	/* clang-format off */
	[ACT_REPLY]  = {"reply",  "{\"text\":\"Thank you, the corrected files are on their way and the next batch follows.\",\"seen\":1000000000}", "reply"},
	[ACT_ASSIGN] = {"assign", "{\"member\":%lld}", "assign"},
	[ACT_NOTE]   = {"notes",  "{\"text\":\"Called them: they need it before noon, and the second size as well.\"}", "note"},
	/* clang-format on */
};

struct agent {
	pthread_t thread;
	const struct served *served;
	const int64_t *tickets; /* ACTS of its own */
	int64_t member;
	int number;
	double waits[ACT_COUNT][ACTS]; /* milliseconds */
};

static void *agent_main(void *context)
{
	struct agent *agent = context;
	struct http http;

	http_open(&http, agent->served, agent->number);
	for (int i = 0; i < ACTS; i++) {
		for (int act = 0; act < ACT_COUNT; act++) {
			char path[100], body[200];

			snprintf(path, sizeof(path), "/api/tickets/%lld/%s",
			         (long long)agent->tickets[i], acts[act].path);
			if (act == ACT_ASSIGN)
				snprintf(body, sizeof(body),
				         "{\"member\":%lld}",
				         (long long)agent->member);
			else
				snprintf(body, sizeof(body), "%s",
				         acts[act].body);
			agent->waits[act][i] = http_post(&http, path, body);
		}
	}
	http_close(&http);
	return NULL;
}

static void agents_run(const struct served *served, struct agent *agents)
{
	static int64_t tickets[AGENTS * ACTS];
	struct http http;
	int64_t member = 0;

	served_tickets(served, tickets, AGENTS * ACTS);
	http_open(&http, served, 0);
	http_get(&http, "/api/session");
	member = http_number(&http, "id");
	http_close(&http);
	for (int i = 0; i < AGENTS; i++) {
		agents[i].served = served;
		agents[i].number = i;
		agents[i].member = member;
		agents[i].tickets = tickets + (size_t)i * ACTS;
		pthread_create(&agents[i].thread, NULL, agent_main, &agents[i]);
	}
	for (int i = 0; i < AGENTS; i++)
		pthread_join(agents[i].thread, NULL);
}

static void acts_report(struct bench *bench, const struct agent *agents,
                        double reference)
{
	double waits[ACT_COUNT * AGENTS * ACTS];
	char name[64];
	struct bench_row row = {
		.set = "commands",
		.name = name,
		.unit = "ms",
		.limit = TURNS_LIMIT * reference,
	};
	size_t all = 0;

	for (int act = 0; act < ACT_COUNT; act++) {
		double own[AGENTS * ACTS];

		for (int i = 0; i < AGENTS; i++)
			memcpy(own + (size_t)i * ACTS, agents[i].waits[act],
			       sizeof(agents[i].waits[act]));
		memcpy(waits + all, own, sizeof(own));
		all += AGENTS * ACTS;
		snprintf(name, sizeof(name), "%s, 8 agents, p99",
		         acts[act].name);
		row.result = bench_percentile(own, AGENTS * ACTS, 0.99);
		bench_report(bench, &row);
	}
	snprintf(name, sizeof(name), "all three, 8 agents, p99");
	row.result = bench_percentile(waits, all, 0.99);
	bench_report(bench, &row);
	row.limit = 0;
	snprintf(name, sizeof(name), "all three, 8 agents, p50");
	row.result = bench_percentile(waits, all, 0.5);
	bench_report(bench, &row);
	snprintf(name, sizeof(name), "bare batching writer, 8 threads, p99");
	row.result = reference;
	bench_report(bench, &row);
}

void set_commands(struct bench *bench)
{
	static struct agent agents[AGENTS];
	struct served served;
	double reference = 0;
	int64_t events = 0;
	int rows = 0;

	served_make(bench, "commands", &served);
	made_fill(&served, TICKETS);
	served_start(bench, &served);
	events = served_count(&served, "event");
	agents_run(&served, agents);
	events = served_count(&served, "event") - events;
	served_stop(&served);
	served_remove(&served);
	rows = (int)((events + AGENTS * ACTS * ACT_COUNT - 1) /
	             (AGENTS * ACTS * ACT_COUNT));
	reference = reference_round_trip(bench, AGENTS, ACTS * ACT_COUNT, rows);
	acts_report(bench, agents, reference);
}
