/*
 * The command line: one table of commands. Everything that knows all parts of
 * the program lives in this folder.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "app/config.h"
#include "app/deliver.h"
#include "app/demo.h"
#include "app/explain.h"
#include "app/serve.h"
#include "app/upkeep.h"
#include "channel/imap_worker.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *meaning;
};

/* clang-format off */
static const struct command filters[] = {
	{"mail",    explain_mail,    "what a mail says, as JSON"},
	{"text",    explain_text,    "request type and signals of texts"},
	{"due",     explain_due,     "when a promise falls due"},
	{"threads", explain_threads, "which mails of an mbox belong together"},
	{"html",    explain_html,    "HTML of a stranger, cleaned"},
};
/* clang-format on */

static int main_pick(const struct command *commands, size_t count, int argc,
                     char **argv)
{
	for (size_t i = 0; argc > 0 && i < count; i++) {
		if (strcmp(argv[0], commands[i].name) == 0)
			return commands[i].run(argc, argv);
	}
	if (argc > 0)
		fprintf(stderr, "holdfast: there is no command \"%s\".\n",
		        argv[0]);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "  %-9s %s\n", commands[i].name,
		        commands[i].meaning);
	return EX_USAGE;
}

static int main_explain(int argc, char **argv)
{
	return main_pick(filters, sizeof(filters) / sizeof(filters[0]),
	                 argc - 1, argv + 1);
}

static int main_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("holdfast " HOLDFAST_VERSION);
	return EX_OK;
}

static int main_help(int argc, char **argv);

/* clang-format off */
static const struct command commands[] = {
	{"serve",   app_serve,   "the desk: interface, mail in, mail out"},
	{"demo",    app_demo,    "the same with an invented agency to look at"},
	{"deliver", app_deliver, "take a mail on standard input to the running desk"},
	{"import",  app_import,  "move an mbox in as history, with the desk stopped"},
	{"link",    app_link,    "a one-time link for a member to sign in"},
	{"check",   app_check,   "prove that log, rows and mail agree"},
	{"rebuild", app_rebuild, "make all derived rows anew from the log"},
	{"backup",  app_backup,  "copy the workspace to a file"},
	{"restore", app_restore, "put a copy in place of the workspace"},
	{"erase",   app_erase,   "forget a person"},
	{"explain", main_explain, "what Holdfast makes of an input"},
	{"help",    main_help,   "commands and settings"},
	{"version", main_version, "which program this is"},
};
/* clang-format on */

static int main_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("holdfast COMMAND [--setting value ...]\n\nCommands:");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  %-9s %s\n", commands[i].name, commands[i].meaning);
	puts("\nSettings, also as `name = value` in a file named with "
	     "--config:");
	config_help();
	return EX_OK;
}

int main(int argc, char **argv)
{
	/* Not for people: the program starts itself so, to talk to a server. */
	if (argc == 2 && strcmp(argv[1], "imap-worker") == 0)
		return imap_worker_main();
	/* A peer that went away is an answer of write(), not an end. */
	signal(SIGPIPE, SIG_IGN);
	return main_pick(commands, sizeof(commands) / sizeof(commands[0]),
	                 argc - 1, argv + 1);
}
