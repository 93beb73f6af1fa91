/*
 * The agents' API, one row a route. Sorted by path, then by method as enum
 * http_method orders them; a test holds it to that. test/case/api/rights.txt
 * shows who may do what by these rows.
 */
#include "web/routes.h"

#include "web/router.h"
#include "web/shapes.h"

#define GET    METHOD_GET
#define POST   METHOD_POST
#define PUT    METHOD_PUT
#define PATCH  METHOD_PATCH
#define DELETE METHOD_DELETE

#define PERSONAL (ROUTE_NO_COMMAND | ROUTE_PERSON)

/* clang-format off */
const struct route routes[] = {
	/* method, path, right, flags, query, body, answer, handler, summary */
	{GET,    "/api/audit",                              RIGHT_AUDIT_READ,       0,                &shape_audit_query,   NULL,                  &shape_audit,          route_audit_list,         "What was done, by whom, newest first"},
	{GET,    "/api/canned",                            RIGHT_TICKET_READ,      0,                NULL,                 NULL,                  &shape_canned_list,    route_canned_list,        "Canned replies: mine and everybody's"},
	{POST,   "/api/canned",                            RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_canned_new,     &shape_canned_answer,  route_canned_create,      "Keep a reply for later use"},
	{PATCH,  "/api/canned/{id}",                       RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_canned_patch,   &shape_canned_answer,  route_canned_change,      "Change a canned reply"},
	{DELETE, "/api/canned/{id}",                       RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_done,           route_canned_remove,      "Remove a canned reply"},
	{POST,   "/api/canned/{id}/preview",               RIGHT_TICKET_WRITE,     ROUTE_NO_COMMAND, NULL,                 &shape_canned_ticket,  &shape_canned_preview, route_canned_preview,     "A canned reply as it would read on a thread"},
	{GET,    "/api/clients",                           RIGHT_CLIENT_READ,      0,                &shape_clients_query, NULL,                  &shape_clients,        route_client_list,        "Companies, most recently heard of first"},
	{POST,   "/api/clients",                           RIGHT_CLIENT_WRITE,     0,                NULL,                 &shape_client_new,     &shape_client_answer,  route_client_create,      "Add a company"},
	{GET,    "/api/clients/{id}",                      RIGHT_CLIENT_READ,      0,                NULL,                 NULL,                  &shape_client_record,  route_client_show,        "A company with its people, threads, promises and flags"},
	{PATCH,  "/api/clients/{id}",                      RIGHT_CLIENT_WRITE,     0,                NULL,                 &shape_client_patch,   &shape_client_answer,  route_client_change,      "Change a company"},
	{POST,   "/api/clients/{id}/contacts",             RIGHT_CLIENT_WRITE,     0,                NULL,                 &shape_contact_new,    &shape_contact_answer, route_contact_create,     "Add a person to a company"},
	{POST,   "/api/clients/{id}/merge",                RIGHT_CLIENT_WRITE,     0,                NULL,                 &shape_into,           &shape_client_answer,  route_client_merge,       "Merge a company into another"},
	{POST,   "/api/clients/{id}/unmerge",              RIGHT_CLIENT_WRITE,     0,                NULL,                 NULL,                  &shape_client_answer,  route_client_unmerge,     "Take a merge back"},
	{PATCH,  "/api/contacts/{id}",                     RIGHT_CLIENT_WRITE,     0,                NULL,                 &shape_contact_patch,  &shape_contact_answer, route_contact_change,     "Rename a person, or move them to another company"},
	{POST,   "/api/contacts/{id}/merge",               RIGHT_CLIENT_WRITE,     0,                NULL,                 &shape_into,           &shape_contact_answer, route_contact_merge,      "Merge a person into another"},
	{GET,    "/api/counts",                            RIGHT_TICKET_READ,      0,                NULL,                 NULL,                  &shape_counts,         route_ticket_counts,      "How many threads there are of each sort"},
	{POST,   "/api/flags/{id}/clear",                  RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_reason,         &shape_ticket_answer,  route_flag_clear,         "Clear a flag, with the reason"},
	{GET,    "/api/health",                            RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_health,         route_health_show,        "Whether mail comes in and goes out"},
	{GET,    "/api/members",                           RIGHT_SESSION,          0,                NULL,                 NULL,                  &shape_members,        route_member_list,        "The people of the agency"},
	{POST,   "/api/members",                           RIGHT_MEMBER_WRITE,     0,                NULL,                 &shape_member_new,     &shape_member_answer,  route_member_create,      "Add a member"},
	{PATCH,  "/api/members/{id}",                      RIGHT_MEMBER_WRITE,     0,                NULL,                 &shape_member_patch,   &shape_member_answer,  route_member_change,      "Change a member; what changes their rights signs them out"},
	{GET,    "/api/messages/{id}/attachments/{n}",     RIGHT_TICKET_READ,      ROUTE_OPENED,     NULL,                 NULL,                  &shape_bytes,          route_message_attachment, "An attachment"},
	{GET,    "/api/messages/{id}/html",                RIGHT_TICKET_READ,      ROUTE_OPENED,     &shape_html_query,    NULL,                  &shape_bytes,          route_message_html,       "The cleaned HTML as a document for a sandboxed frame"},
	{GET,    "/api/messages/{id}/raw",                 RIGHT_TICKET_READ,      ROUTE_OPENED,     NULL,                 NULL,                  &shape_bytes,          route_message_raw,        "The message as received"},
	{POST,   "/api/messages/{id}/retry",               RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_ticket_answer,  route_message_retry,      "Try a failed send again"},
	{POST,   "/api/messages/{id}/send-now",             RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_ticket_message, route_message_send_now,   "Send a reply that waits for its hour"},
	{POST,   "/api/messages/{id}/undo",                RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_ticket_text,    route_message_undo,       "Take a reply back while it has not left"},
	{GET,    "/api/moments",                            RIGHT_SESSION,          0,                &shape_moments_query, NULL,                  &shape_moments,        route_moment_list,        "A moment as people type it, or the usual ones"},
	{GET,    "/api/notices",                           RIGHT_SESSION,          ROUTE_PERSON,     &shape_notices_query, NULL,                  &shape_notices,        route_notice_list,        "One's own warnings, newest first"},
	{POST,   "/api/notices/seen",                      RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 &shape_notices_seen,   &shape_done,           route_notice_seen,        "All up to one were seen"},
	{POST,   "/api/notices/{id}/acknowledge",          RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_done,           route_notice_acknowledge, "One takes it on: it goes no higher"},
	{GET,    "/api/openapi.json",                      RIGHT_SESSION,          ROUTE_OPENED,     NULL,                 NULL,                  &shape_bytes,          route_openapi_show,       "This document"},
	{GET,    "/api/presence",                          RIGHT_TICKET_READ,      ROUTE_QUIET,      NULL,                 NULL,                  &shape_presence,       route_presence_list,      "Who is on which thread"},
	{GET,    "/api/promises/{id}",                     RIGHT_TICKET_READ,      0,                NULL,                 NULL,                  &shape_promise_answer, route_promise_show,       "A promise with the sum behind its due time"},
	{POST,   "/api/promises/{id}/settle",              RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_settle,         &shape_ticket_answer,  route_promise_settle,     "End a promise by hand, kept or withdrawn"},
	{GET,    "/api/quarantine",                        RIGHT_QUARANTINE_READ,  0,                NULL,                 NULL,                  &shape_quarantine,     route_quarantine_list,    "Mail that could not be read"},
	{GET,    "/api/quarantine/{id}/raw",               RIGHT_QUARANTINE_READ,  ROUTE_OPENED,     NULL,                 NULL,                  &shape_bytes,          route_quarantine_raw,     "Its bytes"},
	{POST,   "/api/quarantine/{id}/release",           RIGHT_QUARANTINE_WRITE, 0,                NULL,                 NULL,                  &shape_done,           route_quarantine_release, "File it as it is, with the raw mail attached"},
	{POST,   "/api/quarantine/{id}/retry",             RIGHT_QUARANTINE_WRITE, 0,                NULL,                 NULL,                  &shape_done,           route_quarantine_retry,   "Read it again"},
	{GET,    "/api/request-types",                     RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_request_types,  route_request_type_list,  "Request types with their clocks and phrases"},
	{GET,    "/api/search",                            RIGHT_TICKET_READ,      0,                &shape_search_query,  NULL,                  &shape_tickets_found,  route_search_tickets,     "Threads whose messages hold the words, newest first"},
	{GET,    "/api/session",                           RIGHT_PUBLIC,           0,                NULL,                 NULL,                  &shape_session,        route_session_show,       "Who is signed in"},
	{POST,   "/api/session",                           RIGHT_PUBLIC,           PERSONAL,         NULL,                 &shape_sign_in,        &shape_session,        route_session_create,     "Sign in by password or by a one-time link"},
	{DELETE, "/api/session",                           RIGHT_SESSION,          PERSONAL,         NULL,                 NULL,                  NULL,                  route_session_delete,     "Sign out"},
	{GET,    "/api/session/keys",                      RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_keys,           route_keys_show,          "The keys that one changed"},
	{PUT,    "/api/session/keys",                      RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 &shape_keys_put,       &shape_keys,           route_keys_change,        "Change one's keys"},
	{GET,    "/api/session/notices",                   RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_notice_wish,    route_notice_wish_show,   "How one wants to be warned"},
	{PUT,    "/api/session/notices",                   RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 &shape_notice_wish_put, &shape_notice_wish,   route_notice_wish_change, "Change how one wants to be warned"},
	{POST,   "/api/session/password",                  RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 &shape_password,       &shape_session,        route_session_password,   "Change one's own password; all other sessions end"},
	{GET,    "/api/session/sessions",                   RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_sessions,       route_session_list,       "Where one is signed in"},
	{DELETE, "/api/session/sessions/{id}",              RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_done,           route_session_end,        "End one of one's sessions"},
	{GET,    "/api/settings/addresses",                RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_addresses,      route_address_list,       "The addresses that mail is accepted for and sent from"},
	{POST,   "/api/settings/addresses",                RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_address_new,    &shape_address_answer, route_address_create,     "Add an address"},
	{PATCH,  "/api/settings/addresses/{id}",           RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_address_patch,  &shape_address_answer, route_address_change,     "Change an address"},
	{GET,    "/api/settings/agency",                   RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_agency,         route_agency_show,        "The agency"},
	{PUT,    "/api/settings/agency",                   RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_agency_put,     &shape_agency,         route_agency_change,      "Change the agency"},
	{GET,    "/api/settings/brands",                   RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_brands,         route_brand_list,         "Faces of the agency: name, signature, look, hours"},
	{POST,   "/api/settings/brands",                   RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_brand_new,      &shape_brand_answer,   route_brand_create,       "Add a brand"},
	{PATCH,  "/api/settings/brands/{id}",              RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_brand_patch,    &shape_brand_answer,   route_brand_change,       "Change a brand"},
	{GET,    "/api/settings/calendar",                 RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_calendar,       route_calendar_show,      "Business hours and holidays"},
	{PUT,    "/api/settings/calendar",                 RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_calendar_put,   &shape_calendar,       route_calendar_change,    "New hours, from now on"},
	{GET,    "/api/settings/playbook",                 RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_playbook,       route_playbook_show,      "The playbook's text"},
	{PUT,    "/api/settings/playbook",                 RIGHT_SETTINGS_WRITE,   0,                NULL,                 &shape_playbook_put,   &shape_playbook,       route_playbook_change,    "A new version of the playbook"},
	{GET,    "/api/settings/suppressed",               RIGHT_SETTINGS_READ,    0,                NULL,                 NULL,                  &shape_suppressed,     route_suppressed_list,    "Addresses that mail failed to for good, or that complained"},
	{DELETE, "/api/settings/suppressed/{id}",          RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_done,           route_suppressed_remove,  "Mail may go there again"},
	{GET,    "/api/setup",                             RIGHT_PUBLIC,           0,                NULL,                 NULL,                  &shape_setup_state,    route_setup_show,         "What the first run needs; gone afterwards"},
	{POST,   "/api/setup",                             RIGHT_PUBLIC,           0,                NULL,                 &shape_setup,          &shape_session,        route_setup_create,       "The first run: agency, first member, address, hours"},
	{GET,    "/api/stream",                            RIGHT_TICKET_READ,      ROUTE_QUIET,      &shape_stream_query,  NULL,                  &shape_events,         route_stream_show,        "What happens, as server-sent events"},
	{GET,    "/api/tickets",                           RIGHT_TICKET_READ,      0,                &shape_inbox_query,   NULL,                  &shape_tickets,        route_ticket_list,        "Threads in the order of the inbox"},
	{POST,   "/api/tickets",                           RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_ticket_new,     &shape_ticket_answer,  route_ticket_create,      "Begin a thread by writing to somebody"},
	{GET,    "/api/tickets/count",                      RIGHT_TICKET_READ,      0,                &shape_find_query,    NULL,                  &shape_count,          route_ticket_count,       "How many threads a search finds"},
	{GET,    "/api/tickets/{id}",                      RIGHT_TICKET_READ,      0,                &shape_find_query,    NULL,                  &shape_ticket,         route_ticket_show,        "One thread with all that belongs to it"},
	{POST,   "/api/tickets/{id}/assign",               RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_assign,         &shape_ticket_answer,  route_ticket_assign,      "Give it to a member, or to nobody"},
	{POST,   "/api/tickets/{id}/calls",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_call,           &shape_ticket_message, route_ticket_call,        "Log a call"},
	{GET,    "/api/tickets/{id}/draft",                RIGHT_TICKET_READ,      0,                NULL,                 NULL,                  &shape_draft,          route_draft_show,         "The draft that members share"},
	{PUT,    "/api/tickets/{id}/draft",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_draft_put,      &shape_draft,          route_draft_save,         "Write it; with take, go on with another's"},
	{DELETE, "/api/tickets/{id}/draft",                RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_done,           route_draft_drop,         "Throw it away"},
	{POST,   "/api/tickets/{id}/flags",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_flag_new,       &shape_ticket_answer,  route_ticket_flag,        "Flag it, with the reason"},
	{POST,   "/api/tickets/{id}/follow",               RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_follow,         &shape_ticket_answer,  route_ticket_follow,      "Follow it, or do so no more"},
	{POST,   "/api/tickets/{id}/merge",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_into,           &shape_ticket_answer,  route_ticket_merge,       "Merge it into another thread"},
	{POST,   "/api/tickets/{id}/move",                 RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_move,           &shape_ticket_answer,  route_ticket_move,        "Move it to another company"},
	{POST,   "/api/tickets/{id}/notes",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_note,           &shape_ticket_message, route_ticket_note,        "Add a note that only the agency sees"},
	{PATCH,  "/api/tickets/{id}/participants/{contact}",RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_participant_patch, &shape_ticket_answer, route_ticket_participant, "What somebody is on a thread: client, vendor, removed ..."},
	{POST,   "/api/tickets/{id}/presence",             RIGHT_TICKET_WRITE,     ROUTE_QUIET | ROUTE_NO_COMMAND, NULL,   &shape_presence_put,   NULL,                  route_presence_change,    "One looks at it, or writes an answer"},
	{POST,   "/api/tickets/{id}/reply",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_reply,          &shape_ticket_message, route_ticket_reply,       "Answer the client"},
	{POST,   "/api/tickets/{id}/snooze",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_snooze,         &shape_snooze_answer,  route_ticket_snooze,      "Put it aside until a moment; its clocks go on"},
	{POST,   "/api/tickets/{id}/split",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_split,          &shape_ticket_answer,  route_ticket_split,       "A new thread from a message on"},
	{POST,   "/api/tickets/{id}/state",                RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_state,          &shape_ticket_answer,  route_ticket_set_state,   "Open, wait or close"},
	{POST,   "/api/tickets/{id}/type",                 RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_type,           &shape_ticket_answer,  route_ticket_set_type,    "Correct the request type"},
	{POST,   "/api/tickets/{id}/unmerge",              RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_ticket_answer,  route_ticket_unmerge,     "Take a merge back"},
	{GET,    "/api/tokens",                             RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_tokens,         route_token_list,         "Tokens for programs: one's own, a partner all"},
	{POST,   "/api/tokens",                             RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 &shape_token_new,      &shape_token_made,     route_token_create,       "A token for a program; it is shown once"},
	{DELETE, "/api/tokens/{id}",                        RIGHT_SESSION,          ROUTE_PERSON,     NULL,                 NULL,                  &shape_done,           route_token_remove,       "Take a token back"},
	{POST,   "/api/uploads",                           RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_bytes,          &shape_upload,         route_upload_create,      "A file for a reply; its name in Holdfast-Name"},
	{GET,    "/api/views",                              RIGHT_TICKET_READ,      0,                NULL,                 NULL,                  &shape_views,          route_view_list,          "Saved views that one sees"},
	{POST,   "/api/views",                              RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_view_new,       &shape_view_answer,    route_view_create,        "Save a search as a view"},
	{GET,    "/api/views/counts",                       RIGHT_TICKET_READ,      0,                NULL,                 NULL,                  &shape_view_counts,    route_view_counts,        "How many threads each view holds, up to 1000"},
	{PATCH,  "/api/views/{id}",                         RIGHT_TICKET_WRITE,     0,                NULL,                 &shape_view_patch,     &shape_view_answer,    route_view_change,        "Change a view"},
	{DELETE, "/api/views/{id}",                         RIGHT_TICKET_WRITE,     0,                NULL,                 NULL,                  &shape_done,           route_view_remove,        "Remove a view"},
};
/* clang-format on */

const size_t routes_count = sizeof(routes) / sizeof(routes[0]);
