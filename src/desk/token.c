#include "desk/token.h"

#include <sodium.h>
#include <string.h>

#include "mail/address.h"
#include "store/content.h"
#include "store/record.h"
#include "store/secret.h"

#define TOKEN_KEY_BYTES    32
#define TOKEN_RANDOM_BYTES 15
#define TOKEN_MAC_BYTES    16
#define TOKEN_MAC_CHARS    26 /* of 16 bytes */
#define TOKEN_NOTICE_CHARS 8  /* 40 bits */
#define TOKEN_LOCAL_MAX    64 /* before the @, RFC 5321 */

/* Lower case and digits that cannot be taken for letters (Crockford). */
static const char token_alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static struct str token_text(struct arena *arena, const unsigned char *bytes,
                             size_t length)
{
	char *text = arena_alloc(arena, length * 8 / 5 + 2);
	size_t count = 0;
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < length; i++) {
		bits = bits << 8 | bytes[i];
		for (have += 8; have >= 5; have -= 5)
			text[count++] = token_alphabet[bits >> (have - 5) & 31];
	}
	if (have > 0)
		text[count++] = token_alphabet[bits << (5 - have) & 31];
	return (struct str){text, count};
}

/* The key is made at first use and lives in the workspace. */
static enum status token_key(struct desk *desk, struct arena *arena,
                             struct str *key_out)
{
	unsigned char *fresh;
	enum status status =
		secret_get(desk->db, STR("reply_token"), arena, key_out);

	if (status != ST_NOT_FOUND)
		return status;
	fresh = arena_alloc(arena, TOKEN_KEY_BYTES);
	desk->ports.fill_random(fresh, TOKEN_KEY_BYTES);
	return secret_make(desk->db, STR("reply_token"),
	                   (struct str){(const char *)fresh, TOKEN_KEY_BYTES},
	                   arena, key_out);
}

static enum status token_mac(struct desk *desk, struct arena *arena,
                             const char *purpose, struct str text,
                             struct str *mac_out)
{
	unsigned char mac[TOKEN_MAC_BYTES];
	crypto_generichash_state state;
	struct str key;
	enum status status = token_key(desk, arena, &key);

	if (status != ST_OK)
		return status;
	crypto_generichash_init(&state, (const unsigned char *)key.text,
	                        key.length, sizeof(mac));
	crypto_generichash_update(&state, (const unsigned char *)purpose,
	                          strlen(purpose) + 1);
	crypto_generichash_update(&state, (const unsigned char *)text.text,
	                          text.length);
	crypto_generichash_final(&state, mac, sizeof(mac));
	*mac_out = token_text(arena, mac, sizeof(mac));
	return ST_OK;
}

static enum status token_id(struct desk *desk, struct arena *arena,
                            const char *purpose, const char *prefix,
                            struct str address, struct str *message_id_out)
{
	unsigned char random[TOKEN_RANDOM_BYTES];
	struct str name, mac;
	enum status status;

	desk->ports.fill_random(random, sizeof(random));
	name = token_text(arena, random, sizeof(random));
	status = token_mac(desk, arena, purpose, name, &mac);
	if (status == ST_OK)
		*message_id_out = str_printf(arena, "%s.%.*s.%.*s@%.*s", prefix,
		                             STR_ARG(name), STR_ARG(mac),
		                             STR_ARG(address_domain(address)));
	return status;
}

static bool token_same(struct str a, struct str b)
{
	return a.length == b.length &&
	       sodium_memcmp(a.text, b.text, a.length) == 0;
}

static enum status token_is(struct desk *desk, struct arena *arena,
                            const char *purpose, const char *wanted,
                            struct str message_id, bool *ours_out)
{
	struct str rest = message_id, prefix, name, mac, expected;
	size_t at = str_find_char(message_id, '@', 0);
	enum status status;

	*ours_out = false;
	rest.length = at;
	if (!str_split(&rest, '.', &prefix) ||
	    !str_equal(prefix, str_of(wanted)) ||
	    !str_split(&rest, '.', &name) || !str_split(&rest, '.', &mac))
		return ST_OK;
	status = token_mac(desk, arena, purpose, name, &expected);
	if (status == ST_OK)
		*ours_out = token_same(mac, expected);
	return status;
}

enum status token_message_id(struct desk *desk, struct arena *arena,
                             struct str address, struct str *message_id_out)
{
	return token_id(desk, arena, "message", "hf", address, message_id_out);
}

enum status token_is_ours(struct desk *desk, struct arena *arena,
                          struct str message_id, bool *ours_out)
{
	return token_is(desk, arena, "message", "hf", message_id, ours_out);
}

enum status token_letter_id(struct desk *desk, struct arena *arena,
                            struct str address, struct str *message_id_out)
{
	return token_id(desk, arena, "letter", "hn", address, message_id_out);
}

enum status token_is_letter(struct desk *desk, struct arena *arena,
                            struct str message_id, bool *ours_out)
{
	return token_is(desk, arena, "letter", "hn", message_id, ours_out);
}

/* The token's text in an address "local+a-TOKEN@domain"; empty if none. */
static struct str token_answer_of(struct str address)
{
	struct str local = str_sub(address, 0, str_find_char(address, '@', 0));
	size_t plus = str_find_char(local, '+', 0);
	struct str more = str_sub(local, plus, local.length);

	if (more.length != 3 + TOKEN_NOTICE_CHARS + TOKEN_MAC_CHARS ||
	    !str_starts_nocase(more, STR("+a-")))
		return STR("");
	return str_sub(more, 3, more.length);
}

int64_t token_answer_claims(struct str address)
{
	struct str token = token_answer_of(address);
	int64_t id = 0;

	for (size_t i = 0; i < TOKEN_NOTICE_CHARS && i < token.length; i++) {
		char c = token.text[i];
		const char *digit;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		digit = strchr(token_alphabet, c);
		if (!digit || c == '\0')
			return 0;
		id = id * 32 + (digit - token_alphabet);
	}
	return id;
}

static enum status token_answer(struct desk *desk, struct arena *arena,
                                const struct notice *notice,
                                struct str *token_out)
{
	struct str bound =
		str_printf(arena, "%lld %lld %lld %lld", (long long)notice->id,
	                   (long long)notice->member, (long long)notice->ticket,
	                   (long long)notice->at);
	char id[TOKEN_NOTICE_CHARS + 1] = {0};
	int64_t rest = notice->id;
	struct str mac;
	enum status status = token_mac(desk, arena, "answer", bound, &mac);

	for (int i = TOKEN_NOTICE_CHARS; i > 0; i--, rest /= 32)
		id[i - 1] = token_alphabet[rest % 32];
	if (status == ST_OK)
		*token_out = str_printf(arena, "%s%.*s", id, STR_ARG(mac));
	return status;
}

enum status token_answer_address(struct desk *desk, struct arena *arena,
                                 struct str address,
                                 const struct notice *notice,
                                 struct str *answer_out)
{
	size_t at = str_find_char(address, '@', 0);
	struct str token;
	enum status status = token_answer(desk, arena, notice, &token);

	if (status != ST_OK)
		return status;
	*answer_out = STR("");
	if (at + 3 + token.length <= TOKEN_LOCAL_MAX)
		*answer_out = str_printf(
			arena, "%.*s+a-%.*s%.*s",
			STR_ARG(str_sub(address, 0, at)), STR_ARG(token),
			STR_ARG(str_sub(address, at, address.length)));
	return ST_OK;
}

enum status token_answer_is_ours(struct desk *desk, struct arena *arena,
                                 struct str address,
                                 const struct notice *notice, bool *ours_out)
{
	struct str token = str_lower(arena, token_answer_of(address));
	struct str expected;
	enum status status = token_answer(desk, arena, notice, &expected);

	if (status == ST_OK)
		*ours_out = token_same(token, expected);
	return status;
}

enum status token_loop(struct desk *desk, struct arena *arena,
                       struct str message_id, struct str *value_out)
{
	return token_mac(desk, arena, "loop", message_id, value_out);
}

/* RFC 5321 4.5.3.1.1 */
#define TOKEN_LOCAL_MAX 64

/*
 * Number and message id both: after a restore another message may have the
 * number, and has another id.
 */
static enum status token_address_mac(struct desk *desk, struct arena *arena,
                                     char sort, int64_t message,
                                     struct str message_id, struct str *mac_out)
{
	return token_mac(desk, arena, sort == 'r' ? "reply" : "return",
	                 str_printf(arena, "%lld %.*s", (long long)message,
	                            STR_ARG(message_id)),
	                 mac_out);
}

enum status token_address(struct desk *desk, struct arena *arena,
                          struct str address, char sort, int64_t message,
                          struct str message_id, struct str *address_out)
{
	struct str mac, local = address_local(address);
	enum status status;

	*address_out = STR("");
	if (desk->plain_addresses ||
	    str_find_char(local, '+', 0) < local.length)
		return ST_OK;
	status =
		token_address_mac(desk, arena, sort, message, message_id, &mac);
	if (status != ST_OK)
		return status;
	local = str_printf(arena, "%.*s+%c-%lld-%.*s", STR_ARG(local), sort,
	                   (long long)message, STR_ARG(mac));
	if (local.length <= TOKEN_LOCAL_MAX)
		*address_out = str_printf(arena, "%.*s@%.*s", STR_ARG(local),
		                          STR_ARG(address_domain(address)));
	return ST_OK;
}

/* "r-123-mac" in its parts; false when it is none. */
static bool token_address_split(struct str token, char *sort_out,
                                int64_t *message_out, struct str *mac_out)
{
	struct str sort, number;

	if (!str_split(&token, '-', &sort) || sort.length != 1 ||
	    (sort.text[0] != 'r' && sort.text[0] != 'b') ||
	    !str_split(&token, '-', &number) ||
	    !str_to_i64(number, message_out) || *message_out <= 0)
		return false;
	*sort_out = sort.text[0];
	*mac_out = token;
	return token.length > 0;
}

enum status token_address_read(struct desk *desk, struct arena *arena,
                               struct str address, int64_t *message_out)
{
	struct str local = str_lower(arena, address_local(address));
	size_t plus = str_find_char(local, '+', 0);
	struct str id = STR(""), mac, expected;
	struct message record = {0};
	int64_t message;
	char sort;
	enum status status;

	*message_out = 0;
	if (plus == local.length ||
	    !token_address_split(str_sub(local, plus + 1, local.length), &sort,
	                         &message, &mac))
		return ST_OK;
	status = record_read(desk->db, RECORD_MESSAGE, message, &record.id);
	if (status == ST_NOT_FOUND ||
	    (status == ST_OK && record.kind != MESSAGE_OUT))
		return ST_OK;
	if (status == ST_OK)
		status = content_read(desk->db, arena, message, SLOT_MESSAGE_ID,
		                      &id);
	if (status == ST_OK)
		status = token_address_mac(desk, arena, sort, message, id,
		                           &expected);
	if (status == ST_OK && id.length > 0 && mac.length == expected.length &&
	    sodium_memcmp(mac.text, expected.text, mac.length) == 0)
		*message_out = message;
	return status;
}
