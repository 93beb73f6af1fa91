/*
 * The request types of SPEC A2. Numbers are stored in events: append, never
 * renumber. The last four are "no request": they get no clock.
 */
#ifndef CORE_REQUEST_TYPE_H
#define CORE_REQUEST_TYPE_H

#include <stdbool.h>

#include "base/str.h"

enum request_type {
	REQUEST_TYPE_NONE = 0, /* not decided */
	REQUEST_STATUS_INQUIRY = 1,
	REQUEST_SCOPE_CHANGE = 2,
	REQUEST_PRICING = 3,
	REQUEST_NEW_BRIEF = 4,
	REQUEST_ISSUE = 5,
	REQUEST_OTHER = 6,
	REQUEST_VENDOR = 7,
	REQUEST_APPLICANT = 8,
	REQUEST_NEWSLETTER = 9,
	REQUEST_SPAM = 10,
	REQUEST_TYPE_COUNT
};

/* Name in YAML and JSON: "status_inquiry". */
const char *request_type_name(enum request_type type);
/* False, out untouched, when no type has that name. */
bool request_type_find(struct str name, enum request_type *type_out);
/* Vendors, applicants, newsletters and spam ask nothing of us. */
bool request_type_is_request(enum request_type type);

#endif
