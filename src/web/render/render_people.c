/*
 * Members, companies and their people.
 */
#include "web/render/render.h"

/* The first character of a word, whole. */
static struct str first_character(struct str word)
{
	size_t length = word.length > 0 ? 1 : 0;

	while (length < word.length &&
	       ((unsigned char)word.text[length] & 0xc0) == 0x80)
		length++;
	return str_sub(word, 0, length);
}

/* Of the first and the last word: "Lena Brandt" is LB. */
static void out_initials(struct json_out *out, struct str name)
{
	struct str rest = name, word, first = {"", 0}, last = {"", 0};
	char text[16];
	size_t length = 0;

	while (str_split(&rest, ' ', &word)) {
		if (word.length == 0)
			continue;
		if (first.length == 0)
			first = first_character(word);
		else
			last = first_character(word);
	}
	for (size_t i = 0; i < first.length; i++)
		text[length++] = first.text[i];
	for (size_t i = 0; i < last.length; i++)
		text[length++] = last.text[i];
	for (size_t i = 0; i < length; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] - 'a' + 'A');
	out_key_str(out, "initials", (struct str){text, length});
}

void render_member(struct json_out *out, const struct agency_member *member)
{
	out_open(out, '{');
	out_key_i64(out, "id", member->record.id);
	out_key_str(out, "name", member->name);
	out_key_str(out, "address", member->address);
	out_key_text(out, "role", role_names[member->record.role]);
	out_initials(out, member->name);
	out_key_bool(out, "active", member->record.active);
	out_close(out, '}');
}

void render_participant(struct json_out *out,
                        const struct view_participant *person)
{
	out_open(out, '{');
	out_key_id(out, "contact", person->contact);
	out_key_str(out, "name", person->name);
	out_key_str(out, "address", person->address);
	out_key_text(out, "role", participant_names[person->role]);
	out_close(out, '}');
}

void render_client(struct json_out *out, const struct view_client *client)
{
	const struct client *record = &client->record;

	out_open(out, '{');
	out_key_i64(out, "id", record->id);
	out_key_str(out, "name", client->name);
	out_key_text(out, "stage", stage_names[record->stage]);
	out_key_str_or_null(out, "domain", client->domain);
	out_key_at(out, "first_at", record->first_at);
	out_key_at(out, "last_in_at", record->last_in_at);
	out_key_at(out, "last_out_at", record->last_out_at);
	out_key_i64(out, "unanswered", record->unanswered);
	out_key_id(out, "merged_into", record->merged_into);
	out_close(out, '}');
}

void render_client_row(struct json_out *out, const struct view_client *client)
{
	const struct client *record = &client->record;
	instant_ms last = record->last_in_at > record->last_out_at
	                          ? record->last_in_at
	                          : record->last_out_at;

	out_open(out, '{');
	out_key_i64(out, "id", record->id);
	out_key_str(out, "name", client->name);
	out_key_text(out, "stage", stage_names[record->stage]);
	out_key_str_or_null(out, "domain", client->domain);
	out_key_i64(out, "contacts", client->contacts);
	out_key_i64(out, "open", record->open_tickets);
	out_key_at(out, "last_at", last);
	out_close(out, '}');
}

void render_contact(struct json_out *out, const struct view_contact *contact)
{
	out_open(out, '{');
	out_key_i64(out, "id", contact->record.id);
	out_key_str(out, "name", contact->name);
	out_key_str(out, "address", contact->address);
	out_key_null(out, "role");
	out_key_i64(out, "client", contact->record.client);
	out_key_at(out, "last_at", contact->record.last_at);
	out_close(out, '}');
}
