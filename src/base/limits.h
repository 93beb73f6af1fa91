/*
 * Every maximum that a stranger can push against, in one place. Reaching one
 * is a refusal with a reason, never an abort.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define LIMIT_MAIL_BYTES       (50u << 20) /* one message as received */
#define LIMIT_MAIL_RECIPIENTS  1000u       /* RCPT TO of one transaction */
#define LIMIT_MAIL_HOPS        50u         /* Received fields: a loop */
#define LIMIT_LMTP_LINE_BYTES  4096u       /* a command with its CRLF */
#define LIMIT_LMTP_ERRORS      20u         /* refused commands a session */
#define LIMIT_LMTP_CONNECTIONS 256u
#define LIMIT_LMTP_HELD_BYTES  (256u << 20) /* unfinished mails, all peers */
#define LIMIT_MIME_DEPTH       50u
#define LIMIT_MIME_PARTS       1000u
#define LIMIT_HEADER_BYTES     (1u << 20) /* all headers of one message */
#define LIMIT_ADDRESSES        2000u      /* parsed from one header */
#define LIMIT_REFERENCES       200u       /* ids kept of one message */
#define LIMIT_TEXT_BYTES       (2u << 20) /* text of one message, decoded */
#define LIMIT_HTML_BYTES       (4u << 20) /* HTML before cleaning */
#define LIMIT_SUBJECT_BYTES    998u
#define LIMIT_NAME_BYTES       256u
#define LIMIT_ADDRESS_BYTES    320u
#define LIMIT_ATTACHMENTS      200u
#define LIMIT_BODY_BYTES       (1u << 20)  /* a JSON request body */
#define LIMIT_UPLOAD_BYTES     (25u << 20) /* one file from a member */
#define LIMIT_JSON_DEPTH       32u
#define LIMIT_PLAYBOOK_BYTES   (1u << 20)
#define LIMIT_PAGE_ROWS        200u
#define LIMIT_ZONE_BYTES       (256u << 10)
#define LIMIT_ZONE_TRANSITIONS 4000u
#define LIMIT_CALENDAR_DAYS    4000u /* special days and holidays together */
#define LIMIT_CALENDAR_HOURS   48u   /* intervals of one day */
#define LIMIT_HOLIDAY_BYTES    (1u << 20) /* an iCalendar file */
#define LIMIT_HOLIDAYS         2000u
#define LIMIT_TURN_ARENA_BYTES (512u << 20)
#define LIMIT_EVENTS_A_COMMAND 4096u

#endif
