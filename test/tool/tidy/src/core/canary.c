/* Breaks the rules of tool/tidy.c on purpose; `expected` lists what it finds. */
#include <time.h>

#include "base/str.h"
#include "desk/desk.h"
#include "str.h"

typedef struct canary canary_t;

static int counter = 0;
static const char *last;
static const char *const first = "a";
static const struct str none = {0};

/* A comment may say time( or strcpy( as it likes. */
static const char text[] = "and so may a string: sprintf(x)";

static int canary_sing(char *to)
{
	FILE *out = fopen("x", "w");
	strcpy(to, text);
	counter += atoi(to);
	to = malloc(12);
	clock_gettime(0, 0);
	// TODO: finish
	return counter;   
}
