/*
 * Every shape of the agents' API by name. doc/api.md says in prose what they
 * mean.
 */
#ifndef WEB_SHAPES_H
#define WEB_SHAPES_H

#include "web/shape/shape.h"

/* clang-format off */
/* Bodies. */
extern const struct shape
	shape_sign_in, shape_setup, shape_ticket_new, shape_reply, shape_note,
	shape_call, shape_type, shape_assign, shape_state, shape_into,
	shape_split, shape_move, shape_flag_new, shape_reason, shape_settle,
	shape_client_new, shape_client_patch, shape_contact_new,
	shape_contact_patch, shape_agency_put, shape_address_new,
	shape_address_patch, shape_calendar_put, shape_playbook_put,
	shape_member_new, shape_member_patch, shape_password;
/* Mailboxes. */
extern const struct shape
	shape_mailboxes, shape_mailbox_answer, shape_mailbox_new,
	shape_mailbox_patch, shape_mailbox_check, shape_mailbox_folders,
	shape_mailbox_page, shape_oauth_callback;
/* Brands, participants, audience. */
extern const struct shape
	shape_brands, shape_brand_answer, shape_brand_new, shape_brand_patch,
	shape_participant_patch, shape_audience, shape_suppressed;
/* Bodies and answers in shapes_people.c. */
extern const struct shape
	shape_canned_new, shape_canned_patch, shape_canned_ticket,
	shape_canned_list, shape_canned_answer, shape_canned_preview,
	shape_keys_put, shape_keys, shape_notice_wish_put, shape_notice_wish,
	shape_notices_query, shape_notices, shape_notices_seen,
	shape_presence, shape_presence_put, shape_follow,
	shape_draft, shape_draft_put;
/* Moving in. */
extern const struct shape
	shape_import_new, shape_import_start, shape_import_piece_query,
	shape_import_piece, shape_imports, shape_import_answer,
	shape_import_labels, shape_import_late, shape_holidays;
/* Queries. */
extern const struct shape
	shape_inbox_query, shape_clients_query, shape_search_query,
	shape_stream_query, shape_html_query;
/* Answers. */
extern const struct shape
	shape_ticket_row, shape_session, shape_setup_state, shape_tickets, shape_counts,
	shape_ticket, shape_ticket_answer, shape_ticket_message,
	shape_ticket_text, shape_promise_answer, shape_upload,
	shape_clients, shape_client_answer, shape_client_record,
	shape_contact_answer, shape_tickets_found, shape_quarantine, shape_done,
	shape_agency, shape_addresses, shape_address_answer, shape_calendar,
	shape_playbook, shape_request_types, shape_members,
	shape_member_answer, shape_health;
/* Views, bulk, what is put off: shapes_tools.c. */
extern const struct shape
	shape_snooze, shape_moments_query, shape_moments, shape_snooze_answer,
	shape_find_query, shape_count, shape_view_new, shape_view_patch,
	shape_views, shape_view_answer, shape_view_counts, shape_bulk,
	shape_job_answer, shape_suggestions;
/* Access: shapes_access.c. */
extern const struct shape
	shape_sessions, shape_tokens, shape_token_new, shape_token_made,
	shape_audit_query, shape_audit, shape_problem, shape_export_query, shape_invited, shape_totp_new,
	shape_totp_secret, shape_totp_code, shape_totp_on, shape_totp_off,
	shape_webhooks, shape_webhook_new,
	shape_webhook_patch, shape_webhook_answer, shape_after_query,
	shape_deliveries;
/* clang-format on */

#endif
