#include "desk/token.h"

#include <sodium.h>
#include <string.h>

#include "mail/address.h"
#include "store/secret.h"

#define TOKEN_KEY_BYTES    32
#define TOKEN_RANDOM_BYTES 15
#define TOKEN_MAC_BYTES    16

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

enum status token_message_id(struct desk *desk, struct arena *arena,
                             struct str address, struct str *message_id_out)
{
	unsigned char random[TOKEN_RANDOM_BYTES];
	struct str name, mac;
	enum status status;

	desk->ports.fill_random(random, sizeof(random));
	name = token_text(arena, random, sizeof(random));
	status = token_mac(desk, arena, "message", name, &mac);
	if (status == ST_OK)
		*message_id_out = str_printf(arena, "hf.%.*s.%.*s@%.*s",
		                             STR_ARG(name), STR_ARG(mac),
		                             STR_ARG(address_domain(address)));
	return status;
}

enum status token_is_ours(struct desk *desk, struct arena *arena,
                          struct str message_id, bool *ours_out)
{
	struct str rest = message_id, prefix, name, mac, expected;
	size_t at = str_find_char(message_id, '@', 0);
	enum status status;

	*ours_out = false;
	rest.length = at;
	if (!str_split(&rest, '.', &prefix) || !str_equal(prefix, STR("hf")) ||
	    !str_split(&rest, '.', &name) || !str_split(&rest, '.', &mac))
		return ST_OK;
	status = token_mac(desk, arena, "message", name, &expected);
	if (status == ST_OK)
		*ours_out =
			mac.length == expected.length &&
			sodium_memcmp(mac.text, expected.text, mac.length) == 0;
	return status;
}

enum status token_loop(struct desk *desk, struct arena *arena,
                       struct str message_id, struct str *value_out)
{
	return token_mac(desk, arena, "loop", message_id, value_out);
}
