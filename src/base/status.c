#include "base/status.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const status_names[ST_COUNT] = {
	[ST_OK] = "ok",
	[ST_NOT_FOUND] = "not_found",
	[ST_FORBIDDEN] = "forbidden",
	[ST_INVALID] = "invalid",
	[ST_CONFLICT] = "conflict",
	[ST_LIMIT] = "limit",
	[ST_BUSY] = "busy",
	[ST_UNCERTAIN] = "uncertain",
	[ST_STORE] = "store",
};

const char *status_name(enum status status)
{
	assert(status < ST_COUNT);
	return status_names[status];
}

enum status problem_set(struct problem *problem, enum status status,
                        const char *field, const char *format, ...)
{
	va_list args;

	if (!problem)
		return status;
	*problem = (struct problem){0};
	snprintf(problem->field, sizeof(problem->field), "%s", field);
	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
	return status;
}

enum status problem_type(struct problem *problem, enum status status,
                         const char *type)
{
	if (problem)
		snprintf(problem->type, sizeof(problem->type), "%s", type);
	return status;
}

void problem_place(struct problem *problem, size_t start, size_t end,
                   const char *suggest)
{
	problem->start = (int)start;
	problem->end = (int)end;
	snprintf(problem->suggest, sizeof(problem->suggest), "%s", suggest);
}
