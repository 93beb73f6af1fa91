/* Names of the request types. */
#include "core/text/request_type.h"

#include <assert.h>

/* clang-format off */
static const char *const request_type_names[REQUEST_TYPE_COUNT] = {
	[REQUEST_TYPE_NONE]      = "none",
	[REQUEST_STATUS_INQUIRY] = "status_inquiry",
	[REQUEST_SCOPE_CHANGE]   = "scope_change",
	[REQUEST_PRICING]        = "pricing",
	[REQUEST_NEW_BRIEF]      = "new_brief",
	[REQUEST_ISSUE]          = "issue",
	[REQUEST_OTHER]          = "other",
	[REQUEST_VENDOR]         = "vendor",
	[REQUEST_APPLICANT]      = "applicant",
	[REQUEST_NEWSLETTER]     = "newsletter",
	[REQUEST_SPAM]           = "spam",
};
/* clang-format on */

const char *request_type_name(enum request_type type)
{
	assert((int)type >= 0 && type < REQUEST_TYPE_COUNT);
	return request_type_names[type];
}

bool request_type_find(struct str name, enum request_type *type_out)
{
	for (int i = 1; i < REQUEST_TYPE_COUNT; i++) {
		if (str_equal(name, str_of(request_type_names[i]))) {
			*type_out = (enum request_type)i;
			return true;
		}
	}
	return false;
}

bool request_type_is_request(enum request_type type)
{
	return type >= REQUEST_STATUS_INQUIRY && type <= REQUEST_OTHER;
}
