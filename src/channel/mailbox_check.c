/* Trying a mailbox for a person who sets it up, step by step. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "channel/mailboxes_private.h"

struct checking {
	struct mailbox_step *steps;
	size_t count;
};

static bool checking_step(struct checking *checking, const char *step, bool ok,
                          const char *said)
{
	struct mailbox_step *row = &checking->steps[checking->count++];

	row->step = step;
	row->ok = ok;
	/* What is longer is cut: it is for a person to read. */
	snprintf(row->said, sizeof(row->said), "%.*s",
	         (int)sizeof(row->said) - 1, said);
	return ok;
}

/* Which of the steps of connecting a fault belongs to. */
static size_t checking_reached(enum imap_fault fault)
{
	switch (fault) {
	case IMAP_FAULT_RESOLVE:
		return 0;
	case IMAP_FAULT_CONNECT:
		return 1;
	case IMAP_FAULT_TLS:
	case IMAP_FAULT_CERTIFICATE:
	case IMAP_FAULT_LOST:
		return 2;
	case IMAP_FAULT_NONE:
	case IMAP_FAULT_SIGN_IN:
	case IMAP_FAULT_FOLDER:
	case IMAP_FAULT_REFUSED:
	case IMAP_FAULT_COUNT:
		break;
	}
	return 3;
}

static bool checking_connect(struct checking *checking, struct imap *imap,
                             const struct imap_server *server)
{
	static const char *const names[] = {"resolve", "connect", "tls"};
	struct imap_said said = {0};
	enum status status = imap_connect(imap, server, &said);
	size_t reached = status == ST_OK ? 3 : checking_reached(said.fault);

	for (size_t i = 0; i < reached && i < 3; i++)
		(void)checking_step(checking, names[i], true, "");
	if (reached < 3)
		return checking_step(checking, names[reached], false,
		                     said.text);
	return true;
}

static bool checking_sign_in(struct checking *checking, struct mailboxes *boxes,
                             struct arena *arena,
                             const struct mailbox_settings *settings,
                             struct imap *imap)
{
	struct imap_said said = {0};
	struct str secret;
	enum status status = mailbox_credential(
		boxes, arena, settings, settings->auth, false, &secret, &said);

	if (status == ST_OK)
		status = imap_sign_in(imap, settings->auth, settings->user,
		                      secret, &said);
	/* What was refused may have gone stale: the next try asks anew. */
	if (status == ST_FORBIDDEN && settings->auth == IMAP_AUTH_XOAUTH2)
		mailbox_access_forget(boxes, settings->id);
	return checking_step(checking, "sign_in", status == ST_OK, said.text);
}

static bool checking_folder(struct checking *checking, const char *step,
                            struct imap *imap, struct str folder)
{
	struct imap_selected selected;
	struct imap_said said = {0};
	char words[MAILBOX_SAID_BYTES];

	if (imap_select(imap, folder, &selected, &said) != ST_OK)
		return checking_step(checking, step, false, said.text);
	snprintf(words, sizeof(words), "%u messages%s", selected.messages,
	         selected.idle ? ""
	                       : "; asked once a minute, because the "
	                         "server cannot tell of new mail");
	return checking_step(checking, step, true, words);
}

static bool checking_smtp(struct checking *checking, struct mailboxes *boxes,
                          struct arena *arena,
                          const struct mailbox_settings *settings)
{
	struct smtp_target target = settings->smtp;
	struct imap_said said = {0};
	struct smtp_answer answer = {0};
	struct problem problem = {0};
	enum status status =
		mailbox_credential(boxes, arena, settings, settings->smtp_auth,
	                           true, &target.password, &said);

	if (status != ST_OK)
		return checking_step(checking, "smtp", false, said.text);
	target.bearer = settings->smtp_auth == IMAP_AUTH_XOAUTH2;
	target.ca_file = boxes->config.program.ca_file;
	status = smtp_try(arena, &target, &answer, &problem);
	if (status != ST_OK)
		return checking_step(checking, "smtp", false, problem.text);
	return checking_step(checking, "smtp", answer.outcome == SMTP_SENT,
	                     answer.text);
}

size_t mailbox_check(void *context, int64_t mailbox,
                     struct mailbox_step steps_out[MAILBOX_STEPS_MAX])
{
	struct mailboxes *boxes = context;
	struct checking checking = {.steps = steps_out};
	struct arena *arena = arena_new(LIMIT_BODY_BYTES * 8);
	struct mailbox_settings settings;
	struct imap_said said = {0};
	struct imap *imap = NULL;

	if (mailbox_load(boxes, arena, mailbox, &settings) != ST_OK)
		(void)checking_step(&checking, "resolve", false,
		                    "There is no such mailbox.");
	else if (imap_new(&boxes->config.program, &imap, &said) != ST_OK)
		(void)checking_step(&checking, "resolve", false, said.text);
	else if (checking_connect(&checking, imap, &settings.imap) &&
	         checking_sign_in(&checking, boxes, arena, &settings, imap) &&
	         checking_folder(&checking, "folder", imap, settings.folder) &&
	         (settings.sent_folder.length == 0 ||
	          checking_folder(&checking, "sent", imap,
	                          settings.sent_folder)) &&
	         settings.has_smtp)
		(void)checking_smtp(&checking, boxes, arena, &settings);
	imap_close(&imap);
	arena_free(&arena);
	return checking.count;
}

enum status mailbox_folders(void *context, int64_t mailbox, struct arena *arena,
                            struct mailbox_folder **folders_out,
                            size_t *count_out, struct problem *problem_out)
{
	struct imap_folder *found = NULL;
	struct mailbox_folder *folders;
	struct imap_said said = {0};
	struct imap *imap = NULL;
	size_t count = 0;
	enum status status = mailboxes_open(context, mailbox, &imap, &said);

	if (status == ST_NOT_FOUND)
		return status;
	if (status == ST_OK)
		status = imap_folders(imap, arena, &found, &count, &said);
	imap_close(&imap);
	if (status != ST_OK)
		return problem_set(problem_out, ST_CONFLICT, "imap", "%.250s",
		                   said.text);
	folders = arena_array(arena, count + 1, sizeof(*folders));
	for (size_t i = 0; i < count; i++)
		folders[i] = (struct mailbox_folder){
			found[i].name, found[i].messages, found[i].sent};
	*folders_out = folders;
	*count_out = count;
	return ST_OK;
}
