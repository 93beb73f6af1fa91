#include "app/demo_post.h"

#include "base/asset.h"

#define POST_FILES_MAX 6

/* -- Mail ------------------------------------------------------------------ */

static struct str post_type(struct str name)
{
	if (str_ends(name, STR(".png")))
		return STR("image/png");
	if (str_ends(name, STR(".pdf")))
		return STR("application/pdf");
	return STR("application/octet-stream");
}

/* Pictures are shown inside the words, where the program writes HTML. */
static size_t post_files(const struct demo_post *post, struct demo_file *files)
{
	struct str rest = post->files, name;
	size_t count = 0;

	while (count < POST_FILES_MAX && str_split(&rest, ',', &name)) {
		struct demo_file *file = &files[count];

		name = str_trim(name);
		for (size_t i = 0; i < assets_demo_count; i++) {
			const struct asset *asset = &assets_demo[i];

			if (!str_equal(str_of(asset->path), name))
				continue;
			*file = (struct demo_file){
				.name = name,
				.type = post_type(name),
				.bytes = {(const char *)asset->bytes,
			                  asset->length},
				.is_inline = str_ends(name, STR(".png")) &&
			                     post->from->software != DEMO_PLAIN,
			};
			count++;
			break;
		}
	}
	return count;
}

static struct str post_id(struct arena *arena, const struct demo_post *post)
{
	struct str address = post->from->address;
	size_t at = str_find_char(address, '@', 0);

	return str_printf(arena, "%llx.%llx@mail.%.*s",
	                  (unsigned long long)random_next(post->random),
	                  (unsigned long long)post->at,
	                  STR_ARG(str_sub(address, at + 1, address.length)));
}

static struct str post_bracketed(struct arena *arena, struct str ids)
{
	struct str out = STR(""), id;

	while (str_split(&ids, ' ', &id)) {
		if (id.length > 0)
			out = str_printf(arena, "%.*s%s<%.*s>", STR_ARG(out),
			                 out.length ? "\r\n " : "",
			                 STR_ARG(id));
	}
	return out;
}

static struct str post_person(struct arena *arena, struct str name,
                              struct str address)
{
	return str_printf(arena, "\"%.*s\" <%.*s>", STR_ARG(name),
	                  STR_ARG(address));
}

static struct str post_cc(struct arena *arena, const struct demo_post *post)
{
	struct str cc = STR("");

	for (size_t i = 0; i < post->cc_count; i++) {
		struct str person = post_person(arena, post->cc[i]->name,
		                                post->cc[i]->address);

		cc = str_printf(arena, "%.*s%s%.*s", STR_ARG(cc),
		                i ? ",\r\n " : "", STR_ARG(person));
	}
	return cc;
}

static struct str post_bytes(struct arena *arena, const struct demo_post *post,
                             struct str id)
{
	const struct demo_story *story = post->story;
	struct demo_file files[POST_FILES_MAX];
	struct demo_mail mail = {
		.from_name = post->from->name,
		.from_address = post->from->address,
		.to = post_person(arena, story->agency,
	                          post->hello ? story->hello : story->desk),
		.cc = post_cc(arena, post),
		.subject = post->subject,
		.message_id = post_bracketed(arena, id),
		.in_reply_to = post_bracketed(arena, post->in_reply_to),
		.references = post_bracketed(arena, post->references),
		/* It was on its way for some seconds. */
		.date = post->at - 4 * SPAN_SECOND,
		.zone_minutes = (int)(zone_offset_at(story->zone, post->at) /
	                              SPAN_MINUTE),
		.lang = post->from->lang,
		.text = post->text,
		.signature = post->from->signature,
		.quoted_text = post->quoted_text,
		.quoted_name = post->quoted_name,
		.quoted_address = post->quoted_address,
		.quoted_at = post->quoted_at,
		.software = post->from->software,
		.form = post->form |
	                (post->from->latin1 ? DEMO_FORM_LATIN1 : 0u),
		.files = files,
	};

	if (post->form & DEMO_FORM_TWICE)
		mail.to = str_printf(arena, "%.*s,\r\n <%.*s>",
		                     STR_ARG(mail.to), STR_ARG(story->hello));
	mail.file_count = post_files(post, files);
	return demo_mail_bytes(arena, &mail);
}

static enum status post_accept(struct node *node, struct str sender,
                               const struct str *recipients, size_t count,
                               struct str raw, instant_ms at)
{
	struct mail_in mail = {
		.sender = sender,
		.recipients = recipients,
		.recipient_count = count,
		.raw = raw,
		.source = SOURCE_LMTP,
		.at = at,
	};
	enum status results[2] = {ST_OK, ST_OK};

	node_accept_mail(node, &mail, results);
	return results[0] != ST_OK ? results[0] : results[1];
}

enum status demo_post(struct node *node, struct arena *arena,
                      const struct demo_post *post, struct str *id_out)
{
	const struct demo_story *story = post->story;
	struct str id = post_id(arena, post);
	struct str recipients[2] = {post->hello ? story->hello : story->desk,
	                            story->hello};
	enum status status = post_accept(
		node,
		post->form & DEMO_FORM_AWAY ? STR("") : post->from->address,
		recipients, post->form & DEMO_FORM_TWICE ? 2 : 1,
		post_bytes(arena, post, id), post->at);

	if (status == ST_OK)
		*id_out = id;
	return status;
}

enum status demo_post_raw(struct node *node, const struct demo_story *story,
                          struct str sender, struct str raw, instant_ms at)
{
	return post_accept(node, sender, &story->desk, 1, raw, at);
}

/* -- Commands -------------------------------------------------------------- */

/* One of them, with its arguments. */
struct post_call {
	desk_ticket_command ticket;
	desk_settings_command settings;
	const void *asked;
};

static enum status post_ticket(struct desk *desk, const struct turn *turn,
                               void *arguments, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	const struct post_call *call = arguments;

	return call->ticket(desk, turn, call->asked, outcome_out, problem_out);
}

static enum status post_settings(struct desk *desk, const struct turn *turn,
                                 void *arguments, struct outcome *outcome_out,
                                 struct problem *problem_out)
{
	const struct post_call *call = arguments;

	return call->settings(desk, turn, call->asked, outcome_out,
	                      problem_out);
}

static enum status post_client(struct desk *desk, const struct turn *turn,
                               void *arguments, struct outcome *outcome_out,
                               struct problem *problem_out)
{
	const struct post_call *call = arguments;

	return desk_client_add(desk, turn, call->asked, outcome_out,
	                       problem_out);
}

static enum status post_setup(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	const struct post_call *call = arguments;

	return desk_setup(desk, turn, call->asked, outcome_out, problem_out);
}

static enum status post_reply(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	const struct post_call *call = arguments;

	return desk_reply(desk, turn, call->asked, outcome_out, problem_out);
}

static enum status post_run(struct node *node, struct arena *arena,
                            int64_t actor, node_command run,
                            struct post_call *call, struct outcome *outcome_out,
                            struct problem *problem)
{
	const struct node_asked asked = {
		.arena = arena,
		.actor = actor,
		.run = run,
		.arguments = call,
	};

	return node_run(node, &asked, outcome_out, problem);
}

enum status demo_do_ticket(struct node *node, struct arena *arena,
                           int64_t actor, desk_ticket_command run,
                           const struct ticket_command *asked,
                           struct problem *problem)
{
	struct post_call call = {.ticket = run, .asked = asked};
	struct outcome outcome;

	return post_run(node, arena, actor, post_ticket, &call, &outcome,
	                problem);
}

enum status demo_do_client(struct node *node, struct arena *arena,
                           int64_t actor, const struct client_command *asked,
                           int64_t *client_out, struct problem *problem)
{
	struct post_call call = {.asked = asked};
	struct outcome outcome;
	enum status status = post_run(node, arena, actor, post_client, &call,
	                              &outcome, problem);

	if (status == ST_OK)
		*client_out = outcome.client;
	return status;
}

enum status demo_do_settings(struct node *node, struct arena *arena,
                             int64_t actor, desk_settings_command run,
                             const struct settings_command *asked,
                             int64_t *record_out, struct problem *problem)
{
	struct post_call call = {.settings = run, .asked = asked};
	struct outcome outcome;
	enum status status = post_run(node, arena, actor, post_settings, &call,
	                              &outcome, problem);

	if (status == ST_OK)
		*record_out = outcome.record;
	return status;
}

enum status demo_do_setup(struct node *node, struct arena *arena,
                          const struct setup *setup, int64_t *member_out,
                          struct problem *problem)
{
	struct post_call call = {.asked = setup};
	struct outcome outcome;
	enum status status =
		post_run(node, arena, 0, post_setup, &call, &outcome, problem);

	if (status == ST_OK)
		*member_out = outcome.record;
	return status;
}

enum status demo_do_reply(struct node *node, struct arena *arena, int64_t actor,
                          const struct reply *reply, int64_t *message_out,
                          struct problem *problem)
{
	struct post_call call = {.asked = reply};
	struct outcome outcome;
	enum status status = post_run(node, arena, actor, post_reply, &call,
	                              &outcome, problem);

	if (status == ST_OK)
		*message_out = outcome.message;
	return status;
}
