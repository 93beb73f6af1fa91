/*
 * What the statements of the views share.
 */
#ifndef STORE_VIEW_PRIVATE_H
#define STORE_VIEW_PRIVATE_H

/*
 * The client and those that were merged into it, directly or through one
 * between: their threads, people and promises are the client's now.
 */
/* clang-format off */
#define VIEW_CLIENTS(client) \
	"(SELECT id FROM client WHERE id = " client \
	" UNION ALL SELECT id FROM client" \
	" WHERE merged_into = " client " AND merged_into > 0" \
	" UNION ALL SELECT a.id FROM client a JOIN client b" \
	" ON a.merged_into = b.id AND a.merged_into > 0" \
	" WHERE b.merged_into = " client " AND b.merged_into > 0)"
/* clang-format on */

#endif
