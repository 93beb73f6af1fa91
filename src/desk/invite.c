#include "desk/invite.h"

#include "desk/letters.h"
#include "store/access.h"

static enum status invite_mail(struct desk *desk, const struct turn *turn,
                               const struct agency_member *member,
                               struct invite *invite)
{
	const struct agency_member *by =
		agency_member(desk->agency, turn->actor);
	struct letter_words words = {
		.member = member->record.id,
		.kind = LETTER_INVITE,
		.to = member->address,
		.subject = str_printf(turn->arena, "Your desk at %.*s",
	                              STR_ARG(desk->agency->name)),
		.text = str_printf(turn->arena,
	                           "%.*s invites you to the desk of %.*s.\n\n"
	                           "Open this within a week and choose a "
	                           "password; it works once:\n" LETTER_BASE
	                           "/sign-in#%.*s\n",
	                           STR_ARG(by ? by->name : STR("A partner")),
	                           STR_ARG(desk->agency->name),
	                           STR_ARG(invite->token)),
	};
	int64_t sent = 0;
	enum status status =
		letter_count(desk->db, member->address, LETTER_INVITE,
	                     turn->now - SPAN_HOUR, &sent);

	invite->mailed = false;
	if (status != ST_OK || sent >= INVITE_AN_HOUR)
		return status;
	for (size_t i = 0; i < desk->agency->address_count; i++)
		invite->mailed = invite->mailed ||
		                 desk->agency->addresses[i].record.active;
	return letters_write(desk, turn->arena, turn->now, &words);
}

enum status desk_invite(struct desk *desk, const struct turn *turn,
                        struct invite *invite, struct outcome *outcome_out,
                        struct problem *problem_out)
{
	const struct agency_member *member =
		agency_member(desk->agency, invite->member);
	struct totp totp = {0};
	struct decision d;
	enum status status;

	if (desk_begin(desk, turn, &d, outcome_out, &status))
		return status;
	if (!member)
		return desk_missing(problem_out, "member");
	if (!member->record.active)
		return problem_set(problem_out, ST_CONFLICT, "",
		                   "Switch them on first.");
	status = totp_get(desk->db, invite->member, &totp);
	/* A link by mail would be a way round the code. */
	if (status == ST_OK && totp.active)
		return problem_set(problem_out, ST_CONFLICT, "",
		                   "They sign in with codes. Turn those off "
		                   "first.");
	if (status == ST_OK || status == ST_NOT_FOUND)
		status = sign_in_remove_all(desk->db, invite->member);
	if (status == ST_OK)
		status = sign_in_invite(desk->db, invite->hash, invite->member,
		                        turn->actor, turn->now + INVITE_AGE);
	if (status == ST_OK)
		status = invite_mail(desk, turn, member, invite);
	if (status != ST_OK)
		return status;
	decide(&d, EV_ACCESS_CHANGED, 0, invite->member, d.now,
	       DATA(access_changed, .member = invite->member,
	            .what = ACCESS_INVITED, .record = invite->member));
	return desk_commit(desk, turn, &d, outcome_out);
}
