#include "channel/oauth.h"

#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define OAUTH_PAGE_BYTES   8192u
#define OAUTH_FORM_BYTES   32768u
#define OAUTH_ANSWER_BYTES 65536u
#define OAUTH_TOKEN_BYTES  8000u
#define OAUTH_SECONDS      30L
#define OAUTH_LASTS        (50 * SPAN_MINUTE)

/* -- Providers ------------------------------------------------------------- */

/* clang-format off */
static const struct oauth_provider {
	const char *name;
	/* %.*s is the tenant, where there is one. */
	const char *authorize_start, *authorize_end;
	const char *token_start, *token_end;
	bool tenants;
	const char *scope, *more;
} oauth_providers[] = {
	{"google",
	 "https://accounts.google.com/o/oauth2/v2/auth", "",
	 "https://oauth2.googleapis.com/token", "", false,
	 "https://mail.google.com/", "&access_type=offline&prompt=consent"},
	{"microsoft",
	 "https://login.microsoftonline.com/", "/oauth2/v2.0/authorize",
	 "https://login.microsoftonline.com/", "/oauth2/v2.0/token", true,
	 "https://outlook.office.com/IMAP.AccessAsUser.All"
	 " https://outlook.office.com/SMTP.Send offline_access", ""},
	/* Its place must be set. */
	{"other", NULL, NULL, NULL, NULL, false, "mail offline_access", ""},
};
/* clang-format on */

static struct str oauth_place(struct arena *arena, const char *start,
                              struct str tenant, const char *end)
{
	return str_printf(arena, "%s%.*s%s", start, STR_ARG(tenant), end);
}

/* A tenant is a name or a number; it must not become another address. */
static bool oauth_tenant_good(struct str tenant)
{
	for (size_t i = 0; i < tenant.length; i++) {
		char c = tenant.text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '.'))
			return false;
	}
	return tenant.length > 0;
}

enum status oauth_ends_of(struct arena *arena,
                          const struct oauth_client *client, struct str base,
                          struct oauth_ends *ends_out)
{
	const struct oauth_provider *provider = NULL;
	struct str tenant = STR("");

	for (size_t i = 0;
	     i < sizeof(oauth_providers) / sizeof(*oauth_providers); i++) {
		if (str_equal(client->provider,
		              str_of(oauth_providers[i].name)))
			provider = &oauth_providers[i];
	}
	if (!provider || (base.length == 0 && !provider->token_start))
		return ST_NOT_FOUND;
	if (provider->tenants) {
		tenant = client->tenant.length ? client->tenant : STR("common");
		if (!oauth_tenant_good(tenant))
			return ST_NOT_FOUND;
	}
	*ends_out = (struct oauth_ends){.scope = str_of(provider->scope),
	                                .more = str_of(provider->more)};
	if (base.length > 0) {
		ends_out->authorize =
			str_printf(arena, "%.*s/authorize", STR_ARG(base));
		ends_out->token =
			str_printf(arena, "%.*s/token", STR_ARG(base));
		return ST_OK;
	}
	ends_out->authorize = oauth_place(arena, provider->authorize_start,
	                                  tenant, provider->authorize_end);
	ends_out->token = oauth_place(arena, provider->token_start, tenant,
	                              provider->token_end);
	return ST_OK;
}

/* -- Asking a person ------------------------------------------------------- */

struct str oauth_text(struct arena *arena,
                      const unsigned char bytes[OAUTH_SECRET_BYTES])
{
	char *text = arena_alloc(arena, 64);

	sodium_bin2base64(text, 64, bytes, OAUTH_SECRET_BYTES,
	                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return str_of(text);
}

/* "name=value" with what is not plain as %XX, behind & when not the first. */
static void oauth_field(struct buf *buf, const char *name, struct str value)
{
	if (buf->length > 0 && buf->data[buf->length - 1] != '?')
		buf_char(buf, '&');
	buf_text(buf, name);
	buf_char(buf, '=');
	for (size_t i = 0; i < value.length; i++) {
		char c = value.text[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c)))
			buf_char(buf, c);
		else
			buf_printf(buf, "%%%02X", (unsigned char)c);
	}
}

struct str oauth_page(struct arena *arena, const struct oauth_ends *ends,
                      const struct oauth_client *client,
                      const struct oauth_asking *asking)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	struct str page;
	struct buf buf;

	_Static_assert(sizeof(hash) == OAUTH_SECRET_BYTES, "one text for both");
	crypto_hash_sha256(hash, (const unsigned char *)asking->verifier.text,
	                   asking->verifier.length);
	buf_init(&buf, OAUTH_PAGE_BYTES);
	buf_str(&buf, ends->authorize);
	buf_char(&buf, '?');
	oauth_field(&buf, "response_type", STR("code"));
	oauth_field(&buf, "client_id", client->client);
	oauth_field(&buf, "redirect_uri", asking->redirect);
	oauth_field(&buf, "scope", ends->scope);
	oauth_field(&buf, "state", asking->state);
	oauth_field(&buf, "code_challenge", oauth_text(arena, hash));
	oauth_field(&buf, "code_challenge_method", STR("S256"));
	oauth_field(&buf, "login_hint", asking->user);
	buf_str(&buf, ends->more);
	page = str_copy(arena, buf_view(&buf));
	buf_release(&buf);
	return page;
}

/* -- Tokens ---------------------------------------------------------------- */

static struct str oauth_member(struct arena *arena, const json_t *tree,
                               const char *name)
{
	const json_t *value = json_object_get(tree, name);
	struct str text;

	if (!json_is_string(value))
		return STR("");
	text = (struct str){json_string_value(value),
	                    json_string_length(value)};
	return text.length > OAUTH_TOKEN_BYTES ? STR("")
	                                       : str_copy(arena, text);
}

static enum status oauth_refused(long http_status, struct str error,
                                 struct str words, char *said)
{
	bool later = http_status >= 500 || http_status == 429 ||
	             http_status == 408 ||
	             str_equal(error, STR("temporarily_unavailable"));

	snprintf(said, OAUTH_SAID_BYTES, "The provider said no: %.60s%s%.200s",
	         error.length ? error.text : "no reason",
	         words.length ? ": " : "", words.length ? words.text : "");
	/* Without a reason that can be read it may be anything in between. */
	if (later || error.length == 0) {
		snprintf(said, OAUTH_SAID_BYTES,
		         "The provider's token server answers %ld.",
		         http_status);
		return ST_BUSY;
	}
	return ST_FORBIDDEN;
}

enum status oauth_read(struct arena *arena, long http_status, struct str body,
                       struct oauth_tokens *tokens_out,
                       char said[OAUTH_SAID_BYTES])
{
	json_t *tree =
		json_loadb(body.text ? body.text : "", body.length, 0, NULL);
	struct oauth_tokens tokens = {.lasts = OAUTH_LASTS};
	const json_t *lasts = json_object_get(tree, "expires_in");
	struct str error = oauth_member(arena, tree, "error");
	struct str words = oauth_member(arena, tree, "error_description");

	tokens.access = oauth_member(arena, tree, "access_token");
	tokens.refresh = oauth_member(arena, tree, "refresh_token");
	/* Some say it as a text. What they say is bounded. */
	if (json_is_integer(lasts) && json_integer_value(lasts) > 0 &&
	    json_integer_value(lasts) < 86400)
		tokens.lasts = json_integer_value(lasts) * SPAN_SECOND;
	json_decref(tree);
	if (http_status != 200 || tokens.access.length == 0)
		return oauth_refused(http_status, error, words, said);
	*tokens_out = tokens;
	return ST_OK;
}

static size_t oauth_take(char *bytes, size_t size, size_t count, void *context)
{
	struct buf *buf = context;

	buf_add(buf, bytes, size * count);
	return buf->failed ? 0 : size * count;
}

#define SET(curl, option, value)                                               \
	do {                                                                   \
		if (curl_easy_setopt(curl, option, value) != CURLE_OK)         \
			abort();                                               \
	} while (0)

static void oauth_set(CURL *curl, struct arena *arena, struct str url,
                      const struct buf *form, struct str ca_file)
{
	SET(curl, CURLOPT_URL, str_cstr(arena, url));
	SET(curl, CURLOPT_PROTOCOLS_STR, "https");
	SET(curl, CURLOPT_PROXY, "");
	SET(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	SET(curl, CURLOPT_TIMEOUT, OAUTH_SECONDS);
	SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_file.length > 0) {
		SET(curl, CURLOPT_CAINFO, str_cstr(arena, ca_file));
		SET(curl, CURLOPT_CAPATH, NULL);
	}
	SET(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)form->length);
	SET(curl, CURLOPT_POSTFIELDS, form->data);
	SET(curl, CURLOPT_WRITEFUNCTION, oauth_take);
}

/* Posts the form, which it releases. */
static enum status oauth_post(struct arena *arena, struct str url,
                              struct buf *form, struct str ca_file,
                              struct oauth_tokens *tokens_out, char *said)
{
	CURL *curl = curl_easy_init();
	struct buf answer;
	long http_status = 0;
	enum status status = ST_BUSY;
	CURLcode code;

	if (!curl || form->failed)
		abort();
	buf_init(&answer, OAUTH_ANSWER_BYTES);
	oauth_set(curl, arena, url, form, ca_file);
	SET(curl, CURLOPT_WRITEDATA, &answer);
	code = curl_easy_perform(curl);
	if (code == CURLE_OK && curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
	                                          &http_status) == CURLE_OK)
		status = oauth_read(arena, http_status, buf_view(&answer),
		                    tokens_out, said);
	else
		snprintf(said, OAUTH_SAID_BYTES,
		         "The provider's token server cannot be asked: %s",
		         curl_easy_strerror(code));
	curl_easy_cleanup(curl);
	/* Both hold what must not stay in memory. */
	if (answer.data)
		explicit_bzero(answer.data, answer.length);
	explicit_bzero(form->data, form->length);
	buf_release(&answer);
	buf_release(form);
	return status;
}

static void oauth_form(struct buf *form, const struct oauth_client *client,
                       const char *grant)
{
	buf_init(form, OAUTH_FORM_BYTES);
	oauth_field(form, "grant_type", str_of(grant));
	oauth_field(form, "client_id", client->client);
	if (client->secret.length > 0)
		oauth_field(form, "client_secret", client->secret);
}

enum status oauth_redeem(struct arena *arena, const struct oauth_ends *ends,
                         const struct oauth_client *client,
                         const struct oauth_asking *asking, struct str code,
                         struct str ca_file, struct oauth_tokens *tokens_out,
                         char said[OAUTH_SAID_BYTES])
{
	struct buf form;

	oauth_form(&form, client, "authorization_code");
	oauth_field(&form, "code", code);
	oauth_field(&form, "redirect_uri", asking->redirect);
	oauth_field(&form, "code_verifier", asking->verifier);
	return oauth_post(arena, ends->token, &form, ca_file, tokens_out, said);
}

enum status oauth_refresh(struct arena *arena, const struct oauth_ends *ends,
                          const struct oauth_client *client, struct str refresh,
                          struct str ca_file, struct oauth_tokens *tokens_out,
                          char said[OAUTH_SAID_BYTES])
{
	struct buf form;

	oauth_form(&form, client, "refresh_token");
	oauth_field(&form, "refresh_token", refresh);
	oauth_field(&form, "scope", ends->scope);
	return oauth_post(arena, ends->token, &form, ca_file, tokens_out, said);
}
