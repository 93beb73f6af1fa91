/*
 * Reads go to a reader, changes to the writer as commands without events:
 * sessions are not history.
 */
#include "web/accounts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "desk/totp.h"
#include "store/secret.h"

#define ACCOUNTS_ARENA ((size_t)8 << 20)

static_assert(TOKEN_HASH_BYTES == SESSION_HASH_BYTES, "the same hash");

static void account_of(const struct agency_member *member,
                       struct session_member *member_out)
{
	*member_out = (struct session_member){
		.id = member->record.id,
		.role = (enum role)member->record.role,
		.active = member->record.active,
	};
}

static enum status accounts_find(void *context,
                                 const uint8_t hash[SESSION_HASH_BYTES],
                                 struct session *session_out)
{
	struct node *node = context;
	struct arena *arena = arena_new(ACCOUNTS_ARENA);
	struct sql_db *db = node_reader_take(node);
	const struct agency *agency;
	const struct agency_member *member;
	struct session_row row;
	enum status status = session_find(db, hash, arena, &row);

	node_reader_return(node, db);
	arena_free(&arena);
	if (status != ST_OK)
		return status;
	agency = node_agency_take(node);
	member = agency_member(agency, row.member);
	if (member && member->record.active) {
		*session_out = (struct session){
			.id = row.id,
			.member = row.member,
			.role = (enum role)member->record.role,
			.created_at = row.created_at,
			.seen_at = row.seen_at,
		};
		memcpy(session_out->hash, hash, SESSION_HASH_BYTES);
	} else {
		status = ST_NOT_FOUND;
	}
	node_agency_return(node, agency);
	return status;
}

/* A change: what to do, with what, and what came of it. */
struct change {
	const uint8_t *hash;
	const struct session *session;
	struct str agent, address;
	int64_t member;
	instant_ms at;
};

static enum status change_run(struct node *node, node_command run,
                              struct change *change)
{
	struct arena *arena = arena_new(ACCOUNTS_ARENA);
	const struct node_asked asked = {
		.arena = arena,
		.run = run,
		.arguments = change,
	};
	struct outcome outcome;
	enum status status = node_run(node, &asked, &outcome, NULL);

	arena_free(&arena);
	return status;
}

static enum status create_run(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	const struct change *change = arguments;
	const struct session_row row = {
		.member = change->session->member,
		.created_at = change->session->created_at,
		.seen_at = change->session->seen_at,
		.id = change->session->id,
		.agent = str_utf8_prefix(change->agent, SESSION_AGENT_BYTES),
		.address = change->address,
	};

	(void)turn;
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return session_add(desk->db, change->session->hash, &row);
}

static enum status accounts_create(void *context, const struct session *session,
                                   struct str agent, struct str address)
{
	struct change change = {
		.session = session, .agent = agent, .address = address};

	return change_run(context, create_run, &change);
}

static enum status touch_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	const struct change *change = arguments;

	(void)turn;
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return session_touch(desk->db, change->hash, change->at);
}

static enum status accounts_touch(void *context,
                                  const uint8_t hash[SESSION_HASH_BYTES],
                                  instant_ms at)
{
	struct change change = {.hash = hash, .at = at};

	return change_run(context, touch_run, &change);
}

static enum status end_run(struct desk *desk, const struct turn *turn,
                           void *arguments, struct outcome *outcome_out,
                           struct problem *problem_out)
{
	const struct change *change = arguments;

	(void)turn;
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return session_remove(desk->db, change->hash);
}

static enum status accounts_end(void *context,
                                const uint8_t hash[SESSION_HASH_BYTES])
{
	struct change change = {.hash = hash};

	return change_run(context, end_run, &change);
}

static enum status accounts_password(void *context, int64_t member,
                                     char hash_out[PASSWORD_HASH_SIZE])
{
	struct node *node = context;
	struct arena *arena = arena_new(ACCOUNTS_ARENA);
	struct sql_db *db = node_reader_take(node);
	struct str hash = STR("");
	enum status status = credential_get(db, member, arena, &hash);

	node_reader_return(node, db);
	if (status == ST_NOT_FOUND)
		status = ST_OK;
	if (status == ST_OK)
		snprintf(hash_out, PASSWORD_HASH_SIZE, "%.*s", STR_ARG(hash));
	arena_free(&arena);
	return status;
}

static enum status accounts_member(void *context, struct str address,
                                   struct session_member *member_out)
{
	struct node *node = context;
	const struct agency *agency = node_agency_take(node);
	const struct agency_member *member =
		agency_member_by_address(agency, address);
	struct session_member found = {0};
	enum status status = member ? ST_OK : ST_NOT_FOUND;

	if (member)
		account_of(member, &found);
	node_agency_return(node, agency);
	if (status == ST_OK)
		status = accounts_password(node, found.id, found.password);
	if (status == ST_OK)
		*member_out = found;
	return status;
}

static enum status token_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	struct change *change = arguments;

	(void)turn;
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return sign_in_use(desk->db, change->hash, change->at, &change->member);
}

static enum status accounts_take_token(void *context,
                                       const uint8_t hash[SESSION_HASH_BYTES],
                                       instant_ms now,
                                       struct session_member *member_out)
{
	struct node *node = context;
	struct change change = {.hash = hash, .at = now};
	const struct agency *agency;
	const struct agency_member *member;
	enum status status = change_run(node, token_run, &change);

	if (status != ST_OK)
		return status;
	agency = node_agency_take(node);
	member = agency_member(agency, change.member);
	if (member)
		account_of(member, member_out);
	else
		status = ST_NOT_FOUND;
	node_agency_return(node, agency);
	return status;
}

static uint64_t token_rights(struct str names)
{
	uint64_t rights = 0;
	struct str name;

	while (str_split(&names, ' ', &name)) {
		enum right right;

		if (right_parse(name, &right))
			rights |= (uint64_t)1 << right;
	}
	return rights;
}

static enum status accounts_find_token(void *context,
                                       const uint8_t hash[SESSION_HASH_BYTES],
                                       instant_ms now,
                                       struct session *session_out)
{
	struct node *node = context;
	struct arena *arena = arena_new(ACCOUNTS_ARENA);
	struct sql_db *db = node_reader_take(node);
	const struct agency *agency = node_agency_take(node);
	const struct agency_member *member = NULL;
	struct api_token token = {0};
	enum status status = api_token_find(db, hash, arena, &token);

	node_reader_return(node, db);
	if (status == ST_OK)
		member = agency_member(agency, token.member);
	if (status == ST_OK && (!member || !member->record.active ||
	                        (token.expires_at && token.expires_at <= now)))
		status = ST_NOT_FOUND;
	if (status == ST_OK)
		*session_out = (struct session){
			.token = token.id,
			.rights = token_rights(token.rights),
			.member = token.member,
			.role = (enum role)member->record.role,
			.created_at = token.created_at,
			.seen_at = token.used_at,
		};
	node_agency_return(node, agency);
	arena_free(&arena);
	return status;
}

static enum status used_run(struct desk *desk, const struct turn *turn,
                            void *arguments, struct outcome *outcome_out,
                            struct problem *problem_out)
{
	const struct change *change = arguments;

	(void)turn;
	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	return api_token_touch(desk->db, change->member, change->at);
}

static enum status accounts_touch_token(void *context, int64_t token,
                                        instant_ms at)
{
	struct change change = {.member = token, .at = at};

	return change_run(context, used_run, &change);
}

struct second {
	int64_t member;
	struct str code;
};

static enum status second_run(struct desk *desk, const struct turn *turn,
                              void *arguments, struct outcome *outcome_out,
                              struct problem *problem_out)
{
	const struct second *second = arguments;

	(void)problem_out;
	return desk_totp_use(desk, turn, second->member, second->code,
	                     outcome_out);
}

static enum status accounts_second(void *context, int64_t member,
                                   struct str code)
{
	struct node *node = context;
	struct second second = {member, code};
	struct sql_db *db = node_reader_take(node);
	struct totp totp = {0};
	struct arena *arena;
	struct outcome outcome;
	enum status status = totp_get(db, member, &totp);

	node_reader_return(node, db);
	if (status == ST_NOT_FOUND || (status == ST_OK && !totp.active))
		return ST_OK;
	if (status != ST_OK)
		return status;
	arena = arena_new(ACCOUNTS_ARENA);

	const struct node_asked asked = {
		.arena = arena, .run = second_run, .arguments = &second};

	status = node_run(node, &asked, &outcome, NULL);
	arena_free(&arena);
	return status;
}

static enum status known_run(struct desk *desk, const struct turn *turn,
                             void *arguments, struct outcome *outcome_out,
                             struct problem *problem_out)
{
	uint8_t *key = arguments, fresh[SESSION_HASH_BYTES];
	struct str kept;
	enum status status;

	(void)problem_out;
	*outcome_out = (struct outcome){.seq = desk->end.seq};
	desk->ports.fill_random(fresh, sizeof(fresh));
	status = secret_make(desk->db, STR("known_browser"),
	                     (struct str){(const char *)fresh, sizeof(fresh)},
	                     turn->arena, &kept);
	if (status == ST_OK && kept.length != SESSION_HASH_BYTES)
		return ST_STORE;
	if (status == ST_OK)
		memcpy(key, kept.text, SESSION_HASH_BYTES);
	return status;
}

static enum status accounts_known_key(void *context,
                                      uint8_t key_out[SESSION_HASH_BYTES])
{
	struct arena *arena = arena_new(ACCOUNTS_ARENA);
	const struct node_asked asked = {
		.arena = arena, .run = known_run, .arguments = key_out};
	struct outcome outcome;
	enum status status = node_run(context, &asked, &outcome, NULL);

	arena_free(&arena);
	return status;
}

static void accounts_random(void *context, void *bytes, size_t length)
{
	(void)context;
	node_random(bytes, length);
}

struct session_port accounts_port(struct node *node)
{
	return (struct session_port){
		.context = node,
		.find = accounts_find,
		.create = accounts_create,
		.touch = accounts_touch,
		.end = accounts_end,
		.member = accounts_member,
		.password = accounts_password,
		.take_token = accounts_take_token,
		.fill_random = accounts_random,
		.find_token = accounts_find_token,
		.touch_token = accounts_touch_token,
		.second = accounts_second,
		.known_key = accounts_known_key,
	};
}
