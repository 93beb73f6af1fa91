/*
 * Leave to read and send mail, given by a person at their provider and not to
 * us as a password: the authorization code flow with PKCE (RFC 6749, 7636) and
 * the tokens that come of it. Providers are a table.
 *
 * An access token is only ever in memory. A refresh token is the caller's to
 * keep, and providers may hand out a new one at each use.
 */
#ifndef CHANNEL_OAUTH_H
#define CHANNEL_OAUTH_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "base/str.h"

struct oauth_client {
	struct str provider; /* "google", "microsoft", "other" */
	struct str client;   /* id that the provider gave to this desk */
	struct str tenant;   /* of Microsoft; empty: "common" */
	struct str secret;
};

/* Where to go. `base` takes the place of the provider's own, for others. */
struct oauth_ends {
	struct str authorize, token, scope;
	struct str more; /* appended to the address of the page */
};

/* ST_NOT_FOUND: nothing is known of that provider. */
CHECKED enum status oauth_ends_of(struct arena *arena,
                                  const struct oauth_client *client,
                                  struct str base, struct oauth_ends *ends_out);

#define OAUTH_SECRET_BYTES 32
/* base64url without padding, as PKCE and `state` want it. */
struct str oauth_text(struct arena *arena,
                      const unsigned char bytes[OAUTH_SECRET_BYTES]);

struct oauth_asking {
	struct str redirect; /* where the provider sends the person back to */
	struct str state;
	struct str verifier; /* stays here; the page gets its hash */
	struct str user;     /* whose mailbox it is */
};
/* The page on which the person decides. */
struct str oauth_page(struct arena *arena, const struct oauth_ends *ends,
                      const struct oauth_client *client,
                      const struct oauth_asking *asking);

struct oauth_tokens {
	struct str access;
	struct str refresh; /* empty: the one there is stays */
	span_ms lasts;
};

#define OAUTH_SAID_BYTES 320

/*
 * What a token server's answer means. ST_OK; ST_FORBIDDEN: no, until a person
 * does something; ST_BUSY: not now. `said` has its words.
 */
CHECKED enum status oauth_read(struct arena *arena, long http_status,
                               struct str body, struct oauth_tokens *tokens_out,
                               char said[OAUTH_SAID_BYTES]);

/* Both ask the token server over verified TLS and block; 30 s at most. */
CHECKED enum status oauth_redeem(struct arena *arena,
                                 const struct oauth_ends *ends,
                                 const struct oauth_client *client,
                                 const struct oauth_asking *asking,
                                 struct str code, struct str ca_file,
                                 struct oauth_tokens *tokens_out,
                                 char said[OAUTH_SAID_BYTES]);
CHECKED enum status oauth_refresh(struct arena *arena,
                                  const struct oauth_ends *ends,
                                  const struct oauth_client *client,
                                  struct str refresh, struct str ca_file,
                                  struct oauth_tokens *tokens_out,
                                  char said[OAUTH_SAID_BYTES]);

#endif
