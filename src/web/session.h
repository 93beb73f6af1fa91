/*
 * Who is signed in. A session id is 256 random bits made here at sign-in, never
 * one that a browser brought; only its hash is stored. It lives in a cookie
 * that scripts cannot read and that no other site can send. It ends when the
 * person signs out, when the member is switched off or their password
 * changes, after a time without a gesture of the person (a live stream and
 * background reads are none), and after a fixed time in any case.
 *
 * Where sessions and members are kept is a port, so these rules can be tested
 * without a store.
 */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H

#include "base/arena.h"
#include "base/instant.h"
#include "base/status.h"
#include "web/password.h"
#include "web/request.h"
#include "web/throttle.h"

#define SESSION_TOKEN_SIZE  44 /* 256 bits in base64url, and a NUL */
#define SESSION_COOKIE_SIZE 160

/* A member as far as signing in is concerned. */
struct session_member {
	int64_t id;
	enum role role;
	bool active;
	char password[PASSWORD_HASH_SIZE]; /* empty: no password set */
};

/* Every slot returns ST_NOT_FOUND for what there is not, or ST_STORE. */
struct session_port {
	void *context;
	/* The session with its member's present role; inactive: not found. */
	enum status (*find)(void *context,
	                    const uint8_t hash[SESSION_HASH_BYTES],
	                    struct session *session_out);
	enum status (*create)(void *context, const struct session *session,
	                      struct str agent, struct str address);
	enum status (*touch)(void *context,
	                     const uint8_t hash[SESSION_HASH_BYTES],
	                     instant_ms at);
	enum status (*end)(void *context,
	                   const uint8_t hash[SESSION_HASH_BYTES]);
	enum status (*member)(void *context, struct str address,
	                      struct session_member *member_out);
	/* The member's password hash; empty when there is none. */
	enum status (*password)(void *context, int64_t member,
	                        char hash_out[PASSWORD_HASH_SIZE]);
	/* Uses up a sign-in link; at most one caller ever gets ST_OK. */
	enum status (*take_token)(void *context,
	                          const uint8_t hash[SESSION_HASH_BYTES],
	                          instant_ms now,
	                          struct session_member *member_out);
	void (*fill_random)(void *context, void *bytes, size_t length);
	/* The token of a program with its member's present role. */
	enum status (*find_token)(void *context,
	                          const uint8_t hash[SESSION_HASH_BYTES],
	                          instant_ms now, struct session *session_out);
	enum status (*touch_token)(void *context, int64_t token, instant_ms at);
	/*
	 * The second factor: ST_OK when the code is right or none is asked,
	 * ST_CONFLICT when one is and there is none, ST_FORBIDDEN.
	 */
	enum status (*second)(void *context, int64_t member, struct str code);
	/* Of browsers where somebody signed in before; lasts. May be NULL. */
	enum status (*known_key)(void *context,
	                         uint8_t key_out[SESSION_HASH_BYTES]);
};

struct session_policy {
	span_ms idle;     /* without a gesture */
	span_ms absolute; /* in any case */
	bool secure;      /* the cookie is only for https */
};

struct sessions; /* throttles, the hashing gate, the port */

/* Lives in `arena`, which must outlive it; release before the arena. */
struct sessions *sessions_new(struct arena *arena,
                              const struct session_port *port,
                              const struct session_policy *policy);
void sessions_release(struct sessions *sessions);
struct password_gate *sessions_gate(struct sessions *sessions);

/*
 * The session that the request's cookie names, still running at
 * request->now: ST_OK, or ST_NOT_FOUND for everything that is not one.
 */
CHECKED enum status sessions_of_request(struct sessions *sessions,
                                        struct request *request);
/* Is it still running? For streams. ST_OK or ST_NOT_FOUND, or ST_STORE. */
CHECKED enum status sessions_check(struct sessions *sessions,
                                   const struct session *session,
                                   instant_ms now);
/* The person did something. Writes at most once a minute a session. */
void sessions_gesture(struct sessions *sessions, struct session *session,
                      instant_ms now);

/*
 * Sign-in by address, password and, if the member has codes on, a code; or by
 * the token of a link. On success the
 * old session of the request is ended, request->session is the new one and the
 * cookie is set. ST_FORBIDDEN says the same for a wrong password, an unknown
 * address and an inactive member, in the same time; ST_LIMIT sets
 * request->retry_after_s.
 */
CHECKED enum status sessions_sign_in(struct sessions *sessions,
                                     struct request *request,
                                     struct response *response,
                                     struct str address, struct str password,
                                     struct str code);
CHECKED enum status sessions_sign_in_by_token(struct sessions *sessions,
                                              struct request *request,
                                              struct response *response,
                                              struct str token);
/* For the first member, who has just been made. */
CHECKED enum status sessions_start(struct sessions *sessions,
                                   struct request *request,
                                   struct response *response, int64_t member,
                                   enum role role);
/*
 * Is the person at the keyboard the member? ST_OK when `password` is theirs or
 * they have none; ST_FORBIDDEN; ST_LIMIT as for sessions_sign_in.
 */
CHECKED enum status sessions_confirm(struct sessions *sessions,
                                     struct request *request,
                                     struct str password);
/* The code of a second factor, as at sign-in; slowed down the same. */
CHECKED enum status sessions_second(struct sessions *sessions,
                                    struct request *request, int64_t member,
                                    struct str code);
/* Ends the request's session and takes the cookie back. */
CHECKED enum status sessions_sign_out(struct sessions *sessions,
                                      struct request *request,
                                      struct response *response);

#define API_TOKEN_PREFIX "hft_"
#define API_TOKEN_SIZE   (sizeof(API_TOKEN_PREFIX) - 1 + SESSION_TOKEN_SIZE)

/* A fresh token for a program, and its hash. */
void api_token_make(void (*fill_random)(void *context, void *bytes,
                                        size_t length),
                    void *context, char token_out[API_TOKEN_SIZE],
                    uint8_t hash_out[SESSION_HASH_BYTES]);
/* The hash of what "Bearer hft_..." names; false for any other form. */
bool api_token_of_header(struct str authorization,
                         uint8_t hash_out[SESSION_HASH_BYTES]);

/* A fresh token, and its hash, which is what may be stored. */
void session_token_make(void (*fill_random)(void *context, void *bytes,
                                            size_t length),
                        void *context, char token_out[SESSION_TOKEN_SIZE],
                        uint8_t hash_out[SESSION_HASH_BYTES]);
/* false unless `token` has the form of one. */
bool session_token_hash(struct str token, uint8_t hash_out[SESSION_HASH_BYTES]);

#endif
