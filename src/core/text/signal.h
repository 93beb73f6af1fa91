/*
 * The kinds of signal: something noticed in a message, with its quote as
 * evidence. Numbers are stored in events: append, never renumber.
 */
#ifndef CORE_SIGNAL_H
#define CORE_SIGNAL_H

#include <stdbool.h>

#include "base/str.h"

enum signal_kind {
	SIGNAL_NONE = 0,
	SIGNAL_FRUSTRATION = 1,
	SIGNAL_URGENCY = 2,
	SIGNAL_REPEAT_CONTACT = 3,
	SIGNAL_DEADLINE = 4,
	SIGNAL_CHURN_INTENT = 5,
	SIGNAL_BUDGET_CONCERN = 6,
	SIGNAL_CONTACT_LEAVING = 7,
	SIGNAL_DIRECTION_CHANGE = 8,
	SIGNAL_LEGAL_OR_FINANCIAL = 9,
	SIGNAL_PRAISE = 10,
	SIGNAL_EXPANSION_HINT = 11,
	SIGNAL_DELIVERY_FAULT = 12,
	SIGNAL_COMPLACENCY = 13,
	SIGNAL_WIN = 14,
	SIGNAL_ESCALATION_REQUEST = 15,
	SIGNAL_APPROVAL = 16,
	SIGNAL_SCOPE_HINT = 17,
	SIGNAL_OUT_OF_OFFICE = 18,
	SIGNAL_KIND_COUNT
};

/* Name in YAML and JSON: "repeat_contact". */
const char *signal_kind_name(enum signal_kind kind);

#endif
