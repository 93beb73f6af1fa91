#include "app/serve_web.h"

enum status serve_web_start(struct serve *serve, struct problem *problem)
{
	(void)serve;
	(void)problem;
	return ST_OK;
}

void serve_web_stop(struct serve *serve)
{
	(void)serve;
}

void serve_web_announce(struct serve *serve)
{
	(void)serve;
}

void serve_web_committed(void *context, struct sql_db *reader,
                         struct arena *arena, const struct event *events,
                         size_t count)
{
	(void)context;
	(void)reader;
	(void)arena;
	(void)events;
	(void)count;
}
