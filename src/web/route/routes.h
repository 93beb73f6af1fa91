/*
 * Every handler, by the file that holds it. web/route/routes.c has their rows.
 */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/request.h"

#define HANDLER(name)                                                          \
	CHECKED enum status name(struct request *request,                      \
	                         struct response *response)

/* session_routes.c */
HANDLER(route_session_show);
HANDLER(route_session_create);
HANDLER(route_session_delete);
HANDLER(route_session_password);
/* setup.c */
HANDLER(route_setup_show);
HANDLER(route_setup_create);
/* ticket_read.c */
HANDLER(route_ticket_list);
HANDLER(route_ticket_counts);
HANDLER(route_ticket_show);
HANDLER(route_promise_show);
/* ticket.c */
HANDLER(route_ticket_create);
HANDLER(route_ticket_note);
HANDLER(route_ticket_call);
HANDLER(route_ticket_set_type);
HANDLER(route_ticket_assign);
HANDLER(route_ticket_set_state);
HANDLER(route_ticket_merge);
HANDLER(route_ticket_unmerge);
HANDLER(route_ticket_split);
HANDLER(route_ticket_move);
HANDLER(route_ticket_flag);
HANDLER(route_flag_clear);
HANDLER(route_promise_settle);
/* message.c */
HANDLER(route_ticket_reply);
HANDLER(route_ticket_participant);
HANDLER(route_message_undo);
HANDLER(route_message_retry);
HANDLER(route_message_html);
HANDLER(route_message_attachment);
HANDLER(route_message_raw);
/* upload.c */
HANDLER(route_upload_create);
/* client.c */
HANDLER(route_client_list);
HANDLER(route_client_create);
HANDLER(route_client_show);
HANDLER(route_client_change);
HANDLER(route_client_merge);
HANDLER(route_client_unmerge);
/* contact.c */
HANDLER(route_contact_create);
HANDLER(route_contact_change);
HANDLER(route_contact_merge);
/* search.c */
HANDLER(route_search_tickets);
/* find.c */
HANDLER(route_ticket_count);
/* bulk.c */
HANDLER(route_bulk_create);
HANDLER(route_bulk_show);
HANDLER(route_bulk_undo);
/* near.c */
HANDLER(route_ticket_suggestions);
/* views.c */
HANDLER(route_view_list);
HANDLER(route_view_create);
HANDLER(route_view_change);
HANDLER(route_view_remove);
HANDLER(route_view_counts);
/* later.c */
HANDLER(route_ticket_snooze);
HANDLER(route_message_send_now);
HANDLER(route_moment_list);
/* holidays.c */
HANDLER(route_holidays_add);
/* imports.c */
HANDLER(route_import_list);
HANDLER(route_import_create);
HANDLER(route_import_piece);
HANDLER(route_import_labels);
HANDLER(route_import_start);
HANDLER(route_import_stop);
HANDLER(route_import_resume);
HANDLER(route_import_late);
/* quarantine.c */
HANDLER(route_quarantine_list);
HANDLER(route_quarantine_retry);
HANDLER(route_quarantine_release);
HANDLER(route_quarantine_raw);
/* settings.c */
HANDLER(route_agency_show);
HANDLER(route_agency_change);
HANDLER(route_address_list);
HANDLER(route_address_create);
HANDLER(route_address_change);
HANDLER(route_mailbox_list);
HANDLER(route_mailbox_create);
HANDLER(route_mailbox_change);
HANDLER(route_mailbox_authorize);
HANDLER(route_mailbox_check);
HANDLER(route_mailbox_folders);
HANDLER(route_oauth_callback);
HANDLER(route_brand_list);
HANDLER(route_brand_create);
HANDLER(route_brand_change);
HANDLER(route_suppressed_list);
HANDLER(route_suppressed_remove);
HANDLER(route_calendar_show);
HANDLER(route_calendar_change);
HANDLER(route_playbook_show);
HANDLER(route_playbook_change);
HANDLER(route_request_type_list);
/* member.c */
HANDLER(route_member_list);
HANDLER(route_member_create);
HANDLER(route_member_change);
HANDLER(route_member_invite);
/* totp.c */
HANDLER(route_totp_begin);
HANDLER(route_totp_turn_on);
HANDLER(route_totp_turn_off);
HANDLER(route_member_totp_remove);
/* token.c */
HANDLER(route_session_list);
HANDLER(route_session_end);
HANDLER(route_token_list);
HANDLER(route_token_create);
HANDLER(route_token_remove);
/* webhook.c */
HANDLER(route_webhook_list);
HANDLER(route_webhook_create);
HANDLER(route_webhook_change);
HANDLER(route_webhook_remove);
HANDLER(route_webhook_deliveries);
HANDLER(route_webhook_retry);
HANDLER(route_webhook_test);
/* export.c */
HANDLER(route_export_tickets);
HANDLER(route_export_messages);
HANDLER(route_export_clients);
HANDLER(route_export_contacts);
HANDLER(route_export_promises);
HANDLER(route_export_events);
/* docs.c */
HANDLER(route_docs_show);
/* audit.c */
HANDLER(route_audit_list);
/* canned.c */
HANDLER(route_canned_list);
HANDLER(route_canned_create);
HANDLER(route_canned_change);
HANDLER(route_canned_remove);
HANDLER(route_canned_preview);
/* own.c */
HANDLER(route_keys_show);
HANDLER(route_keys_change);
HANDLER(route_notice_wish_show);
HANDLER(route_notice_wish_change);
/* draft.c, notice.c, presence.c */
HANDLER(route_draft_show);
HANDLER(route_draft_save);
HANDLER(route_draft_drop);
HANDLER(route_ticket_follow);
HANDLER(route_notice_list);
HANDLER(route_notice_seen);
HANDLER(route_notice_acknowledge);
HANDLER(route_presence_list);
HANDLER(route_presence_change);
/* health.c */
HANDLER(route_health_show);
/* live.c */
HANDLER(route_stream_show);
/* openapi.c */
HANDLER(route_openapi_show);

#undef HANDLER

#endif
