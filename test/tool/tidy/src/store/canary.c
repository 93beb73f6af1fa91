/* Statements in and out of their place, and a function that never ends. */
#include "store/sql.h"

SQL(good, "SELECT id"
          "  FROM ticket"
          " WHERE quote = '\"' AND id = $1");

static const char bad[] = "SELECT id FROM ticket";
static const char prose[] = "UPDATEs are what we send";

static void long_one(void)
{
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
}

static void just_right(void)
{
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
	work();
}

static void another(const char *name)
{
	run(name, "DELETE FROM ticket");
}
