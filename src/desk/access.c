#include "desk/access.h"

#include "base/limits.h"
#include "core/right.h"
#include "store/upload.h"

static int64_t access_event(struct decision *d, enum access_what what,
                            int64_t member, int64_t record)
{
	return decide(d, EV_ACCESS_CHANGED, 0, member, d->now,
	              DATA(access_changed, .member = member, .what = what,
	                   .record = record));
}

/* The rights as one text, each checked. */
static enum status access_rights(const struct decision *d,
                                 const struct agency_member *member,
                                 const struct token_command *asked,
                                 struct str *rights_out,
                                 struct problem *problem_out)
{
	struct str rights = STR("");
	enum right right = RIGHT_COUNT;

	for (size_t i = 0; i < asked->right_count; i++) {
		struct str name = asked->rights[i];

		if (!right_parse(name, &right) ||
		    !role_has((enum role)member->record.role, right))
			return problem_set(problem_out, ST_INVALID, "rights",
			                   "\"%.*s\" is no right that you "
			                   "have.",
			                   STR_ARG(name));
		rights = str_printf(d->arena, "%.*s%s%.*s", STR_ARG(rights),
		                    i ? " " : "", STR_ARG(name));
		if (rights.length > API_TOKEN_RIGHTS_BYTES)
			return problem_set(problem_out, ST_INVALID, "rights",
			                   "Name each right once.");
	}
	*rights_out = rights;
	return ST_OK;
}

static enum status access_token_room(struct desk *desk, struct arena *arena,
                                     int64_t member,
                                     struct problem *problem_out)
{
	struct api_token *tokens =
		arena_array(arena, API_TOKENS_MAX, sizeof(*tokens));
	size_t count = 0;
	enum status status = api_token_list(desk->db, arena, member, tokens,
	                                    API_TOKENS_MAX, &count);

	if (status == ST_OK && count == API_TOKENS_MAX)
		return problem_set(problem_out, ST_LIMIT, "name",
		                   "You have %d tokens already.",
		                   API_TOKENS_MAX);
	return status;
}

enum status desk_token_add(struct desk *desk, const struct turn *turn,
                           const struct token_command *asked,
                           struct outcome *outcome_out,
                           struct problem *problem_out)
{
	const struct agency_member *member =
		agency_member(desk->agency, turn->actor);
	struct api_token token = {
		.member = turn->actor,
		.name = str_trim(asked->name),
		.created_at = turn->now,
		.expires_at = asked->expires_at,
	};
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	if (!member || !member->record.active)
		return ST_FORBIDDEN;
	if (asked->expires_at && asked->expires_at <= turn->now)
		return problem_set(problem_out, ST_INVALID, "expires_at",
		                   "That is over already.");
	status = access_rights(&d, member, asked, &token.rights, problem_out);
	if (status == ST_OK)
		status = access_token_room(desk, d.arena, token.member,
		                           problem_out);
	if (status != ST_OK)
		return status;
	token.id = access_event(&d, ACCESS_TOKEN_MADE, token.member, 0);
	decide_words(&d, token.id, SLOT_NAME, token.name);
	status = api_token_add(desk->db, &token, asked->hash);
	if (status == ST_OK)
		status = desk_commit(desk, turn, &d, outcome_out);
	return status;
}

enum status desk_token_remove(struct desk *desk, const struct turn *turn,
                              int64_t id, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	const struct agency_member *member =
		agency_member(desk->agency, turn->actor);
	struct api_token token = {0};
	struct decision d;
	int64_t event;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = api_token_get(desk->db, id, d.arena, &token);
	if (status == ST_OK && token.member != turn->actor &&
	    (!member ||
	     !role_has((enum role)member->record.role, RIGHT_MEMBER_WRITE)))
		status = ST_NOT_FOUND;
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "token");
	if (status == ST_OK)
		status = api_token_remove(desk->db, id);
	if (status != ST_OK)
		return status;
	event = access_event(&d, ACCESS_TOKEN_ENDED, token.member, id);
	decide_words(&d, event, SLOT_NAME, token.name);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_session_end(struct desk *desk, const struct turn *turn,
                             int64_t id,
                             unsigned char hash_out[TOKEN_HASH_BYTES],
                             struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	status = session_by_id(desk->db, turn->actor, id, hash_out);
	if (status == ST_NOT_FOUND)
		return desk_missing(problem_out, "session");
	if (status == ST_OK)
		status = session_remove(desk->db, hash_out);
	if (status != ST_OK)
		return status;
	access_event(&d, ACCESS_SESSION_ENDED, turn->actor, 0);
	return desk_commit(desk, turn, &d, outcome_out);
}

enum status desk_member_shut(struct desk *desk, int64_t member,
                             enum access_end end)
{
	enum status status = session_remove_all(desk->db, member, NULL);

	if (status == ST_OK)
		status = api_token_remove_all(desk->db, member);
	if (status == ST_OK)
		status = sign_in_remove_all(desk->db, member);
	if (status == ST_OK && end >= ACCESS_END_ROLE)
		status = sign_in_revoke(desk->db, member);
	if (status == ST_OK && end == ACCESS_END_GONE)
		status = upload_abandon(desk->db, member);
	return status;
}
