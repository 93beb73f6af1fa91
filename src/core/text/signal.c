/* Names of the signal kinds. */
#include "core/text/signal.h"

#include <assert.h>

/* clang-format off */
static const char *const signal_kind_names[SIGNAL_KIND_COUNT] = {
	[SIGNAL_NONE]               = "none",
	[SIGNAL_FRUSTRATION]        = "frustration",
	[SIGNAL_URGENCY]            = "urgency",
	[SIGNAL_REPEAT_CONTACT]     = "repeat_contact",
	[SIGNAL_DEADLINE]           = "deadline",
	[SIGNAL_CHURN_INTENT]       = "churn_intent",
	[SIGNAL_BUDGET_CONCERN]     = "budget_concern",
	[SIGNAL_CONTACT_LEAVING]    = "contact_leaving",
	[SIGNAL_DIRECTION_CHANGE]   = "direction_change",
	[SIGNAL_LEGAL_OR_FINANCIAL] = "legal_or_financial",
	[SIGNAL_PRAISE]             = "praise",
	[SIGNAL_EXPANSION_HINT]     = "expansion_hint",
	[SIGNAL_DELIVERY_FAULT]     = "delivery_fault",
	[SIGNAL_COMPLACENCY]        = "complacency",
	[SIGNAL_WIN]                = "win",
	[SIGNAL_ESCALATION_REQUEST] = "escalation_request",
	[SIGNAL_APPROVAL]           = "approval",
	[SIGNAL_SCOPE_HINT]         = "scope_hint",
	[SIGNAL_OUT_OF_OFFICE]      = "out_of_office",
};
/* clang-format on */

const char *signal_kind_name(enum signal_kind kind)
{
	assert((int)kind >= 0 && kind < SIGNAL_KIND_COUNT);
	return signal_kind_names[kind];
}
